"""Changes of a PostgreSQL database: LISTEN on a connection of its own, beside the pool."""

from collections.abc import Mapping, Set
from typing import Any

from forebay.adapters.sql.outbox import CHANNEL
from forebay.adapters.sql.transaction import DatabaseSignals
from forebay.adapters.sql.watching import Watching
from forebay.application.cancellation import to_the_end
from forebay.application.change_listeners import ChangeListeners
from forebay.application.ports.signals import Topic

_TOPICS = {topic.value: topic for topic in Topic}
_KEEPALIVE = {"keepalives": 1, "keepalives_idle": 15, "keepalives_interval": 5, "keepalives_count": 3}  # seconds


class PostgresSignals(Watching):
    """`arguments`: how psycopg connects. A connection that fell silent is noticed by TCP's keepalives."""

    def __init__(self, arguments: Mapping[str, Any]) -> None:
        super().__init__()
        self._arguments = {**_KEEPALIVE, **arguments}

    async def watch(self, listeners: ChangeListeners) -> None:
        from psycopg import AsyncConnection  # noqa: PLC0415  # an extra

        connection = await AsyncConnection.connect(**self._arguments, autocommit=True)
        try:
            await connection.execute(f"LISTEN {CHANNEL}")
            listeners.regain_hearing()  # whatever was committed before was not heard
            async for notice in connection.notifies():
                if notice.payload in _TOPICS:
                    listeners.tell([_TOPICS[notice.payload]])
        finally:
            await to_the_end(connection.close())

    def committed(self, topics: Set[Topic]) -> None:
        """PostgreSQL tells this process as it tells all others."""


def _fits(signals: PostgresSignals) -> DatabaseSignals:
    return signals
