"""How patient processing is."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from forebay.domain.errors import ForebayError, UnavailableError
from forebay.domain.processing.backoff import Backoff


def passes(error: ForebayError) -> bool:
    """A part that does not answer may answer later; anything else would go wrong again."""
    return isinstance(error, UnavailableError)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessingPolicy:
    """`lease`: how long a worker may be silent before others take its job over. `is_passing`: worth another attempt."""

    max_attempts: int = 5
    lease: timedelta = timedelta(seconds=60)
    backoff: Backoff = field(default_factory=Backoff)
    is_passing: Callable[[ForebayError], bool] = passes
