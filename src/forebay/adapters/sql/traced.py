"""A database each of whose statements is told to a tracer, on the side of whoever waits for it.

Not by events of the engine: SQLite's single writer executes the statements of all in a task of its own, and PostgreSQL
commits without a statement. So what waiting for one's turn takes is seen as well.
"""

import re
from collections.abc import Callable, Mapping
from functools import partial
from weakref import WeakKeyDictionary

from sqlalchemy import Executable
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect as Compiling
from sqlalchemy.sql import ClauseElement

from forebay.adapters.sql.bulk import BulkInsert
from forebay.adapters.sql.transaction import (
    Database,
    DatabaseSignals,
    Dialect,
    Outcome,
    Parameters,
    Statement,
    Transaction,
)
from forebay.application.ports.system import PoolUsage
from forebay.application.ports.tracing import StatementTracer

_DIALECTS: Mapping[Dialect, Callable[[], Compiling]] = {"sqlite": sqlite.dialect, "postgresql": postgresql.dialect}
_HOW_MANY = re.compile(r"\(__\[POSTCOMPILE_[^\]]*\]\)")  # as many values as there are each time


class StatementTexts:
    """Statements as the database reads them, with places for values and none in them.

    Those that are made once, which most are, are compiled once.
    """

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = _DIALECTS[dialect]()
        self._known: WeakKeyDictionary[Executable, dict[tuple[str, ...], str]] = WeakKeyDictionary()

    def of(self, statement: Statement, values: Parameters) -> str:
        if isinstance(statement, BulkInsert):
            return f"INSERT INTO {statement.table.name}"
        if isinstance(statement, str):
            return statement
        columns = _columns(values)
        texts = self._known.setdefault(statement, {})
        if columns not in texts:
            texts[columns] = self._compiled(statement, columns)
        return texts[columns]

    def _compiled(self, statement: Executable, columns: tuple[str, ...]) -> str:
        if not isinstance(statement, ClauseElement):
            return type(statement).__name__
        try:
            compiled = str(statement.compile(dialect=self._dialect, column_keys=[*columns] or None))
        except Exception:  # noqa: BLE001 - a statement that only its engine can compile is executed all the same
            return type(statement).__name__
        return " ".join(_HOW_MANY.sub("(...)", compiled).split())


class TracedDatabase:
    """Behaves as the database it wraps."""

    def __init__(self, database: Database, tracer: StatementTracer) -> None:
        self._database = database
        self._tracer = tracer
        self._texts = StatementTexts(database.dialect)

    @property
    def dialect(self) -> Dialect:
        return self._database.dialect

    @property
    def label(self) -> str:
        return self._database.label

    @property
    def signals(self) -> DatabaseSignals:
        return self._database.signals

    def transaction(self, *, write: bool) -> Transaction:
        return _TracedTransaction(self._database.transaction(write=write), self.dialect, self._tracer, self._texts)

    def usage(self) -> PoolUsage:
        return self._database.usage()

    async def dispose(self) -> None:
        await self._database.dispose()


class _TracedTransaction:
    """A commit is told if there was anything to commit."""

    def __init__(
        self, transaction: Transaction, dialect: Dialect, tracer: StatementTracer, texts: StatementTexts
    ) -> None:
        self._transaction = transaction
        self._dialect = dialect
        self._tracer = tracer
        self._texts = texts
        self._begun = False

    async def execute(self, statement: Statement, values: Parameters) -> Outcome:
        self._begun = True
        with self._tracer.statement(self._dialect, partial(self._texts.of, statement, values)):
            return await self._transaction.execute(statement, values)

    async def commit(self) -> None:
        if not self._begun:
            await self._transaction.commit()
            return
        with self._tracer.statement(self._dialect, _commit):
            await self._transaction.commit()

    async def close(self) -> None:
        await self._transaction.close()


def _commit() -> str:
    return "COMMIT"


def _columns(values: Parameters) -> tuple[str, ...]:
    if not values:
        return ()
    return tuple(values if isinstance(values, Mapping) else values[0])


def _fit(database: TracedDatabase, transaction: _TracedTransaction) -> tuple[Database, Transaction]:
    return database, transaction
