"""Pages of what is in memory, in the order of a time and an id."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from forebay.domain.paging import Position, SortOrder

T = TypeVar("T")


def page(
    found: Iterable[T],
    place: Callable[[T], tuple[datetime, UUID]],
    *,
    order: SortOrder,
    after: Position | None,
    limit: int,
) -> tuple[T, ...]:
    """At most `limit` of what was found, behind `after` in `order`."""
    newest_first = order is SortOrder.DESC
    ordered = sorted(found, key=place, reverse=newest_first)
    if after is not None:
        last = (after.at, after.id)
        ordered = [one for one in ordered if (place(one) < last if newest_first else place(one) > last)]
    return tuple(ordered[:limit])
