"""Pages of a table in the order of a time and an id."""

from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, tuple_

from forebay.adapters.sql.column_types import RowId, UtcTime
from forebay.adapters.sql.transaction import Values
from forebay.domain.paging import Position, SortOrder

_PLACE = tuple_(bindparam("at", type_=UtcTime()), bindparam("last_id", type_=RowId()))


def page(
    statement: Select[*tuple[Any, ...]],
    columns: tuple[ColumnElement[Any], ColumnElement[Any]],
    *,
    order: SortOrder,
    after: Position | None,
    limit: int,
) -> tuple[Select[*tuple[Any, ...]], Values]:
    """The statement for at most `limit` rows behind `after` in `order`, and its values."""
    newest_first = order is SortOrder.DESC
    values: Values = {}
    if after is not None:
        place = tuple_(*columns)
        statement = statement.where(place < _PLACE if newest_first else place > _PLACE)
        values = {"at": after.at, "last_id": after.id}
    return statement.order_by(*(c.desc() if newest_first else c.asc() for c in columns)).limit(limit), values
