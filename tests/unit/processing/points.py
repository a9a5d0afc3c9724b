"""Ports on which something happens at the n-th point: before or after any operation that is awaited."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

from forebay.adapters.memory.blobs import MemoryBlobStore
from forebay.adapters.memory.database import MemoryDatabase
from forebay.adapters.memory.intake import MemoryBlobs, MemoryFiles, MemoryIdempotencyKeys, MemoryRuns
from forebay.adapters.memory.jobs import MemoryJobs
from forebay.adapters.memory.members import MemoryMembers
from forebay.adapters.memory.processing import MemoryArtifacts, MemoryEvents, MemoryModels, MemorySteps
from forebay.adapters.memory.queue import MemoryQueue
from forebay.adapters.memory.signals import MemorySignals
from forebay.adapters.memory.state import State
from forebay.adapters.memory.unit_of_work import MemoryUnitOfWork
from forebay.adapters.memory.work import Work
from forebay.application.ports.blobs import BlobStore, BlobWriter, Buffer, ObjectInfo
from forebay.application.ports.processing import ProcessingUnitOfWork, ProcessingUnitOfWorkFactory
from forebay.application.ports.queue import JobQueue
from forebay.application.ports.signals import ChangeListener, ChangeSignals, Topic
from forebay.domain.errors import DatabaseUnavailableError, StorageUnavailableError
from forebay.domain.intake.blob import ObjectKey
from tests.unit.processing.virtual_time import Killed


class Points:
    """Counts the points that a process passes; at number `at` it does `action`, once, and sets `reached`."""

    def __init__(self, at: int | None = None, action: "Callable[[Points], Awaitable[None]] | None" = None) -> None:
        self.at = at
        self.names: list[str] = []
        self.reached = asyncio.Event()
        self.dead = False
        self.away = False
        self._action = action
        self._running = asyncio.Event()
        self._running.set()

    def freeze(self) -> None:
        """The process stands still from now on, as after SIGSTOP."""
        self._running.clear()

    def thaw(self) -> None:
        self._running.set()

    async def passed(self, name: str, *, let_go: Callable[[], bool] | None = None) -> None:
        """`let_go`: a process that stands still loses its transaction. It says whether there was one."""
        self._look(name)
        await asyncio.sleep(0)
        self.names.append(name)
        if len(self.names) == self.at and self._action is not None:
            self.reached.set()
            await self._action(self)
        self._look(name)
        if not self._running.is_set():
            lost = let_go() if let_go is not None else False
            await self._running.wait()
            if lost:
                raise DatabaseUnavailableError

    def _look(self, name: str) -> None:
        if self.dead:
            raise Killed
        if self.away and name.startswith("database"):
            raise DatabaseUnavailableError
        if self.away and name.startswith("store"):
            raise StorageUnavailableError


class _Work(Work):
    """All operations of all repositories come by here."""

    def __init__(self, database: MemoryDatabase, points: Points, *, write: bool) -> None:
        super().__init__(database, write=write)
        self._points = points

    async def state(self) -> State:
        await self._points.passed("database", let_go=self._let_go)
        found = await super().state()
        await self._points.passed("database, answer", let_go=self._let_go)
        return found

    async def commit(self) -> None:
        await self._points.passed("database commit", let_go=self._let_go)
        await super().commit()
        await self._points.passed("database commit, answer")

    def _let_go(self) -> bool:
        held = self._has_turn
        self.end()
        return held


class _UnitOfWork(MemoryUnitOfWork):
    def __init__(self, database: MemoryDatabase, points: Points, *, write: bool) -> None:
        super().__init__(database, write=write)
        self._work = work = _Work(database, points, write=write)
        self.runs = MemoryRuns(work)
        self.files = MemoryFiles(work)
        self.blobs = MemoryBlobs(work)
        self.idempotency = MemoryIdempotencyKeys(work)
        self.members = MemoryMembers(work)
        self.jobs = MemoryJobs(work)
        self.steps = MemorySteps(work)
        self.events = MemoryEvents(work)
        self.artifacts = MemoryArtifacts(work)
        self.models = MemoryModels(work)


class PointedDatabase:
    """Opens units of work with points."""

    def __init__(self, database: MemoryDatabase, points: Points) -> None:
        self._database = database
        self._points = points

    def __call__(self, *, write: bool = True) -> MemoryUnitOfWork:
        return _UnitOfWork(self._database, self._points, write=write)


class PointedStore:
    """A blob store with points."""

    def __init__(self, inner: MemoryBlobStore, points: Points) -> None:
        self._inner = inner
        self._points = points
        self.put = inner.put
        self.list_objects = inner.list_objects

    async def create(self, key: ObjectKey, *, size_hint: int | None = None) -> BlobWriter:
        await self._points.passed("store create")
        return _Writer(await self._inner.create(key, size_hint=size_hint), self._points)

    @asynccontextmanager
    async def open(
        self, key: ObjectKey, *, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        await self._points.passed("store open")
        async with self._inner.open(key, start=start, stop=stop) as chunks:
            yield self._read(chunks)

    async def _read(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        async for chunk in chunks:
            await self._points.passed("store read")
            yield chunk

    async def stat(self, key: ObjectKey) -> ObjectInfo:
        return await self._inner.stat(key)

    async def delete(self, key: ObjectKey) -> None:
        await self._points.passed("store delete")
        await self._inner.delete(key)
        await self._points.passed("store delete, answer")


class _Writer:
    def __init__(self, inner: BlobWriter, points: Points) -> None:
        self._inner = inner
        self._points = points

    async def write(self, data: Buffer) -> None:
        await self._points.passed("store write")
        await self._inner.write(data)

    async def commit(self) -> None:
        await self._points.passed("store commit")
        await self._inner.commit()
        await self._points.passed("store commit, answer")

    async def abort(self) -> None:
        await self._points.passed("abort")  # never raises for a store that is gone
        await self._inner.abort()


class PointedSignals:
    """Change signals with points."""

    def __init__(self, inner: MemorySignals, points: Points) -> None:
        self._inner = inner
        self._points = points

    @asynccontextmanager
    async def listen(self, topic: Topic) -> AsyncIterator[ChangeListener]:
        await self._points.passed("listen")
        async with self._inner.listen(topic) as listener:
            yield _Listener(listener, self._points)


class _Listener:
    def __init__(self, inner: ChangeListener, points: Points) -> None:
        self._inner = inner
        self._points = points

    async def wait(self, timeout: float) -> bool:  # noqa: ASYNC109 - as the port has it
        await self._points.passed("wait")
        return await self._inner.wait(timeout)


class PointedQueue:
    """A queue with points."""

    def __init__(self, inner: MemoryQueue, points: Points) -> None:
        self._inner = inner
        self._points = points

    async def announce(self, job_id: UUID, *, delay: timedelta = timedelta()) -> None:
        await self._points.passed("announce")
        await self._inner.announce(job_id, delay=delay)


def _fit(
    units: PointedDatabase, work: _UnitOfWork, signals: PointedSignals, queue: PointedQueue
) -> tuple[ProcessingUnitOfWorkFactory, ProcessingUnitOfWork, ChangeSignals, JobQueue]:
    return units, work, signals, queue


def _fit_too(store: PointedStore, writer: _Writer) -> tuple[BlobStore, BlobWriter]:
    return store, writer
