"""One transaction in memory."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from forebay.adapters.memory.database import MemoryDatabase
from forebay.adapters.memory.state import State
from forebay.application.ports.signals import Topic
from forebay.domain.errors import DatabaseUnavailableError, InternalStateError
from forebay.domain.processing.event import NewEvent


class Work:
    """A writer waits for its turn with its first operation, and then has a draft of its own.

    Nothing here gives way to other tasks between looking and committing, so that readers never see half a commit.
    """

    def __init__(self, database: MemoryDatabase, *, write: bool) -> None:
        self.events: list[NewEvent] = []
        self.topics: set[Topic] = set()
        self._database = database
        self._write = write
        self._void = "" if write else "it was opened with write=False"
        self._draft: tuple[State, Callable[[], None]] | None = None
        self._has_turn = False

    async def state(self) -> State:
        """What this unit of work sees. A reader sees what is committed at each operation."""
        if not self._write:
            return self._database.state
        if self._draft is None:
            try:
                async with asyncio.timeout(self._database.wait_seconds):
                    await self._database.turn.acquire()
            except TimeoutError:
                raise DatabaseUnavailableError(
                    f"waited {self._database.wait_seconds:g} s to write; try again later"
                ) from None
            self._has_turn = True
            self._draft = self._database.state.draft()
        return self._draft[0]

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A write that fails makes the unit of work void."""
        self.check()
        try:
            yield
        except BaseException:
            self._void = "a statement in it failed"
            raise

    async def commit(self) -> None:
        with self.writing():
            if self.events:
                state = await self.state()
                for event in self.events:
                    state.check_event(event)
        self._void = "it was committed"
        if self._draft is not None:
            _, apply = self._draft
            self._draft = None
            apply()
            self._database.append(self.events)
        self._write = False
        self.end()
        self._database.signals.listeners.tell(self.topics)

    def end(self) -> None:
        if self._has_turn:
            self._has_turn = False
            self._database.turn.release()

    def check(self) -> None:
        if self._void:
            raise InternalStateError(f"nothing can be written in this unit of work: {self._void}")
