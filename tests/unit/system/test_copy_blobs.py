"""Blobs on their way from one store to another."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence, Set
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from forebay.adapters.memory.blobs import MemoryBlobStore
from forebay.adapters.system.clock import SystemClock
from forebay.application.ports.copying import BlobTotals
from forebay.application.system.copy_blobs import CopyBlobs
from forebay.application.system.copy_forebay import CopyForebay
from forebay.application.system.copy_report import BlobFault, CopiedBlobs, CopyCommand, CopyFinding, CopyStage
from forebay.domain.errors import StorageUnavailableError
from forebay.domain.intake.blob import Blob, ObjectKey, Sha256
from forebay.domain.system.copy_errors import CopyTargetNotEmptyError

SIZES = [0, 10, 65_536, 65_537, 3_000_000]


class Shelf(MemoryBlobStore):
    """A store and the rows about it. Some keys cannot be read; reading may be held up."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Blob] = []
        self.unreadable: set[ObjectKey] = set()
        self.shaky: set[ObjectKey] = set()
        self.may_read = asyncio.Event()
        self.may_read.set()
        self.reading = asyncio.Event()

    async def keep(self, content: bytes) -> Blob:
        key = ObjectKey.build(owner=None, run_id=uuid4(), name=uuid4(), extension="")
        await self.put(key, content)
        blob = Blob(
            sha256=Sha256(hashlib.sha256(content).hexdigest()),
            size_bytes=len(content),
            object_key=key,
            created_at=datetime(2026, 11, 21, tzinfo=UTC),
        )
        self.rows.append(blob)
        return blob

    @asynccontextmanager
    async def open(
        self, key: ObjectKey, *, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        if key in self.shaky:
            self.shaky.remove(key)
            raise StorageUnavailableError("the network shook")
        if key in self.unreadable:
            raise StorageUnavailableError("the disk says no")
        self.reading.set()
        await self.may_read.wait()
        async with super().open(key, start=start, stop=stop) as chunks:
            yield chunks

    # the side of the records

    tables = ()

    async def counts(self) -> Mapping[str, int]:
        return {}

    async def last_positions(self) -> Mapping[str, int]:
        return {}

    async def blob_totals(self) -> BlobTotals:
        return BlobTotals(blobs=len(self.rows), size_bytes=sum(blob.size_bytes for blob in self.rows))

    async def blobs(self) -> AsyncIterator[Sequence[Blob]]:
        for blob in self.rows:
            yield [blob]

    async def known(self, keys: Sequence[ObjectKey]) -> Set[ObjectKey]:
        assert len(keys) <= 500, "a database takes no more than so many values"
        return {blob.object_key for blob in self.rows} & set(keys)


async def run(source: Shelf, target: MemoryBlobStore, command: CopyCommand | None = None) -> CopiedBlobs:
    report = CopiedBlobs()
    copy = CopyBlobs(source=source, target=target)
    is_new = await copy.check(source)  # type: ignore[arg-type]  # it has all that is asked for here
    await copy(source, command or CopyCommand(), report, is_new=is_new)  # type: ignore[arg-type]  # as above
    return report


async def content_of(store: MemoryBlobStore, blob: Blob) -> bytes:
    async with store.open(blob.object_key) as chunks:
        return b"".join([chunk async for chunk in chunks])


async def test_blobs_of_all_sizes_arrive_and_progress_is_told() -> None:
    source, target = Shelf(), MemoryBlobStore()
    contents = [bytes([size % 251]) * size for size in SIZES]
    for content in contents:
        await source.keep(content)
    told: list[tuple[CopyStage, int, int]] = []
    report = await run(source, target, CopyCommand(on_progress=lambda *far: told.append(far)))
    assert (report.copied, report.copied_bytes, report.present) == (len(SIZES), sum(SIZES), 0)
    assert [await content_of(target, blob) for blob in source.rows] == contents
    assert told[0] == (CopyStage.BLOBS, 0, sum(SIZES))
    assert told[-1] == (CopyStage.BLOBS, sum(SIZES), sum(SIZES))
    assert len(told) > len(SIZES) + 1, "also within the large one"
    assert max(done for _, done, _ in told) == sum(SIZES)
    again = await run(source, target)
    assert (again.copied, again.present, again.present_bytes) == (0, len(SIZES), sum(SIZES))


async def test_some_that_cannot_be_read_are_faults_and_a_store_that_is_gone_is_an_error() -> None:
    source, target = Shelf(), MemoryBlobStore()
    for number in range(40):
        await source.keep(b"%d" % number)
    source.unreadable = {blob.object_key for blob in source.rows[:4]}
    report = await run(source, target)
    assert (report.copied, len(report.faults)) == (36, 4)
    assert {(fault.fault, fault.reason) for fault in report.faults} == {(BlobFault.UNREADABLE, "the disk says no")}
    source.unreadable = {blob.object_key for blob in source.rows}
    with pytest.raises(StorageUnavailableError, match="the disk says no"):
        await run(source, MemoryBlobStore())


async def test_those_that_cannot_be_read_are_faults_again_when_all_others_are_there_already() -> None:
    source, target = Shelf(), MemoryBlobStore()
    for number in range(70):
        await source.keep(b"%d" % number)
    source.unreadable = {blob.object_key for blob in source.rows[::10]}
    assert len((await run(source, target)).faults) == 7
    again = await run(source, target)
    assert (again.present, len(again.faults)) == (63, 7)
    source.unreadable = {blob.object_key for blob in source.rows}
    with pytest.raises(StorageUnavailableError, match="the disk says no"):
        await run(source, target)


@pytest.mark.parametrize("size", [10, 100_000])
async def test_what_the_target_has_goes_only_when_there_is_something_better(size: int) -> None:
    """So nothing is lost either where the target is the source by another name."""
    source, target = Shelf(), MemoryBlobStore()
    blob = await source.keep(b"a" * size)
    await target.put(blob.object_key, b"b" * size)
    source.unreadable = {blob.object_key}
    report = await run(source, target, CopyCommand(check=True))
    assert [fault.fault for fault in report.faults] == [BlobFault.UNREADABLE]
    assert await content_of(target, blob) == b"b" * size
    source.unreadable = set()
    report = await run(source, target, CopyCommand(check=True))
    assert (report.copied, report.faults) == (1, [])
    assert await content_of(target, blob) == b"a" * size


async def test_what_comes_right_at_the_second_look_is_no_fault() -> None:
    source = Shelf()
    for number in range(40):
        await source.keep(b"%d" % number)
    source.shaky = {blob.object_key for blob in source.rows}
    report = await run(source, MemoryBlobStore())
    assert (report.copied, report.faults) == (40, [])


class OverTime:
    """A source of which two runs are deleted while it is copied, and an object is lost."""

    label = "shelf"

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._opened = 0

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Shelf]:
        self._opened += 1
        if self._opened > 1:
            del self._shelf.rows[:2]
        yield self._shelf


