"""What is decided about documents by settings."""

from dataclasses import dataclass, field

from forebay.application.ports.text import TextLimits


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentPolicy:
    """`sample_characters`: how much of a text classifiers see. `max_depth`: messages within messages, the outermost

    counts as 1; what is attached deeper stays within its message.
    """

    limits: TextLimits = field(default_factory=TextLimits)
    sample_characters: int = 20_000
    max_depth: int = 4
