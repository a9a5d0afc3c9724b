"""Keyset paging: where a page ends is a position in the order, so inserts neither repeat nor hide an item."""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Generic, TypeVar
from uuid import UUID

from forebay.domain.errors import CursorError, InvalidInputError

T = TypeVar("T")

MAX_LIMIT = 1000
DEFAULT_LIMIT = 50


class SortOrder(StrEnum):
    """Newest or oldest first."""

    DESC = "desc"
    ASC = "asc"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """Some items in order; `next_cursor` is None on the last page."""

    items: tuple[T, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A place in a list ordered by (time, id): the last item of the page before."""

    at: datetime
    id: UUID


def check_limit(limit: int, *, maximum: int = MAX_LIMIT) -> int:
    if not 1 <= limit <= maximum:
        raise InvalidInputError(f"limit is {limit}; expected 1 to {maximum}", field="limit")
    return limit


def encode_cursor(position: Position, order: SortOrder) -> str:
    """URL-safe text without padding: order (1 byte), microseconds since 1970 (8 bytes, signed), id (16 bytes)."""
    micros = (position.at - _EPOCH) // _MICROSECOND
    raw = _TAGS[order] + micros.to_bytes(8, "big", signed=True) + position.id.bytes
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode_cursor(cursor: str, order: SortOrder) -> Position:
    """The position in a cursor that encode_cursor made for the same order; CursorError for anything else."""
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        if len(raw) != 25:
            raise CursorError(field="cursor")
        made_for = _order_of(raw)
        at = _EPOCH + int.from_bytes(raw[1:9], "big", signed=True) * _MICROSECOND
    except (ValueError, OverflowError):
        raise CursorError(field="cursor") from None
    position = Position(at=at, id=UUID(bytes=raw[9:]))
    if encode_cursor(position, made_for) != cursor:  # base64 has several spellings of the same bytes
        raise CursorError(field="cursor")
    if made_for is not order:
        raise CursorError("the cursor was made with another order; keep order the same on every page", field="cursor")
    return position


def encode_id_cursor(item_id: UUID) -> str:
    """For lists in the order of their ids: URL-safe text without padding."""
    return base64.urlsafe_b64encode(item_id.bytes).decode().rstrip("=")


def decode_id_cursor(cursor: str) -> UUID:
    """The id in a cursor of encode_id_cursor; CursorError for anything else."""
    try:
        item_id = UUID(bytes=base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except ValueError:
        raise CursorError(field="cursor") from None
    if encode_id_cursor(item_id) != cursor:  # base64 has several spellings of the same bytes
        raise CursorError(field="cursor")
    return item_id


def _order_of(raw: bytes) -> SortOrder:
    for order, tag in _TAGS.items():
        if raw[:1] == tag:
            return order
    raise CursorError(field="cursor")


_TAGS = {SortOrder.DESC: b"d", SortOrder.ASC: b"a"}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
