"""Which schema does the database have at present?"""

from forebay.adapters.sql.engine import ask
from forebay.adapters.sql.transaction import Database
from forebay.application.ports.system import SchemaVersion


class SqlSchemaVersion:
    """Asks each time: somebody may migrate it while this program runs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def revision(self) -> str | None:
        row = await ask(self._database, "SELECT version_num FROM alembic_version")
        return str(row[0]) if row else None


def _fits(version: SqlSchemaVersion) -> SchemaVersion:
    return version
