"""What a unit of work needs of a database, whichever it is."""

from collections.abc import Mapping, Sequence, Set
from typing import Any, Literal, NamedTuple, Protocol

from sqlalchemy import CursorResult, Executable, QueuePool, Row
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from forebay.adapters.sql.bulk import BulkInsert, insert_all
from forebay.application.ports.signals import ChangeSignals, Topic
from forebay.application.ports.system import PoolUsage

Dialect = Literal["sqlite", "postgresql"]
Values = Mapping[str, object]
Parameters = Values | Sequence[Values] | None  # several rows: the statement is executed for each of them
Statement = Executable | BulkInsert | str  # a text is for the driver, and so are the values that go with it
Rows = Sequence[Row[*tuple[Any, ...]]]  # a row's columns have the types of its statement, which a port cannot know

ENGINE_OPTIONS = {"preserve_rowcount": True}  # else an INSERT … ON CONFLICT DO NOTHING does not say what it did


class Outcome(NamedTuple):
    """All rows of a query, and how many rows a statement wrote."""

    rows: Rows
    written: int

    @classmethod
    def of(cls, result: CursorResult[*tuple[Any, ...]]) -> "Outcome":
        return cls(result.all(), 0) if result.returns_rows else cls((), result.rowcount)


async def execute_on(connection: AsyncConnection, statement: Statement, values: Parameters) -> Outcome:
    if isinstance(statement, BulkInsert):
        await insert_all(connection, statement)
        return Outcome((), len(statement.rows))
    if not isinstance(statement, str):
        return Outcome.of(await connection.execute(statement, values))
    return Outcome.of(await connection.exec_driver_sql(statement, values))


def usage_of(*engines: AsyncEngine) -> PoolUsage:
    """Of all their pools, which do not overflow."""
    pools = [engine.pool for engine in engines]
    queues = [pool for pool in pools if isinstance(pool, QueuePool)]
    return PoolUsage(in_use=sum(pool.checkedout() for pool in queues), limit=sum(pool.size() for pool in queues))


class Transaction(Protocol):
    """One transaction, begun by its first statement. Used by one task. Raises what SQLAlchemy raises."""

    async def execute(self, statement: Statement, values: Parameters) -> Outcome: ...

    async def commit(self) -> None:
        """Durable when it returns."""
        ...

    async def close(self) -> None:
        """Rolls back what was not committed. Never cut short by a cancellation; never raises for a database gone."""
        ...


class DatabaseSignals(ChangeSignals, Protocol):
    """Hears of what is committed."""

    def committed(self, topics: Set[Topic]) -> None:
        """This process has just committed something. Others, and perhaps this one, hear of it from the database."""
        ...


class Database(Protocol):
    """A database with its connections. `label`: its kind and where it is, without secrets."""

    @property
    def dialect(self) -> Dialect: ...
    @property
    def label(self) -> str: ...
    @property
    def signals(self) -> DatabaseSignals: ...

    def transaction(self, *, write: bool) -> Transaction: ...

    def usage(self) -> PoolUsage:
        """Connections for transactions; not those that listen."""
        ...

    async def dispose(self) -> None:
        """Closes every connection. Nothing may be begun afterwards."""
        ...
