"""The texts that people and platforms give: names and ids."""

import unicodedata

from forebay.domain.errors import InvalidInputError

MAX_NAME = 200
MAX_EXTERNAL_ID = 500
_NOT_IN_NAMES = frozenset({"Cc", "Cs", "Zl", "Zp"})


def parse_name(value: str, *, field: str = "name", limit: int = MAX_NAME) -> str:
    """Without the white space around it; NFC; 1 to `limit` characters, none of them a control character."""
    name = value.strip()
    if len(name) <= 4 * limit:
        name = unicodedata.normalize("NFC", name)
    if not 1 <= len(name) <= limit or not _is_plain(name):
        raise InvalidInputError(f"expected 1 to {limit} characters, no control characters", field=field)
    return name


def parse_external_id(value: str, *, field: str = "external_id") -> str:
    """As its platform writes it: 1 to 500 characters, none of them a control character."""
    if not 1 <= len(value) <= MAX_EXTERNAL_ID or not _is_plain(value):
        raise InvalidInputError(f"expected 1 to {MAX_EXTERNAL_ID} characters, no control characters", field=field)
    return value


def folded(value: str) -> str:
    """Equal for names that differ in case, white space around them, or Unicode's ways to write a letter only."""
    name = value.strip()
    if name.isascii() or len(name) > 4 * MAX_EXTERNAL_ID:
        return name.casefold()
    # Again behind casefold(), which takes some letters apart: what was folded stays as it is when it is folded again.
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _is_plain(text: str) -> bool:
    if text.isascii():
        return text.isprintable()
    return all(unicodedata.category(char) not in _NOT_IN_NAMES for char in text)
