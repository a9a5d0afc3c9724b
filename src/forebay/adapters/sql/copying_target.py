"""A database that is filled as a whole, in one transaction."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

from sqlalchemy import Table, delete, select, text, update
from sqlalchemy.dialects import registry

from forebay.adapters.sql.bulk import BulkInsert, Passing
from forebay.adapters.sql.copying_records import SqlRecords
from forebay.adapters.sql.copying_tables import (
    copied_tables,
    key_of,
    numbered_tables,
    self_references,
    table_called,
)
from forebay.adapters.sql.copying_transaction import NamedTransaction, named
from forebay.adapters.sql.document_index import document_index
from forebay.adapters.sql.documents_tables import categories
from forebay.adapters.sql.migrate import check_schema, current, upgrade
from forebay.adapters.sql.statements import Statements
from forebay.adapters.sql.tables import tables_of
from forebay.adapters.sql.transaction import Database, Parameters, Statement, Transaction
from forebay.application.ports.copying import Record, RecordTarget, TargetRecords
from forebay.application.ports.document_records import IndexEntry
from forebay.domain.documents.starter_categories import starter_categories
from forebay.domain.errors import DatabaseUnavailableError, SchemaOutdatedError

# Others may read what was there before, and nobody can write. The transaction waits for bytes now and then.
_BEGIN = {
    "sqlite": (),  # every transaction that writes is the only one
    "postgresql": (
        "SET LOCAL idle_in_transaction_session_timeout = 0",
        "SET LOCAL statement_timeout = 0",
        f"LOCK TABLE {', '.join(table.name for table in copied_tables())} IN EXCLUSIVE MODE",
    ),
}
_ANALYZE = f"ANALYZE {', '.join(map(str, tables_of('postgresql')))}"
_STARTERS = select(categories.c.id, categories.c.created_at, categories.c.updated_at)
_NUMBER_SQLITE = (
    "DELETE FROM sqlite_sequence WHERE name = :of_table",
    "INSERT INTO sqlite_sequence (name, seq) VALUES (:of_table, :last)",
)
_NUMBER_POSTGRES = ("SELECT setval(pg_get_serial_sequence(:of_table, :of_column), greatest(:last, 1), :last > 0)",)


class SqlRecordTarget:
    """PostgreSQL or a SQLite file, which is made with its folder."""

    def __init__(self, database: Database, url: str) -> None:
        self._database = database
        self._url = url

    @property
    def label(self) -> str:
        return self._database.label

    async def prepare(self) -> None:
        """An older schema is left as it is: it may belong to somebody else."""
        await asyncio.to_thread(self._prepare)

    def _prepare(self) -> None:
        try:
            if current(self._url) is None:
                upgrade(self._url)
            check_schema(self._url)
        except SchemaOutdatedError as error:
            raise SchemaOutdatedError(f"the target, {self.label}: {error.message}") from error
        except DatabaseUnavailableError as error:
            raise named(error, self.label) from error

    @asynccontextmanager
    async def open(self) -> AsyncIterator["SqlTargetRecords"]:
        dialect = self._database.dialect
        transaction = NamedTransaction(self._database, write=True)
        try:
            for statement in _BEGIN[dialect]:
                await transaction.execute(statement, None)
            yield SqlTargetRecords(transaction, Statements(transaction, dialect=dialect, write=True))
        finally:
            await transaction.close()


class SqlTargetRecords(SqlRecords):
    """Records that refer to others of their table wait, as pairs of keys, in a table that passes away."""

    def __init__(self, transaction: Transaction, statements: Statements) -> None:
        super().__init__(transaction, statements)
        self._index = document_index(statements)
        self._referring: set[str] = set()

    async def holdings(self) -> Mapping[str, int]:
        held = {name: number for name, number in (await self.counts()).items() if number}
        return {} if [*held] == [categories.name] and await self._are_starters() else held

    async def _are_starters(self) -> bool:
        """As the migration made them, and nobody has touched them."""
        rows = await self._do.fetch(_STARTERS)
        known = {category.id for category in starter_categories(at=rows[0].created_at)}
        return all(row.id in known and row.created_at == row.updated_at for row in rows)

    async def clear(self) -> None:
        await self._run(delete(categories))

    async def add(self, table: str, records: Sequence[Record]) -> None:
        described = table_called(table)
        if references := self_references(described):
            records = await self._hold_back(described, [column.name for column in references], records)
        await self._insert(described, records)

    async def index(self, entry: IndexEntry) -> None:
        await self._index.put(entry)

    async def finish(self, last_positions: Mapping[str, int]) -> None:
        for name in self._referring:
            await self._refer(table_called(name))
        for table in numbered_tables():
            (key,) = key_of(table)
            values = {"of_table": table.name, "of_column": key.name, "last": last_positions.get(table.name, 0)}
            for statement in _NUMBER_SQLITE if self._do.dialect == "sqlite" else _NUMBER_POSTGRES:
                prepared = text(statement)
                await self._run(prepared, {name: values[name] for name in prepared.compile().params})

    async def commit(self) -> None:
        if self._do.dialect == "postgresql":  # else the first queries would be planned as if there were nothing
            await self._run(_ANALYZE)
        await self._do.commit()

    async def _hold_back(self, table: Table, names: Sequence[str], records: Sequence[Record]) -> Sequence[Record]:
        """The records without those references."""
        columns = [column.name for column in table.columns]
        places = [columns.index(name) for name in names]
        waiting = _waiting(table)
        kept = [columns.index(column.name) for column in waiting.table.columns if column.name in columns]
        pairs = [
            (None, *(record[place] for place in kept))
            for record in records
            if any(record[place] is not None for place in places)
        ]
        if not pairs:
            return records
        if table.name not in self._referring:
            self._referring.add(table.name)
            await self._run(waiting.create)
            await self._run(waiting.clear)
        await self._insert(waiting.table, pairs)
        return [tuple(None if place in places else value for place, value in enumerate(record)) for record in records]

    async def _refer(self, table: Table) -> None:
        pairs = _waiting(table).table
        same = [column == pairs.c[column.name] for column in key_of(table)]
        await self._run(
            update(table).values({column: pairs.c[column.name] for column in self_references(table)}).where(*same)
        )

    async def _insert(self, table: Table, records: Sequence[Record]) -> None:
        if self._do.dialect == "sqlite":
            convert = _converters(table)
            records = [
                tuple(
                    value if make is None or value is None else make(value)
                    for make, value in zip(convert, record, strict=True)
                )
                for record in records
            ]
        await self._run(BulkInsert(table, records))

    async def _run(self, statement: Statement, values: Parameters = None) -> None:
        await self._transaction.execute(statement, values)


@cache
def _waiting(table: Table) -> Passing:
    names = [column.name for column in (*key_of(table), *self_references(table))]
    return Passing.like(table, f"referring_{table.name}", only=names)


@cache
def _converters(table: Table) -> Sequence[Callable[[Any], Any] | None]:
    """From Python's values to those that SQLite keeps."""
    dialect = registry.load("sqlite")()
    return [column.type.dialect_impl(dialect).bind_processor(dialect) for column in table.columns]


def _fits(target: SqlRecordTarget, records: SqlTargetRecords) -> tuple[RecordTarget, TargetRecords]:
    return target, records
