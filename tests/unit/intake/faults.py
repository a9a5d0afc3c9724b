"""The in-memory adapters as they are on a bad day: every operation takes time, and some of them fail.

Operations are known by name: `create`, `write`, `finish`, `abort`, `put`, `delete` of the store; `begin`, `read`
(a unit of work that only reads), `claim` (of a blob) and `commit` of the database.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from types import TracebackType
from typing import Self

from forebay.adapters.memory.blobs import MemoryBlobStore
from forebay.adapters.memory.unit_of_work import MemoryUnitOfWork, MemoryUnitOfWorkFactory
from forebay.application.cancellation import to_the_end
from forebay.application.ports.blobs import (
    BlobStore,
    BlobWriter,
    Buffer,
    IncompleteObject,
    IncompleteUploads,
    ObjectInfo,
)
from forebay.application.ports.document_records import DocumentRepository
from forebay.application.ports.intake import (
    BlobRepository,
    FileRepository,
    IdempotencyKeys,
    IntakeUnitOfWork,
    IntakeUnitOfWorkFactory,
    RunRepository,
)
from forebay.application.ports.jobs import ArtifactRepository, EventLog, JobRepository
from forebay.application.ports.members import MemberRepository
from forebay.domain.intake.blob import Blob, ObjectKey

Action = Callable[[], Awaitable[None]]


@dataclass(slots=True)
class _Plan:
    action: Action
    after: bool
    skip: int
    times: int


@dataclass(slots=True)
class Pause:
    """An operation that waits: `reached` is set when it is there, and it goes on when `go` is set."""

    reached: asyncio.Event = field(default_factory=asyncio.Event)
    go: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self) -> None:
        self.reached.set()
        await self.go.wait()


@dataclass(slots=True)
class Stubborn(Pause):
    """A pause that a cancellation does not end, as when a thread has to come to its end first."""

    async def __call__(self) -> None:
        self.reached.set()
        await to_the_end(self.go.wait())


class Faults:
    """What happens before or after the effect of an operation; `skip` lets the first ones pass.

    `age`: how much older than it is the store says that everything is. `cut_off`: operations that were cancelled.
    """

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.age = timedelta(0)
        self.cut_off: set[str] = set()
        self._plans: dict[str, list[_Plan]] = {}

    def on(self, name: str, action: Action, *, after: bool = False, skip: int = 0, times: int = 1) -> None:
        self._plans.setdefault(name, []).append(_Plan(action, after, skip, times))

    def fail(self, name: str, error: Exception, *, after: bool = False, skip: int = 0, times: int = 1) -> None:
        async def action() -> None:
            raise error

        self.on(name, action, after=after, skip=skip, times=times)

    def pause(self, name: str, *, after: bool = False, skip: int = 0) -> Pause:
        pause = Pause()
        self.on(name, pause, after=after, skip=skip)
        return pause

    def clear(self) -> None:
        self._plans.clear()

    async def before(self, name: str) -> None:
        self.calls.append(name)
        await self._run(name, after=False)

    async def after(self, name: str) -> None:
        await self._run(name, after=True)

    async def _run(self, name: str, *, after: bool) -> None:
        try:
            await asyncio.sleep(0)
            await self._act(name, after=after)
        except asyncio.CancelledError:
            self.cut_off.add(name)
            raise

    async def _act(self, name: str, *, after: bool) -> None:
        for plan in self._plans.get(name, []):
            if plan.after is not after:
                continue
            if plan.skip > 0:
                plan.skip -= 1
            elif plan.times > 0:
                plan.times -= 1
                await plan.action()


class FaultyStore:
    """A blob store with faults."""

    def __init__(self, inner: MemoryBlobStore, faults: Faults) -> None:
        self._inner = inner
        self._faults = faults

    async def create(self, key: ObjectKey, *, size_hint: int | None = None) -> BlobWriter:
        await self._faults.before("create")
        writer = FaultyWriter(await self._inner.create(key, size_hint=size_hint), self._faults)
        try:
            await self._faults.after("create")
        except Exception:
            await writer.abort()
            raise
        return writer

    async def put(self, key: ObjectKey, data: Buffer) -> None:
        await self._faults.before("put")
        await self._inner.put(key, data)
        await self._faults.after("put")

    def open(
        self, key: ObjectKey, *, start: int = 0, stop: int | None = None
    ) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        return self._inner.open(key, start=start, stop=stop)

    async def stat(self, key: ObjectKey) -> ObjectInfo:
        await self._faults.before("stat")
        return await self._inner.stat(key)

    async def delete(self, key: ObjectKey) -> None:
        await self._faults.before("delete")
        await self._inner.delete(key)
        await self._faults.after("delete")

    async def list_objects(self) -> AsyncIterator[ObjectInfo]:
        await self._faults.before("list")
        async for info in self._inner.list_objects():
            yield replace(info, modified_at=info.modified_at - self._faults.age)

    async def list_incomplete(self) -> AsyncIterator[IncompleteObject]:
        async for item in self._inner.list_incomplete():
            yield replace(item, modified_at=item.modified_at - self._faults.age)

    async def discard_incomplete(self, item: IncompleteObject) -> None:
        await self._inner.discard_incomplete(item)


class FaultyWriter:
    """A writer with faults, which insists that it is used by one task at a time."""

    def __init__(self, inner: BlobWriter, faults: Faults) -> None:
        self._inner = inner
        self._faults = faults
        self._busy = False

    async def write(self, data: Buffer) -> None:
        with self._alone():
            await self._faults.before("write")
            await self._inner.write(data)
            await self._faults.after("write")

    async def commit(self) -> None:
        with self._alone():
            await self._faults.before("finish")
            await self._inner.commit()
            await self._faults.after("finish")

    async def abort(self) -> None:
        with self._alone():
            await self._faults.before("abort")
            await self._inner.abort()
            await self._faults.after("abort")

    def _alone(self) -> _Alone:
        return _Alone(self)


class _Alone:
    def __init__(self, writer: FaultyWriter) -> None:
        self._writer = writer

    def __enter__(self) -> None:
        assert not self._writer._busy, "two tasks use one writer"
        self._writer._busy = True

    def __exit__(self, *_: object) -> None:
        self._writer._busy = False


class FaultyBlobs:
    """Blob rows with faults."""

    def __init__(self, inner: BlobRepository, faults: Faults) -> None:
        self._inner = inner
        self._faults = faults
        self.get = inner.get
        self.digests_of_run = inner.digests_of_run
        self.release = inner.release
        self.referenced = inner.referenced

    async def claim(self, blob: Blob) -> Blob:
        await self._faults.before("claim")
        claimed = await self._inner.claim(blob)
        await self._faults.after("claim")
        return claimed


class FaultyUnitOfWork:
    """A unit of work with faults."""

    def __init__(self, inner: MemoryUnitOfWork, faults: Faults, *, write: bool) -> None:
        self._inner = inner
        self._faults = faults
        self._write = write

    @property
    def runs(self) -> RunRepository:
        return self._inner.runs

    @property
    def files(self) -> FileRepository:
        return self._inner.files

    @property
    def blobs(self) -> BlobRepository:
        return FaultyBlobs(self._inner.blobs, self._faults)

    @property
    def idempotency(self) -> IdempotencyKeys:
        return self._inner.idempotency

    @property
    def members(self) -> MemberRepository:
        return self._inner.members

    @property
    def jobs(self) -> JobRepository:
        return self._inner.jobs

    @property
    def artifacts(self) -> ArtifactRepository:
        return self._inner.artifacts

    @property
    def events(self) -> EventLog:
        return self._inner.events

    @property
    def documents(self) -> DocumentRepository:
        return self._inner.documents

    async def __aenter__(self) -> Self:
        await self._faults.before("begin" if self._write else "read")
        await self._inner.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._inner.__aexit__(kind, error, trace)

    async def commit(self) -> None:
        await self._faults.before("commit")
        await self._inner.commit()
        await self._faults.after("commit")


class FaultyUnitsOfWork:
    """Opens units of work with faults."""

    def __init__(self, inner: MemoryUnitOfWorkFactory, faults: Faults) -> None:
        self._inner = inner
        self._faults = faults

    def __call__(self, *, write: bool = True) -> FaultyUnitOfWork:
        return FaultyUnitOfWork(self._inner(write=write), self._faults, write=write)


def _fits(
    store: FaultyStore, writer: FaultyWriter, units: FaultyUnitsOfWork, work: FaultyUnitOfWork
) -> tuple[BlobStore, IncompleteUploads, BlobWriter, IntakeUnitOfWorkFactory, IntakeUnitOfWork]:
    return store, store, writer, units, work
