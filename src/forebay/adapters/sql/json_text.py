"""JSON objects as text: the same on both databases, and read back as they were written.

PostgreSQL's JSONB would refuse a NUL within a text and change how numbers look; nobody searches inside of these. All
but ASCII is escaped, so there is nothing that a database could refuse.
"""

import json
from collections.abc import Mapping

from forebay.domain.errors import InvalidInputError

_EMPTY = "{}"


def to_json(value: Mapping[str, object], field: str) -> str:
    """InvalidInputError names the field: for what JSON does not have, such as times and NaN."""
    if not value:
        return _EMPTY
    try:
        return json.dumps(value, allow_nan=False, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidInputError(f"cannot be stored as JSON: {error}", field=field) from error


def from_json(text: str) -> Mapping[str, object]:
    read: Mapping[str, object] = {} if text == _EMPTY else json.loads(text)
    return read
