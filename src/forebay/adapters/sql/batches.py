"""Questions about many at once, in a few statements: databases limit how many values one may have."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import BinaryExpression, ColumnElement, Row, Text, Uuid, any_, bindparam, cast, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from forebay.adapters.sql.column_types import RowId
from forebay.adapters.sql.statements import Query, Statements, Write
from forebay.adapters.sql.transaction import Values

_BATCH = 5_000  # values in one statement
_SOME = "some"

Many = Iterable[UUID] | Iterable[bytes]


class among(BinaryExpression[bool]):  # noqa: N801  # as SQLAlchemy names any_() and all_()
    """Whether the column is one of those that fetch_among() or write_among() asks for.

    On PostgreSQL ids come as one text: with a parameter for each, fifty cost more than the query.
    """

    inherit_cache = True

    def __init__(self, column: ColumnElement[Any]) -> None:
        some = column.in_(bindparam(_SOME, expanding=True))
        super().__init__(some.left, some.right, some.operator)


@compiles(among, "postgresql")
def _any_of_array(element: among, compiler: SQLCompiler, **how: Any) -> str:
    if not isinstance(element.left.type, RowId):
        rendered: str = compiler.visit_binary(element, **how)  # type: ignore[no-untyped-call]  # SQLAlchemy's own
        return rendered
    ids = cast(func.string_to_array(bindparam(_SOME, type_=Text()), ","), ARRAY(Uuid()))
    return compiler.process(element.left == any_(ids), **how)


async def fetch_among(
    do: Statements, statement: Query, some: Many, values: Values | None = None
) -> list[Row[*tuple[Any, ...]]]:
    """The rows of a statement with among(); in the order of the values, as far as they come in several batches."""
    found: list[Row[*tuple[Any, ...]]] = []
    for batch in _batches(do, some):
        found += await do.fetch(statement, {_SOME: batch, **(values or {})})
    return found


async def write_among(do: Statements, statement: Write, some: Many, values: Values | None = None) -> int:
    """How many rows a statement with among() wrote."""
    return sum([await do.write(statement, {_SOME: batch, **(values or {})}) for batch in _batches(do, some)])


def _batches(do: Statements, some: Many) -> Iterator[object]:
    asked: list[UUID | bytes] = sorted({*some}, key=_in_order)
    as_text = do.dialect == "postgresql" and bool(asked) and isinstance(asked[0], UUID)
    for start in range(0, len(asked), _BATCH):
        batch = asked[start : start + _BATCH]
        yield ",".join([_in_order(one).hex() for one in batch]) if as_text else batch


def _in_order(one: UUID | bytes) -> bytes:
    """To compare UUIDs themselves takes ten times as long."""
    return one.bytes if isinstance(one, UUID) else one
