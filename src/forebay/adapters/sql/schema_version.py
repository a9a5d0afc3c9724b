"""Which schema a database has, and whether that is the one of this program."""

from forebay.adapters.sql.engine import ask
from forebay.adapters.sql.transaction import Database
from forebay.domain.errors import SchemaOutdatedError

HEAD = "0001"  # the newest revision in migrations/versions; revisions are numbers of four digits, so they sort

_HAS_VERSIONS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'",
    "postgresql": "SELECT name FROM (SELECT to_regclass('alembic_version')::text AS name) AS found "
    "WHERE name IS NOT NULL",
}


async def current_revision(database: Database) -> str | None:
    """None for a database that no migration has touched. DatabaseUnavailableError."""
    if not await ask(database, _HAS_VERSIONS[database.dialect]):
        return None
    row = await ask(database, "SELECT version_num FROM alembic_version")
    return str(row[0]) if row else None


async def check_schema(database: Database) -> None:
    """SchemaOutdatedError unless the schema is exactly the one of this program; it says what to do."""
    current = await current_revision(database)
    if current == HEAD:
        return
    if current is None:
        raise SchemaOutdatedError(f"{database.label} has no schema yet; run `forebay migrate`")
    if current < HEAD:
        raise SchemaOutdatedError(
            f"{database.label} has schema {current}, and this program needs {HEAD}; run `forebay migrate`"
        )
    raise SchemaOutdatedError(
        f"{database.label} has schema {current}, which is newer than {HEAD} of this program; install a newer Forebay"
    )
