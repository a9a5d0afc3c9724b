"""Change signals for a database that cannot tell of changes: everybody looks once a second."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from forebay.application.change_listeners import ChangeListeners
from forebay.application.ports.signals import ChangeListener, ChangeSignals, Topic


class PollingSignals:
    """For units of work that an embedding program brings without signals of their own."""

    def __init__(self) -> None:
        self._listeners = ChangeListeners(deaf=True)

    @asynccontextmanager
    async def listen(self, topic: Topic) -> AsyncIterator[ChangeListener]:
        with self._listeners.added(topic) as listener:
            yield listener


def _fits(signals: PollingSignals) -> ChangeSignals:
    return signals
