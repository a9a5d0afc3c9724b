"""Changes of a SQLite file: told at the commit within the process; of other processes the file is asked."""

import asyncio
from pathlib import Path

from forebay.adapters.sql.sqlite_connection import connection
from forebay.adapters.sql.transaction import DatabaseSignals
from forebay.adapters.sql.watching import Watching
from forebay.application.cancellation import to_the_end
from forebay.application.change_listeners import ChangeListeners

_EVERY = 0.25  # seconds


class SqliteSignals(Watching):
    """Reads PRAGMA data_version, which costs no query: it differs once another connection has committed anything."""

    def __init__(self, path: Path, *, wait_seconds: float) -> None:
        super().__init__()
        self._path = path
        self._wait = wait_seconds

    async def watch(self, listeners: ChangeListeners) -> None:
        asked = connection(str(self._path), busy_timeout=self._wait, query_only=True)
        await asked
        try:
            seen = None
            while True:
                _, (version,) = await asked.run("PRAGMA data_version", ())
                if seen is None:
                    listeners.regain_hearing()  # whatever was committed before the first look was not noticed
                elif version != seen:
                    listeners.tell()
                seen = version
                await asyncio.sleep(_EVERY)
        finally:
            await to_the_end(asked.close())


def _fits(signals: SqliteSignals) -> DatabaseSignals:
    return signals
