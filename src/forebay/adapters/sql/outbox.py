"""What a commit writes and tells besides what the unit of work did: events, and who is to be woken.

Positions of events have to rise in the order in which events become visible. SQLite has one writer. On PostgreSQL one
transaction at a time may have taken positions that are not committed: each takes a lock before its first position and
has it until its end. Everything else is written before, so that the lock is held no longer than a commit takes.
"""

from itertools import chain, combinations

from sqlalchemy import BigInteger, Select, func, insert, literal, select

from forebay.adapters.sql.processing_tables import events
from forebay.adapters.sql.statements import Statements
from forebay.adapters.sql.transaction import Values
from forebay.application.ports.signals import Topic

CHANNEL = "forebay"  # of LISTEN and NOTIFY; the payload is the topic
_ORDER_LOCK = 0x666F726562617A  # an advisory lock of PostgreSQL that only this takes

_INSERT_EVENT = insert(events)


def _announcement(topics: tuple[Topic, ...]) -> Select[*tuple[str, ...]]:
    locks = [func.pg_advisory_xact_lock(literal(_ORDER_LOCK, BigInteger))] if Topic.EVENTS in topics else []
    return select(*locks, *(func.pg_notify(CHANNEL, topic.value) for topic in topics))


_ANNOUNCE = {
    frozenset(topics): _announcement(topics)
    for topics in chain.from_iterable(combinations(Topic, count) for count in range(1, len(Topic) + 1))
}


class Outbox:
    """Filled while the unit of work runs. `topics`: whom the commit concerns."""

    def __init__(self, statements: Statements) -> None:
        self.topics: set[Topic] = set()
        self._do = statements
        self._events: list[Values] = []

    def record(self, event: Values) -> None:
        self._do.check()
        self._events.append(event)
        self.topics.add(Topic.EVENTS)

    async def flush(self) -> None:
        """The last that the unit of work writes."""
        if not self.topics:
            return
        self._do.check()
        if self._do.dialect == "postgresql":
            await self._do.fetch(_ANNOUNCE[frozenset(self.topics)])  # PostgreSQL sends it once it has committed
        if self._events:
            await self._do.write_many(_INSERT_EVENT, self._events)
