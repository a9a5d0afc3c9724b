"""Runs the migrations, from a checkout and from an installed wheel alike.

Several processes may do so at the same time: one migrates, the others wait and then find nothing to do. All
migrations of one call are one transaction: they land together or not at all.
"""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, create_engine, pool, text

import forebay
from forebay.adapters.sql.engine import is_sqlite, open_database, postgres_url, sqlite_path
from forebay.adapters.sql.errors import domain_errors
from forebay.adapters.sql.schema_version import HEAD, current_revision
from forebay.adapters.sql.sqlite_connection import connect_sync
from forebay.domain.errors import DatabaseUnavailableError, InternalStateError

_WAIT_SECONDS = 60.0
_ADVISORY_LOCK = 0x666F7265626179  # "forebay": the key of PostgreSQL's lock that only migrations take
# Alembic keeps the migration that runs in module globals, so within one process they run one after another.
_ONE_AT_A_TIME = threading.Lock()


async def upgrade(url: str, revision: str = "head") -> None:
    """To the newest schema by default. DatabaseUnavailableError. Safe to call again and from several processes.

    A database that a newer program has migrated stays as it is; check_schema tells.
    """
    if revision != "head" or await _revision_of(url) < HEAD:
        await asyncio.to_thread(_run, url, "upgrade", revision)


async def downgrade(url: str, revision: str) -> None:
    """Back to a revision (`base`: nothing is left). Loses what the older schema has no place for."""
    await asyncio.to_thread(_run, url, "downgrade", revision)


def migrations_folder() -> Path:
    """In the package where it was installed from a wheel, else at the top of the checkout."""
    package = Path(forebay.__file__).parent
    for folder in (package / "migrations", package.parents[1] / "migrations"):
        if (folder / "env.py").is_file():
            return folder
    raise InternalStateError(f"the migrations are not where they should be, in {package / 'migrations'}")


@contextmanager
def migration_connection(url: str) -> Iterator[Connection]:
    """A connection inside the transaction of a migration; nobody else migrates this database meanwhile."""
    with domain_errors(), _sqlite(url) if is_sqlite(url) else _postgres(url) as connection:
        yield connection


async def _revision_of(url: str) -> str:
    if is_sqlite(url) and not sqlite_path(url).exists():
        return ""
    database = open_database(url)
    try:
        return await current_revision(database) or ""
    finally:
        await database.dispose()


def _run(url: str, action: Literal["upgrade", "downgrade"], revision: str) -> None:
    # Alembic takes a fifth of a second to load, which a server with an up-to-date database need not wait for.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    with _ONE_AT_A_TIME, migration_connection(url) as connection:
        config = Config()
        config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection  # migrations/env.py takes it from here
        if action == "upgrade":
            command.upgrade(config, revision)
        else:
            command.downgrade(config, revision)


@contextmanager
def _sqlite(url: str) -> Iterator[Connection]:
    path = sqlite_path(url)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseUnavailableError(f"the folder of the database cannot be made: {error}") from error
    engine = create_engine(
        "sqlite://", creator=lambda: connect_sync(str(path), busy_timeout=_WAIT_SECONDS), poolclass=pool.NullPool
    )
    with engine.connect() as connection:
        # Rebuilding a table drops the old one, which must not cascade; the references are checked before the commit.
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        yield connection
        if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall():
            raise InternalStateError(f"the migration would leave {len(broken)} references that point at nothing")
        connection.commit()


@contextmanager
def _postgres(url: str) -> Iterator[Connection]:
    engine = create_engine(postgres_url(url), poolclass=pool.NullPool)
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        yield connection
