"""Questions about many at once, in a few statements: databases limit how many values one may have."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, bindparam

from forebay.adapters.sql.statements import Query, Statements, Write
from forebay.adapters.sql.transaction import Values

_BATCH = 1_000  # values in one statement
_SOME = "some"

Many = Iterable[UUID] | Iterable[bytes]


def among(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether it is one of those that fetch_among() asks for."""
    return column.in_(bindparam(_SOME, expanding=True))


async def fetch_among(do: Statements, statement: Query, some: Many) -> list[Row[*tuple[Any, ...]]]:
    """The rows of a statement with among(); in the order of the values, as far as they come in several batches."""
    found: list[Row[*tuple[Any, ...]]] = []
    for batch in _batches(some):
        found += await do.fetch(statement, {_SOME: batch})
    return found


async def write_among(do: Statements, statement: Write, some: Many, values: Values | None = None) -> int:
    """How many rows a statement with among() wrote."""
    return sum([await do.write(statement, {_SOME: batch, **(values or {})}) for batch in _batches(some)])


def _batches(some: Many) -> Iterator[list[UUID | bytes]]:
    asked: list[UUID | bytes] = sorted({*some})
    for start in range(0, len(asked), _BATCH):
        yield asked[start : start + _BATCH]
