"""A child reads what nobody trusts, and may no longer be what it was: what it found is checked by its parent."""

import re
from itertools import pairwise

from forebay.adapters.text.messages import Findings
from forebay.application.ports.text import Attachment, TextLimits
from forebay.domain.documents.errors import DocumentBrokenError
from forebay.domain.intake.errors import InvalidFileNameError, MissingFieldError
from forebay.domain.intake.filename import parse_file_name

_LANGUAGE = re.compile(r"[a-z]{2}")
_READER = re.compile(r"[\x20-\x7e]{1,500}")
_MEDIA_TYPE = re.compile(r"[\x21-\x7e]{1,127}/[\x21-\x7e]{1,127}")
_SLACK_BYTES = 1 << 20  # a message within a message is written anew, and may get a little larger


def plausible(findings: Findings, text: str, limits: TextLimits, *, size_bytes: int) -> Findings:
    """As they are. DocumentBrokenError for what cannot be of this text and a document of `size_bytes`."""
    starts = findings.page_starts or ()
    attachments = findings.attachments
    sound = (
        len(starts) <= limits.max_pages
        and all(first <= second for first, second in pairwise((0, *starts, len(text))))
        and (findings.language is None or _LANGUAGE.fullmatch(findings.language))
        and _READER.fullmatch(findings.reader)
        and _READER.fullmatch(findings.version)
        and all(_READER.fullmatch(part) for entry in findings.parameters.items() for part in entry)
        and len(attachments) <= limits.max_attachments
        and all(_is_sound(attachment, 2 * size_bytes + _SLACK_BYTES) for attachment in attachments)
    )
    if not sound:
        raise DocumentBrokenError("the process that read the document said of it what cannot be")
    return findings


def _is_sound(attachment: Attachment, most_bytes: int) -> bool:
    try:
        named = parse_file_name(attachment.name) == attachment.name
    except (InvalidFileNameError, MissingFieldError):
        return False
    fits = attachment.index >= 0 and 0 <= attachment.size_bytes <= most_bytes
    return named and fits and _MEDIA_TYPE.fullmatch(attachment.media_type) is not None
