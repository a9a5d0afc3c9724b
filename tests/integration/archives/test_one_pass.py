"""Many members in one pass, as far as the process that sends them is concerned."""

import asyncio
import dataclasses
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from forebay.adapters.archives.reader import ProcessArchiveReader, ReaderOptions, open_archive_reader
from forebay.adapters.confinement import session
from forebay.application.ports.archives import ArchiveLimits
from forebay.domain.errors import UnavailableError
from forebay.domain.intake.archive_errors import ArchiveBrokenError, ArchiveMemoryError
from forebay.domain.intake.blob import Sha256
from forebay.testing.archive_examples import (
    BytesSource,
    catalogue,
    read_member,
    read_members,
    some_bytes,
    tar_of,
    zip_of,
)

FILES = {"a": some_bytes(3_000_000, 1), "b": b"b", "c": some_bytes(3_000_000, 2)}
PACKED = tar_of(FILES, mode="w:gz")
LIMITS = ArchiveLimits()


@pytest.fixture
async def reader() -> AsyncIterator[ProcessArchiveReader]:
    async with open_archive_reader(ReaderOptions(catalogue_processes=1, member_processes=1)) as reader:
        yield reader


def is_gone(pid: int) -> bool:
    """A zombie is not gone: it was not waited for."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


class Watched(BytesSource):
    """Says when nobody has it open any more."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data, chunk_bytes=50_000)
        self.closed = asyncio.Event()

    @asynccontextmanager
    async def open(self, *, start: int = 0, stop: int | None = None) -> AsyncIterator[AsyncIterator[bytes]]:
        self.closed.clear()
        async with super().open(start=start, stop=stop) as chunks:
            yield chunks
        self.closed.set()


async def test_time_that_the_caller_takes_does_not_count(reader: ProcessArchiveReader) -> None:
    entries = (await catalogue(reader, PACKED)).entries
    came: list[str] = []
    async with reader.open_members(BytesSource(PACKED), entries, ArchiveLimits(timeout_seconds=2.0)) as members:
        async for entry, chunks in members:
            await asyncio.sleep(0.4)  # together longer than the limit: that is the point
            assert b"".join([chunk async for chunk in chunks]) == FILES[entry.path]
            await asyncio.sleep(0.4)
            came.append(entry.path)
    assert came == ["a", "b", "c"]


async def test_a_source_that_nobody_reads_for_long_is_closed_meanwhile(
    reader: ProcessArchiveReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "IDLE_SECONDS", 0.05)
    for data in (PACKED, tar_of(FILES), zip_of(FILES)):
        entries = (await catalogue(reader, data)).entries
        source = Watched(data)
        async with reader.open_members(source, entries, LIMITS) as members:
            async for entry, chunks in members:
                await source.closed.wait()
                assert b"".join([chunk async for chunk in chunks]) == FILES[entry.path]
        assert source.open_now == 0


async def test_faults_of_members_do_not_cost_the_process(reader: ProcessArchiveReader) -> None:
    entries = (await catalogue(reader, PACKED)).entries
    pids = reader.pids
    entries[1] = dataclasses.replace(entries[1], sha256=Sha256("0" * 64))
    found = await read_members(reader, BytesSource(PACKED), entries)
    assert isinstance(found["b"], ArchiveBrokenError)
    assert (found["a"], found["c"]) == (FILES["a"], FILES["c"])
    assert len(pids) == 1
    assert reader.pids == pids


async def test_a_process_that_dies_is_the_fault_of_the_member_that_it_was_at(reader: ProcessArchiveReader) -> None:
    entries = (await catalogue(reader, PACKED)).entries
    (pid,) = reader.pids
    async with reader.open_members(BytesSource(PACKED), entries, LIMITS) as members:
        iterator = aiter(members)
        _, chunks = await anext(iterator)
        await anext(aiter(chunks))
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(ArchiveMemoryError, match="want of memory"):
            [chunk async for chunk in chunks]
        with pytest.raises(ArchiveMemoryError, match="want of memory"):
            await anext(iterator)
    assert reader.pids == ()
    assert len(await read_members(reader, BytesSource(PACKED), entries)) == 3


async def test_passes_leave_the_processes_for_downloads_alone(reader: ProcessArchiveReader) -> None:
    entries = (await catalogue(reader, PACKED)).entries
    async with reader.open_members(BytesSource(PACKED), entries, LIMITS) as members:
        await anext(aiter(members))
        assert await read_member(reader, PACKED, entries[1]) == b"b"
        assert len(reader.pids) == 2


async def test_being_cancelled_at_any_moment_leaves_nothing_behind() -> None:
    async with open_archive_reader(ReaderOptions(catalogue_processes=2)) as reader:
        entries = (await catalogue(reader, PACKED)).entries
        pids = set(reader.pids)
        for turn in range(60):
            source = BytesSource(PACKED, chunk_bytes=200_000)
            task = asyncio.create_task(read_members(reader, source, entries))
            for _ in range(turn):
                await asyncio.sleep(0)
            pids.update(reader.pids)
            task.cancel()
            await asyncio.wait([task])
            assert source.open_now == 0
        assert len(await read_members(reader, BytesSource(PACKED), entries)) == 3
        pids.update(reader.pids)
    assert pids
    assert all(map(is_gone, pids))


async def test_no_room_for_a_member_that_is_an_archive_is_not_the_fault_of_the_archive(tmp_path: Path) -> None:
    data = tar_of({"in.zip": zip_of({"a": some_bytes(12_000_000)}, method=0), "z": b"z"})
    async with open_archive_reader() as reader:
        entries = (await catalogue(reader, data)).entries
    async with open_archive_reader(ReaderOptions(spool_dir=tmp_path / "missing")) as reader:
        with pytest.raises(UnavailableError, match="missing"):
            await read_members(reader, BytesSource(data), entries)
