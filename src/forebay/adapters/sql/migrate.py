"""Brings a database to the schema of this program, and says whether it is there. All of it blocks: use a thread.

Several processes may migrate at the same time: one does it, the others wait and then find nothing to do. All
migrations of one call are one transaction: they land together or not at all.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, create_engine, pool, text

from forebay.adapters.sql.engine import is_sqlite, postgres_url, sqlite_path
from forebay.adapters.sql.errors import domain_errors
from forebay.adapters.sql.postgres import driver_needed
from forebay.adapters.sql.sqlite_connection import connect_sync
from forebay.domain.errors import DatabaseUnavailableError, InternalStateError, SchemaOutdatedError

HEAD = "0008"  # the newest revision in migrations/versions; revisions are numbers of four digits, so they sort

_WAIT_SECONDS = 60.0
_ADVISORY_LOCK = 0x666F7265626179  # "forebay": the key of PostgreSQL's lock that only migrations take
# Alembic keeps the migration that runs in module globals, so within one process they run one after another.
_ONE_AT_A_TIME = threading.Lock()
_HAS_REVISION = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'",
    "postgresql": "SELECT to_regclass('alembic_version')::text",
}


def upgrade(url: str, revision: str = "head") -> str:
    """The revision that the database has afterwards. A SQLite file and its folder are made.

    DatabaseUnavailableError; SchemaOutdatedError when a newer program has migrated it already.
    """
    if revision != "head" or (current(url) or "") < HEAD:
        _run(url, "upgrade", revision)
    if revision == "head":
        check_schema(url)
    return current(url) or ""


def downgrade(url: str, revision: str) -> None:
    """Back to a revision (`base`: nothing is left). Loses what the older schema has no place for."""
    _run(url, "downgrade", revision)


def current(url: str) -> str | None:
    """The revision of the database; None when no migration has touched it. DatabaseUnavailableError."""
    if is_sqlite(url) and not sqlite_path(url).exists():
        return None
    with domain_errors(), _connection(url) as connection:
        if connection.execute(text(_HAS_REVISION[connection.dialect.name])).scalar() is None:
            return None
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return str(found) if found is not None else None


def check_schema(url: str) -> None:
    """SchemaOutdatedError unless the schema is exactly the one of this program; it says what to do."""
    found = current(url)
    if found == HEAD:
        return
    if found is None:
        raise SchemaOutdatedError("the database has no schema yet; run `forebay migrate`")
    if found < HEAD:
        raise SchemaOutdatedError(
            f"the database has schema {found}, and this program needs {HEAD}; run `forebay migrate`"
        )
    raise SchemaOutdatedError(
        f"the database has schema {found}, which is newer than {HEAD} of this program; install a newer Forebay"
    )


def migrations_folder() -> Path:
    """In the package where it was installed from a wheel, else at the top of the checkout."""
    package = Path(__file__).parents[2]
    for folder in (package / "migrations", package.parents[1] / "migrations"):
        if (folder / "env.py").is_file():
            return folder
    raise InternalStateError(f"the migrations are not where they should be, in {package / 'migrations'}")


@contextmanager
def migration_connection(url: str) -> Iterator[Connection]:
    """A connection inside the transaction of a migration; nobody else migrates this database meanwhile."""
    if is_sqlite(url):
        folder = sqlite_path(url).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DatabaseUnavailableError(f"the folder of the database cannot be made: {error}") from error
    with domain_errors(), _connection(url) as connection:
        if is_sqlite(url):
            # Rebuilding a table drops the old one, which must not cascade; references are checked before the commit.
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        yield connection
        if is_sqlite(url) and connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
            raise InternalStateError("the migration would leave references that point at nothing")
        connection.commit()


def _run(url: str, action: Literal["upgrade", "downgrade"], revision: str) -> None:
    # Alembic takes a fifth of a second to load, which a server with an up-to-date database need not wait for.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    with _ONE_AT_A_TIME, migration_connection(url) as connection:
        config = Config()
        config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        config.attributes["connection"] = connection  # migrations/env.py takes it from here
        try:
            (command.upgrade if action == "upgrade" else command.downgrade)(config, revision)
        except CommandError as error:
            raise SchemaOutdatedError(f"the database cannot be brought to schema {revision}: {error}") from error


@contextmanager
def _connection(url: str) -> Iterator[Connection]:
    if is_sqlite(url):
        path = str(sqlite_path(url))
        engine = create_engine(
            "sqlite://", creator=lambda: connect_sync(path, busy_timeout=_WAIT_SECONDS), poolclass=pool.NullPool
        )
    else:
        with driver_needed():
            engine = create_engine(postgres_url(url), poolclass=pool.NullPool)
    with engine.connect() as connection:
        yield connection
