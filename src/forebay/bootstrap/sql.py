"""The SQL database of the settings: waited for, migrated or checked, opened."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from forebay.adapters.sql.engine import is_sqlite, open_database, sqlite_path, wait_for_database
from forebay.adapters.sql.migrate import check_schema, upgrade
from forebay.adapters.sql.probe import DatabaseProbe
from forebay.adapters.sql.schema_version import SqlSchemaVersion
from forebay.adapters.sql.traced import TracedDatabase
from forebay.adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from forebay.bootstrap.parts import DatabaseParts
from forebay.bootstrap.settings import Settings
from forebay.domain.errors import DatabaseUnavailableError, SettingError


@asynccontextmanager
async def open_sql(settings: Settings) -> AsyncIterator[DatabaseParts]:
    """SQLite is created and migrated; a PostgreSQL schema that is not current is SchemaOutdatedError."""
    url = settings.database_url
    if is_sqlite(url):
        _make_folder(sqlite_path(url).parent)
        await asyncio.to_thread(upgrade, url)
    database = open_database(url, pool_size=settings.database_pool_size)
    try:
        await wait_for_database(database, limit_seconds=settings.database_wait_seconds, on_retry=_say_waiting)
        await asyncio.to_thread(check_schema, url)
        yield DatabaseParts(
            unit_of_work=SqlUnitOfWorkFactory(database),
            signals=database.signals,
            schema=SqlSchemaVersion(database),
            pool=database,
            probe=DatabaseProbe(database),
            traced=lambda tracer: SqlUnitOfWorkFactory(TracedDatabase(database, tracer)),
        )
    finally:
        await database.dispose()


def migrate(settings: Settings) -> str:
    """The revision that the database is at afterwards. Waits for the database as the server does."""
    return asyncio.run(_migrate(settings))


async def _migrate(settings: Settings) -> str:
    url = settings.database_url
    if is_sqlite(url):
        _make_folder(sqlite_path(url).parent)
    else:
        database = open_database(url, pool_size=1)
        try:
            await wait_for_database(database, limit_seconds=settings.database_wait_seconds, on_retry=_say_waiting)
        finally:
            await database.dispose()
    return await asyncio.to_thread(upgrade, url)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError(
            f"cannot make the folder {folder} for the database: {error.strerror}; "
            "set FOREBAY_DATA_DIR or FOREBAY_DATABASE_URL to a place that can be written",
            field="FOREBAY_DATA_DIR",
        ) from None


def _say_waiting(error: DatabaseUnavailableError, pause: float) -> None:
    # The standard logger: structlog, unconfigured as in a program that embeds the library, writes to standard output.
    logging.getLogger("forebay.database").warning(
        "waiting for the database, asking again in %.1f s: %s", pause, error.message
    )
