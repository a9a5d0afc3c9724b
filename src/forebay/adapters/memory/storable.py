"""What a database could not keep is refused in memory too, so that nothing works in memory alone."""

import json
from collections.abc import Mapping

from forebay.domain.errors import InvalidInputError


def check_storable(texts: Mapping[str, str | None]) -> None:
    """InvalidInputError names the field."""
    for name, text in texts.items():
        if text is not None and not is_storable(text):
            raise InvalidInputError("NUL and halves of surrogate pairs cannot be stored", field=name)


def is_storable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def as_json(value: Mapping[str, object], field: str) -> Mapping[str, object]:
    """The value as it comes back from a column of JSON."""
    try:
        read: Mapping[str, object] = json.loads(json.dumps(value, allow_nan=False))
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidInputError(f"cannot be stored as JSON: {error}", field=field) from error
    return read
