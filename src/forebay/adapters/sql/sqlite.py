"""SQLite: one writing connection for all, and a few that read beside it."""

from pathlib import Path
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from forebay.adapters.sql.group_commit import GroupCommit, Member, WriterLimits
from forebay.adapters.sql.sqlite_connection import connection
from forebay.adapters.sql.sqlite_signals import SqliteSignals
from forebay.adapters.sql.transaction import (
    ENGINE_OPTIONS,
    Database,
    Outcome,
    Parameters,
    Statement,
    Transaction,
    execute_on,
    usage_of,
)
from forebay.application.cancellation import to_the_end
from forebay.application.ports.system import PoolUsage


class SqliteDatabase:
    """A file in WAL mode. Other processes may write to it too; each waits for the other's commit."""

    def __init__(self, path: Path, *, readers: int = 4, wait_seconds: float = 30.0, limits: WriterLimits) -> None:
        self._path = path
        self._wait = wait_seconds
        self._readers = self._engine(readers, query_only=True)
        self._writing = self._engine(1, query_only=False)
        self._writer = GroupCommit(self._writing, limits)
        self._signals = SqliteSignals(path, wait_seconds=wait_seconds)

    @property
    def dialect(self) -> Literal["sqlite"]:
        return "sqlite"

    @property
    def label(self) -> str:
        return f"sqlite at {self._path}"

    @property
    def signals(self) -> SqliteSignals:
        return self._signals

    def transaction(self, *, write: bool) -> Transaction:
        return Member(self._writer) if write else _Reading(self._readers)

    def usage(self) -> PoolUsage:
        """Of those that read; whoever writes takes turns on one more."""
        return usage_of(self._readers)

    async def dispose(self) -> None:
        await self._signals.dispose()
        await self._writer.dispose()
        await self._writing.dispose()
        await self._readers.dispose()

    def _engine(self, size: int, *, query_only: bool) -> AsyncEngine:
        def connect(*_: object, **__: object) -> object:
            return connection(str(self._path), busy_timeout=self._wait, query_only=query_only)

        return create_async_engine(
            "sqlite+aiosqlite:///file-given-by-the-creator",
            pool_size=size,
            max_overflow=0,
            pool_timeout=self._wait,
            connect_args={"async_creator_fn": connect},
            hide_parameters=True,
            execution_options=ENGINE_OPTIONS,
        )


class _Reading:
    """Reads what is committed; each statement sees the newest state. Nothing is locked."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._connection: AsyncConnection | None = None

    async def execute(self, statement: Statement, values: Parameters) -> Outcome:
        if self._connection is None:
            self._connection = await self._engine.connect()
        return await execute_on(self._connection, statement, values)

    async def commit(self) -> None:
        """There is nothing to make durable."""

    async def close(self) -> None:
        taken, self._connection = self._connection, None
        if taken is not None:
            await to_the_end(taken.close())


def _fits(database: SqliteDatabase) -> Database:
    return database
