"""A connection of aiosqlite that crosses to its thread once for each statement.

SQLAlchemy's adapter asks for a cursor, executes, fetches and closes: with aiosqlite's own cursor these are four
crossings of some 50 microseconds each, and under load each one waits for the interpreter's lock.
"""

import asyncio
import sqlite3
import time
from collections.abc import Iterable, Sequence
from typing import Any

import aiosqlite

from forebay.application.cancellation import to_the_end

_CACHED_STATEMENTS = 256
_FETCH_CHUNK = 64  # of aiosqlite's own cursors, which are not used here


class OneHopCursor:
    """What SQLAlchemy needs of an asynchronous cursor; rows are fetched together with the execution."""

    arraysize = 1

    def __init__(self, connection: "OneHopConnection") -> None:
        self._connection = connection
        self._cursor: sqlite3.Cursor | None = None
        self._rows: Sequence[object] = ()

    async def __aenter__(self) -> "OneHopCursor":
        return self

    @property
    def description(self) -> object:
        return self._cursor.description if self._cursor else None

    @property
    def rowcount(self) -> int:
        return self._cursor.rowcount if self._cursor else -1

    @property
    def lastrowid(self) -> int | None:
        return self._cursor.lastrowid if self._cursor else None

    async def execute(self, sql: str, parameters: Sequence[object] = ()) -> "OneHopCursor":
        self._cursor, self._rows = await self._connection.run(sql, parameters)
        return self

    async def executemany(self, sql: str, parameters: Iterable[Sequence[object]]) -> "OneHopCursor":
        self._cursor, self._rows = await self._connection.run_many(sql, parameters)
        return self

    async def fetchall(self) -> Sequence[object]:
        return self._rows

    async def close(self) -> None:
        """The cursor was exhausted by the fetch; there is nothing left to let go of."""


class OneHopConnection(aiosqlite.Connection):
    """aiosqlite's connection with the cursor above; its thread is waited for when connecting fails, too."""

    _stopped: asyncio.Future[object] | None = None
    _made: sqlite3.Connection | None = None

    def cursor(self) -> Any:  # the base class promises its own cursor type; SQLAlchemy is the only caller
        return OneHopCursor(self)

    def stop(self) -> asyncio.Future[object] | None:
        self._stopped = super().stop()
        return self._stopped

    def open(self, path: str, *, busy_timeout: float, query_only: bool) -> sqlite3.Connection:
        """In the thread. The result is kept, in case that nobody waits for it any more."""
        self._made = connect_sync(path, busy_timeout=busy_timeout, query_only=query_only)
        return self._made

    async def _connect(self) -> aiosqlite.Connection:
        try:
            return await super()._connect()
        except BaseException:
            await to_the_end(self._let_go())
            raise

    async def _let_go(self) -> None:
        """Waits for the thread, which else would report its end to a loop that may be closed by then."""
        if self._stopped is not None:
            await asyncio.wait([self._stopped])
        if self._made is not None:
            self._made.close()

    async def run(self, sql: str, parameters: Sequence[object]) -> tuple[sqlite3.Cursor, Sequence[object]]:
        def work() -> tuple[sqlite3.Cursor, Sequence[object]]:
            cursor = self._conn.execute(sql, parameters)
            return cursor, cursor.fetchall() if cursor.description else ()

        found: tuple[sqlite3.Cursor, Sequence[object]] = await self._execute(work)  # type: ignore[no-untyped-call]  # aiosqlite leaves it untyped
        return found

    async def run_many(
        self, sql: str, parameters: Iterable[Sequence[object]]
    ) -> tuple[sqlite3.Cursor, Sequence[object]]:
        cursor: sqlite3.Cursor = await self._execute(self._conn.executemany, sql, parameters)  # type: ignore[no-untyped-call]  # aiosqlite leaves it untyped
        return cursor, ()

    async def commit(self) -> None:
        if self._conn.in_transaction:
            await super().commit()

    async def rollback(self) -> None:
        if self._conn.in_transaction:
            await super().rollback()


def connection(path: str, *, busy_timeout: float, query_only: bool) -> OneHopConnection:
    """A connection to come, with the pragmas that Forebay relies on; statements begin no transaction by themselves."""

    def connect() -> sqlite3.Connection:
        return made.open(path, busy_timeout=busy_timeout, query_only=query_only)

    made = OneHopConnection(connect, _FETCH_CHUNK)
    made._thread.daemon = True  # noqa: SLF001  # as SQLAlchemy does: a forgotten connection must not hang the exit
    return made


def connect_sync(path: str, *, busy_timeout: float, query_only: bool = False) -> sqlite3.Connection:
    made = sqlite3.connect(
        path, timeout=busy_timeout, isolation_level=None, cached_statements=_CACHED_STATEMENTS, check_same_thread=False
    )
    try:
        _use_wal(made, busy_timeout)
        made.execute("PRAGMA foreign_keys = ON")
        made.execute("PRAGMA synchronous = FULL")
        made.execute(f"PRAGMA journal_size_limit = {64 * 1024 * 1024}")
        made.execute("PRAGMA temp_store = MEMORY")
        if query_only:
            made.execute("PRAGMA query_only = ON")
    except BaseException:
        made.close()
        raise
    return made


def _use_wal(connection: sqlite3.Connection, patience: float) -> None:
    """The switch fails at once, whatever the busy timeout, while another connection makes it: so it is tried again."""
    deadline = time.monotonic() + patience
    while connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        try:
            connection.execute("PRAGMA journal_mode = WAL").fetchone()
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
        else:
            if connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
                raise sqlite3.OperationalError("the file system of the database does not support WAL")
        time.sleep(0.005)
