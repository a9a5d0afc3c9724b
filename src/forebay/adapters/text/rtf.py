"""RTF by striprtf."""

from importlib.metadata import version

from striprtf.striprtf import rtf_to_text

from forebay.adapters.text.content import Content
from forebay.adapters.text.messages import Findings, Job
from forebay.adapters.text.output import TextOutput
from forebay.domain.documents.errors import DocumentBrokenError


def extract(content: Content, job: Job, output: TextOutput) -> Findings:
    try:
        text: str = rtf_to_text(content.all().decode("latin-1"), encoding="cp1252", errors="replace")  # type: ignore[no-untyped-call] # it says nothing of its result
    except (ValueError, LookupError, OverflowError) as error:  # groups may nest as deep as they like
        raise DocumentBrokenError(
            f"the RTF is damaged: expected control words with numbers in their range; found another ({error})"
        ) from None
    output.write(text)
    return Findings(reader="striprtf", version=version("striprtf"))
