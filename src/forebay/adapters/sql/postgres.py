"""PostgreSQL through psycopg 3."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Literal

from sqlalchemy import URL, event, exc
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from forebay.adapters.sql.postgres_signals import PostgresSignals
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
from forebay.domain.errors import SettingError

_CONNECT_SECONDS = 10
# Temporary tables of a connection age as the database goes on, and no vacuum of others reaches them: one that is open
# for weeks would in the end keep the server from taking any more transactions.
_RECYCLE_SECONDS = 3600
_MISSING = "a PostgreSQL database needs the driver psycopg; install it with: pip install 'forebay[postgres]'"


class PostgresDatabase:
    """A pool of connections, checked before use, so that a restarted server is found again."""

    def __init__(self, url: URL, *, pool_size: int, wait_seconds: float) -> None:
        self._url = url
        patience = int(wait_seconds * 1000)
        defaults = {"connect_timeout": _CONNECT_SECONDS, "tcp_user_timeout": patience}
        arguments = {name: value for name, value in defaults.items() if name not in url.query}
        with driver_needed():
            self._engine = create_async_engine(
                url,
                pool_size=pool_size,
                max_overflow=0,
                pool_timeout=wait_seconds,
                pool_pre_ping=True,
                pool_recycle=_RECYCLE_SECONDS,
                isolation_level="READ COMMITTED",
                connect_args=arguments,
                hide_parameters=True,
                execution_options=ENGINE_OPTIONS,
            )
        self._signals = PostgresSignals({**self._engine.dialect.create_connect_args(url)[1], **arguments})
        # Reading needs no transaction around it: two round trips fewer.
        self._reading = self._engine.execution_options(isolation_level="AUTOCOMMIT")

        @event.listens_for(self._engine.sync_engine, "connect")
        def prepare(connection: DBAPIConnection, _: object) -> None:
            cursor = connection.cursor()
            cursor.execute("SET TIME ZONE 'UTC'")
            cursor.execute("SET jit = off")  # compiling takes longer than any query here
            cursor.execute(f"SET lock_timeout = {patience}")
            cursor.execute(f"SET idle_in_transaction_session_timeout = {patience}")
            cursor.close()
            connection.commit()

    @property
    def dialect(self) -> Literal["postgresql"]:
        return "postgresql"

    @property
    def label(self) -> str:
        port = f":{self._url.port}" if self._url.port else ""
        return f"postgresql at {self._url.host or 'localhost'}{port}/{self._url.database or ''}"

    @property
    def signals(self) -> PostgresSignals:
        return self._signals

    def transaction(self, *, write: bool) -> Transaction:
        return _PostgresTransaction(self._engine if write else self._reading)

    def usage(self) -> PoolUsage:
        return usage_of(self._engine)

    async def dispose(self) -> None:
        await self._signals.dispose()
        await self._engine.dispose()


class _PostgresTransaction:
    """A connection of the pool from the first statement until close()."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._connection: AsyncConnection | None = None

    async def execute(self, statement: Statement, values: Parameters) -> Outcome:
        if self._connection is None:
            self._connection = await self._engine.connect()
        return await execute_on(self._connection, statement, values)

    async def commit(self) -> None:
        if self._connection is not None:
            await self._connection.commit()

    async def close(self) -> None:
        taken, self._connection = self._connection, None
        if taken is not None:
            await to_the_end(_give_back(taken))


async def _give_back(connection: AsyncConnection) -> None:
    """Rolls back. A connection that broke has nothing to roll back, and the pool replaces it."""
    with suppress(exc.SQLAlchemyError):
        await connection.close()


@contextmanager
def driver_needed() -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        raise SettingError(_MISSING, field="FOREBAY_DATABASE_URL") from error


def _fits(database: PostgresDatabase) -> Database:
    return database
