"""All records of a database, in one transaction."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Row, func, select, text

from forebay.adapters.sql.copying_tables import (
    MOST,
    Paging,
    copied_tables,
    doubles_of,
    key_of,
    numbered_tables,
    paging_of,
    table_called,
)
from forebay.adapters.sql.statements import Statements
from forebay.adapters.sql.transaction import Transaction
from forebay.application.ports.copying import Record

_FIRST_PAGE = 100  # records; later pages are as long as their size allows
_LARGEST_PAGE = 1_000
_PAGE_BYTES = 4 * 1024 * 1024
_GROWTH = 4
_LOOKED_AT = 64  # records of a page, to say how large the next one may be

_SQLITE_SEQUENCE = text("SELECT name, seq FROM sqlite_sequence")


class SqlRecords:
    """Reads page by page along the keys. What is read is so far apart that nothing needs to be kept open for it."""

    def __init__(self, transaction: Transaction, statements: Statements) -> None:
        self._transaction = transaction
        self._do = statements

    @property
    def tables(self) -> Sequence[str]:
        return [str(table.name) for table in copied_tables()]

    async def counts(self) -> Mapping[str, int]:
        found = {}
        for table in copied_tables():
            (row,) = await self._do.fetch(select(func.count().label("records")).select_from(table))
            found[str(table.name)] = int(row.records)
        return found

    async def read(self, table: str) -> AsyncIterator[Sequence[Record]]:
        described = table_called(table)
        doubles = doubles_of(described)
        async for rows in self._pages(paging_of(described), key_of(described)):
            yield [_plain(row, doubles) for row in rows] if doubles else [tuple(row) for row in rows]

    async def last_positions(self) -> Mapping[str, int]:
        if self._do.dialect == "sqlite":
            numbers = {row.name: int(row.seq) for row in await self._do.fetch(_SQLITE_SEQUENCE)}
            return {str(table.name): numbers.get(table.name, 0) for table in numbered_tables()}
        found = {}
        for table in numbered_tables():
            (key,) = key_of(table)
            of_it = text("SELECT pg_get_serial_sequence(:of_table, :of_column) AS name")
            (sequence,) = await self._do.fetch(of_it, {"of_table": table.name, "of_column": key.name})
            (row,) = await self._do.fetch(text(f"SELECT last_value, is_called FROM {sequence.name}"))  # noqa: S608 - the database's own name for it
            found[str(table.name)] = int(row.last_value) if row.is_called else 0
        return found

    async def _pages(
        self, paging: Paging, key: Sequence[Column[Any]]
    ) -> AsyncIterator[Sequence[Row[*tuple[Any, ...]]]]:
        most = _FIRST_PAGE
        rows = await self._do.fetch(paging.first, {MOST: most})
        while rows:
            after = {column.name: getattr(rows[-1], column.name) for column in key}
            yield rows
            if len(rows) < most:
                return
            most = _next_page(most, rows)
            rows = await self._do.fetch(paging.further, {MOST: most, **after})


def _next_page(most: int, rows: Sequence[Row[*tuple[Any, ...]]]) -> int:
    some = rows[:: -(-len(rows) // _LOOKED_AT)]
    size = sum(len(value) for row in some for value in row if isinstance(value, str | bytes))
    fitting = _PAGE_BYTES * len(some) // max(size, 1)
    return max(1, min(fitting, most * _GROWTH, _LARGEST_PAGE))


def _plain(row: Row[*tuple[Any, ...]], doubles: Sequence[int]) -> Record:
    values = list(row)
    for place in doubles:
        if values[place] is not None:
            values[place] += 0.0
    return tuple(values)
