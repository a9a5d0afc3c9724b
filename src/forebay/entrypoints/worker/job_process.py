"""A process that works on jobs: the use cases, open on one event loop for its whole life."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from forebay.application.use_cases import UseCases
from forebay.entrypoints.worker.folder import open_life
from forebay.entrypoints.worker.loop_thread import LoopThread
from forebay.entrypoints.worker.services import WorkerServices

T = TypeVar("T")
_CLOSING_SECONDS = 15.0


class JobProcess:
    """Opened when it is first needed, or before by open(); what could not be opened is tried again by the next task.

    `stopping` is set, on the loop, when the worker was told to stop.
    """

    def __init__(self, services: WorkerServices) -> None:
        self._services = services
        self._folder: Path | None = None
        self._thread: LoopThread[UseCases] | None = None
        self._opening = Lock()
        self._is_told = False
        self.stopping = asyncio.Event()

    def join(self, folder: Path) -> None:
        """This is a process of a pool, and its main process has this folder."""
        self._folder = folder

    def open(self) -> LoopThread[UseCases]:
        """Begins to open the use cases, and does not wait for it."""
        with self._opening:
            if self._thread is None or self._thread.has_failed:
                self._thread = LoopThread(self._open, name="forebay-jobs")
                self._thread.start()
            return self._thread

    def run(self, work: Callable[[UseCases], Coroutine[Any, Any, T]]) -> T:
        """What `work` returns or raises; ForebayError also when the use cases cannot be opened."""
        return self.open().run(work)

    def stop(self) -> None:
        """For a main process that works on jobs itself; those of a pool hear of it. Called by signal handlers, too."""
        self._is_told = True  # for a loop that opens only now, or could not open and is replaced
        if self._thread is None or not self._thread.call_soon(self.stopping.set):
            self.stopping.set()

    def close(self) -> None:
        if self._thread is not None:
            self._thread.close(_CLOSING_SECONDS)

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[UseCases]:
        if self._is_told:
            self.stopping.set()
        with _hearing_of_the_end(self._folder, self.stopping):
            async with self._services.open_use_cases(self._folder) as use_cases:
                yield use_cases


@contextmanager
def _hearing_of_the_end(folder: Path | None, stopping: asyncio.Event) -> Iterator[None]:
    pipe = open_life(folder) if folder is not None else None
    if pipe is None:
        if folder is not None:
            stopping.set()
        yield
        return
    loop = asyncio.get_running_loop()

    def ended() -> None:  # nobody ever writes, so there is only the end to read
        loop.remove_reader(pipe)
        stopping.set()

    loop.add_reader(pipe, ended)
    try:
        yield
    finally:
        loop.remove_reader(pipe)
        os.close(pipe)
