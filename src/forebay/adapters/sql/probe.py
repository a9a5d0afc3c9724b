"""Does the database answer?"""

from forebay.adapters.sql.engine import ask
from forebay.adapters.sql.transaction import Database
from forebay.application.ports.blobs import Probe

_VERSION = {"sqlite": "SELECT sqlite_version(), count(*) FROM sqlite_master", "postgresql": "SHOW server_version"}


class DatabaseProbe:
    """Asks for the version, which on SQLite also reads the file."""

    name = "db"

    def __init__(self, database: Database) -> None:
        self._database = database

    async def check(self) -> str:
        """Such as `postgresql 17.2 at db.example:5432/forebay`; DatabaseUnavailableError."""
        version = str((await ask(self._database, _VERSION[self._database.dialect]))[0]).split()[0]
        return self._database.label.replace(" at ", f" {version} at ", 1)


def _fits(probe: DatabaseProbe) -> Probe:
    return probe
