"""Listening for changes of a database, as long as somebody wants to know."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Set
from contextlib import asynccontextmanager

from forebay.application.cancellation import until_done
from forebay.application.change_listeners import ChangeListeners
from forebay.application.ports.signals import ChangeListener, Topic

_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 5.0  # seconds, before listening is tried again


class Watching(ABC):
    """Runs watch() from the first listener to the last one, and again whenever it fails."""

    def __init__(self) -> None:
        self._listeners = ChangeListeners(deaf=True)
        self._task: asyncio.Task[None] | None = None
        self._disposed = False

    @abstractmethod
    async def watch(self, listeners: ChangeListeners) -> None:
        """Tells the listeners of changes; regain_hearing() once it can. Raises when it no longer can."""

    @asynccontextmanager
    async def listen(self, topic: Topic) -> AsyncIterator[ChangeListener]:
        try:
            with self._listeners.added(topic) as listener:
                if self._task is None and not self._disposed:
                    self._task = asyncio.create_task(self._watch_on())
                yield listener
        finally:
            if not self._listeners:
                await self._stop()

    async def dispose(self) -> None:
        """Whoever still listens looks every second, and finds the database closed."""
        self._disposed = True
        await self._stop()

    def committed(self, topics: Set[Topic]) -> None:
        """Told at once, without the way through the database."""
        self._listeners.tell(topics)

    async def _stop(self) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            self._listeners.lose_hearing()
            await until_done(task)

    async def _watch_on(self) -> None:
        pause = _FIRST_PAUSE
        while True:
            try:
                await self.watch(self._listeners)
            except Exception:  # noqa: BLE001  # whatever it is, nobody may wait for what will not be told
                if not self._listeners.deaf:
                    pause = _FIRST_PAUSE
            self._listeners.lose_hearing()
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
