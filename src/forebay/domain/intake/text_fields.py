"""The free fields that a person adds to an upload."""

import re
import unicodedata

from forebay.domain.intake.errors import InvalidFieldError

MAX_LABEL = 200
MAX_NOTES = 10_000
_OWNER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")


def parse_label(value: str | None) -> str | None:
    return _text(value, field="label", limit=MAX_LABEL, lines=False)


def parse_notes(value: str | None) -> str | None:
    return _text(value, field="notes", limit=MAX_NOTES, lines=True)


def parse_owner(value: str | None) -> str | None:
    """An owner becomes part of object keys, so its characters are few."""
    if not value:
        return None
    if not _OWNER.fullmatch(value):
        raise InvalidFieldError("expected 1 to 64 of A-Z a-z 0-9 . _ @ - with a letter or digit first", field="owner")
    return value


def _text(value: str | None, *, field: str, limit: int, lines: bool) -> str | None:
    if value is None or not value.strip():
        return None
    if len(value) > limit:
        raise InvalidFieldError(f"expected at most {limit} characters, got {len(value)}", field=field)
    allowed = "\n\r\t" if lines else ""
    if any(unicodedata.category(c) in {"Cc", "Cs"} and c not in allowed for c in value):
        raise InvalidFieldError("control characters are not allowed", field=field)
    return value
