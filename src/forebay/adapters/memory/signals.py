"""Change signals of a database in memory: heard at the commit."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from forebay.application.change_listeners import ChangeListeners
from forebay.application.ports.signals import ChangeListener, ChangeSignals, Topic


class MemorySignals:
    """Tells those who listen in the same process; there are no others."""

    def __init__(self) -> None:
        self.listeners = ChangeListeners()

    @asynccontextmanager
    async def listen(self, topic: Topic) -> AsyncIterator[ChangeListener]:
        with self.listeners.added(topic) as listener:
            yield listener


def _fits(signals: MemorySignals) -> ChangeSignals:
    return signals
