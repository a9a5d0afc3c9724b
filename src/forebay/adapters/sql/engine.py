"""A database by its URL."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import URL, exc, make_url, text

from forebay.adapters.sql.errors import domain_errors
from forebay.adapters.sql.group_commit import WriterLimits
from forebay.adapters.sql.postgres import PostgresDatabase
from forebay.adapters.sql.sqlite import SqliteDatabase
from forebay.adapters.sql.transaction import Database
from forebay.domain.errors import DatabaseUnavailableError, SettingError

_SQLITE = "sqlite:///"
_POSTGRES = ("postgresql", "postgres", "postgresql+psycopg")
_EXPECTED = "expected sqlite:///path or postgresql://user:password@host:port/database"
_SELECT_ONE = text("SELECT 1")


def open_database(
    url: str,
    *,
    pool_size: int = 10,
    readers: int = 4,
    wait_seconds: float = 30.0,
    writer: WriterLimits | None = None,
) -> Database:
    """Nothing is connected yet. `pool_size` is PostgreSQL's; `readers` and `writer` are SQLite's.

    `wait_seconds`: how long one waits for a connection or a lock. SettingError for a URL that is not understood.
    """
    if is_sqlite(url):
        limits = writer or WriterLimits(wait=wait_seconds, turn=wait_seconds)
        return SqliteDatabase(sqlite_path(url), readers=readers, wait_seconds=wait_seconds, limits=limits)
    return PostgresDatabase(postgres_url(url), pool_size=pool_size, wait_seconds=wait_seconds)


async def wait_for_database(
    database: Database,
    *,
    limit_seconds: float,
    on_retry: Callable[[DatabaseUnavailableError, float], None] | None = None,
) -> None:
    """Returns once it answers. Asks after 0.1, 0.2, 0.4 … seconds, at most every 5; DatabaseUnavailableError at the
    limit. `on_retry` hears the error and the pause in seconds before each new attempt.
    """
    deadline = time.monotonic() + limit_seconds
    pause = 0.1
    while True:
        try:
            await ask(database)
        except DatabaseUnavailableError as error:
            pause = min(pause, deadline - time.monotonic())
            if pause <= 0:
                raise
            if on_retry is not None:
                on_retry(error, pause)
        else:
            return
        await asyncio.sleep(pause)
        pause = min(pause * 2, 5.0)


async def ask(database: Database, question: str = "") -> tuple[object, ...]:
    """The first row of the answer to a question (SQL); the point may only be that there is an answer."""
    transaction = database.transaction(write=False)
    try:
        with domain_errors():
            outcome = await transaction.execute(text(question) if question else _SELECT_ONE, None)
            return tuple(outcome.rows[0]) if outcome.rows else ()
    finally:
        await transaction.close()


def is_sqlite(url: str) -> bool:
    return url.startswith("sqlite:")


def sqlite_path(url: str) -> Path:
    """What follows sqlite:/// is the path as it stands: relative, or absolute with a fourth slash."""
    path = url.removeprefix(_SQLITE)
    if path in {url, "", ":memory:"}:
        raise SettingError(
            f"database_url {url!r} names no file; {_EXPECTED}; for a database in memory use memory:",
            field="FOREBAY_DATABASE_URL",
        )
    return Path(path).absolute()


def postgres_url(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (exc.ArgumentError, ValueError):
        raise SettingError(f"the URL cannot be read; {_EXPECTED}", field="FOREBAY_DATABASE_URL") from None
    if parsed.drivername not in _POSTGRES:
        raise SettingError(f"the URL begins with {parsed.drivername}:; {_EXPECTED}", field="FOREBAY_DATABASE_URL")
    return parsed.set(drivername="postgresql+psycopg")
