"""Those in this process who wait for changes. Adapters of ChangeSignals tell them what they hear."""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from forebay.application.ports.signals import ChangeListener, Topic

_LOOK_EVERY = 1.0  # seconds, while changes cannot be heard of
_EVERYTHING = tuple(Topic)


class ChangeListeners:
    """`deaf`: changes cannot be heard of at present, so each listener reports one every second. For one event loop."""

    def __init__(self, *, deaf: bool = False) -> None:
        self.deaf = deaf
        self._listeners: dict[Topic, set[_Listener]] = {topic: set() for topic in Topic}

    @contextmanager
    def added(self, topic: Topic) -> Iterator[ChangeListener]:
        listener = _Listener(self)
        self._listeners[topic].add(listener)
        try:
            yield listener
        finally:
            self._listeners[topic].discard(listener)

    def __len__(self) -> int:
        return sum(len(some) for some in self._listeners.values())

    def tell(self, topics: Iterable[Topic] = _EVERYTHING) -> None:
        """There may be changes."""
        for topic in topics:
            for listener in self._listeners[topic]:
                listener.changed.set()

    def lose_hearing(self) -> None:
        self.deaf = True
        self.tell()

    def regain_hearing(self) -> None:
        """What happened meanwhile was not heard, so all have to look once."""
        self.deaf = False
        self.tell()


class _Listener:
    """Remembers a change until somebody waits for it."""

    def __init__(self, among: ChangeListeners) -> None:
        self._among = among
        self._reported_at = asyncio.get_running_loop().time()
        self.changed = asyncio.Event()

    async def wait(self, timeout: float) -> bool:  # noqa: ASYNC109 - as the port has it
        clock = asyncio.get_running_loop().time
        patience, deaf = timeout, False
        if self._among.deaf:
            until_next = max(0.0, self._reported_at + _LOOK_EVERY - clock())
            patience, deaf = min(timeout, until_next), until_next <= timeout
        try:
            async with asyncio.timeout(patience):
                await self.changed.wait()
        except TimeoutError:
            if not deaf:
                return False
        self.changed.clear()
        self._reported_at = clock()
        return True
