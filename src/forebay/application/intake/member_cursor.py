"""Cursors into the members of a run, which are ordered by (path, id)."""

import base64
from uuid import UUID

from forebay.domain.errors import CursorError

_TAG = "m."  # a dot is not in the alphabet of other cursors


def encode_member_cursor(position: tuple[str, UUID]) -> str:
    """`m.`, then id (16 bytes) and path (UTF-8) as URL-safe base64 without padding."""
    path, member_id = position
    return _TAG + base64.urlsafe_b64encode(member_id.bytes + path.encode()).decode().rstrip("=")


def decode_member_cursor(cursor: str) -> tuple[str, UUID] | None:
    """None when it is a cursor of another kind; CursorError when it is none at all."""
    if not cursor.startswith(_TAG):
        return None
    try:
        text = cursor.removeprefix(_TAG)
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        position = raw[16:].decode(), UUID(bytes=raw[:16])
    except ValueError:
        raise CursorError(field="cursor") from None
    if (
        "\0" in position[0] or encode_member_cursor(position) != cursor
    ):  # base64 has several spellings of the same bytes
        raise CursorError(field="cursor")
    return position