async def test_beside_running_servers_what_was_deleted_meanwhile_is_not_missing() -> None:
    source, heard = Shelf(), list[CopyFinding]()
    for number in range(5):
        await source.keep(b"%d" % number)
    *_, lost = source.rows
    for gone in (*source.rows[:2], lost):
        await source.delete(gone.object_key)
    copy = CopyForebay(
        source=OverTime(source),  # type: ignore[arg-type]  # it has all that is asked for here
        source_blobs=source,
        target=None,
        target_blobs=MemoryBlobStore(),
        clock=SystemClock(),
    )
    report = await copy(CopyCommand(on_finding=heard.append))
    assert report.blobs is not None
    assert [fault.key for fault in report.blobs.faults] == [finding.key for finding in heard] == [lost.object_key]
    assert (report.blobs.copied, report.ok, report.changed) == (2, False, [])


async def test_all_blobs_may_be_missing() -> None:
    """So it is where the settings name another store."""
    source = Shelf()
    for number in range(1100):
        await source.keep(b"%d" % number)
        await source.delete(source.rows[-1].object_key)
    copy = CopyForebay(
        source=OverTime(source),  # type: ignore[arg-type]  # it has all that is asked for here
        source_blobs=source,
        target=None,
        target_blobs=MemoryBlobStore(),
        clock=SystemClock(),
    )
    report = await copy(CopyCommand())
    assert report.blobs is not None
    assert len(report.blobs.faults) == 1098


async def test_a_copy_that_is_cancelled_leaves_nothing_half_written() -> None:
    source, target = Shelf(), MemoryBlobStore()
    for size in SIZES:
        await source.keep(b"x" * size + b"%d" % size)
    source.may_read.clear()
    task = asyncio.create_task(run(source, target))
    await source.reading.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert [item async for item in target.list_incomplete()] == []
    assert [info async for info in target.list_objects()] == []
    source.may_read.set()
    assert (await run(source, target)).copied == len(SIZES)


@pytest.mark.parametrize("strange", [1, 500, 501])
async def test_a_store_with_none_of_the_objects_belongs_to_somebody_else(strange: int) -> None:
    source, target = Shelf(), Shelf()
    blob = await source.keep(b"mine")
    for number in range(strange):
        await target.keep(b"other %d" % number)
    with pytest.raises(CopyTargetNotEmptyError, match=f"holds {strange} objects"):
        await run(source, target)
    await target.put(blob.object_key, b"mine")
    assert (await run(source, target)).present == 1, "a copy begun earlier, and what was deleted from the source since"
