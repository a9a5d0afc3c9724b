"""The processes that read archives: what they are given, how long they live, and how they end."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvloop

from forebay.adapters.archives.reader import ProcessArchiveReader, ReaderOptions, open_archive_reader
from forebay.adapters.confinement.frames import Outcome
from forebay.application.ports.archives import ArchiveLimits
from forebay.domain.errors import UnavailableError
from forebay.domain.intake.archive_errors import (
    ArchiveBrokenError,
    ArchiveMemoryError,
    ArchiveTimeoutError,
    ArchiveTooLargeError,
    ArchiveTruncatedError,
)
from forebay.testing.archive_examples import BytesSource, catalogue, gzip_of, read_member, some_bytes, tar_of, zip_of

SMALL = tar_of({"a": b"a"})
LIMITS = ArchiveLimits()
LARGE = tar_of({"large": some_bytes(5_000_000), "last": b""})


class Paused(BytesSource):
    """Gives its beginning, says so, and goes on when it is told to."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data, chunk_bytes=20_000)
        self.reached, self.go_on = asyncio.Event(), asyncio.Event()

    @asynccontextmanager
    async def open(self, *, start: int = 0, stop: int | None = None) -> AsyncIterator[AsyncIterator[bytes]]:
        async with super().open(start=start, stop=stop) as chunks:

            async def paused() -> AsyncIterator[bytes]:
                yield await anext(chunks)
                if stop is None:
                    self.reached.set()
                    await self.go_on.wait()
                async for chunk in chunks:
                    yield chunk

            yield paused()


@pytest.fixture
async def reader() -> AsyncIterator[ProcessArchiveReader]:
    async with open_archive_reader(ReaderOptions(catalogue_processes=1, member_processes=1)) as reader:
        yield reader


async def only_pid(reader: ProcessArchiveReader) -> int:
    (pid,) = reader.pids
    return pid


def is_gone(pid: int) -> bool:
    """A zombie is not gone: it was not waited for."""
    return not Path(f"/proc/{pid}").exists() if Path("/proc").exists() else _no_such_process(pid)


def _no_such_process(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


async def test_no_process_is_started_before_it_is_needed(reader: ProcessArchiveReader) -> None:
    assert (await catalogue(reader, b"no archive")).paths == ["upload.bin"]
    assert reader.pids == ()
    await catalogue(reader, SMALL)
    assert len(reader.pids) == 1


async def test_a_process_is_used_again(reader: ProcessArchiveReader) -> None:
    await catalogue(reader, SMALL)
    pid = await only_pid(reader)
    for data in (SMALL, zip_of({"b": b"b"}), gzip_of(b"text"), LARGE):
        await catalogue(reader, data)
        assert await only_pid(reader) == pid


async def test_a_process_is_replaced_after_so_many_archives() -> None:
    async with open_archive_reader(ReaderOptions(catalogue_processes=1, jobs_per_process=2)) as reader:
        await catalogue(reader, SMALL)
        first = await only_pid(reader)
        await catalogue(reader, SMALL)
        assert reader.pids == ()
        assert is_gone(first)
        await catalogue(reader, SMALL)
        assert await only_pid(reader) != first


async def test_a_process_is_replaced_after_an_error(reader: ProcessArchiveReader) -> None:
    await catalogue(reader, SMALL)
    first = await only_pid(reader)
    with pytest.raises(ArchiveTruncatedError):
        await catalogue(reader, LARGE[:1_000_000])
    assert is_gone(first)
    await catalogue(reader, SMALL)
    assert await only_pid(reader) != first


async def test_leaving_early_and_being_cancelled_end_the_process(reader: ProcessArchiveReader) -> None:
    source = Paused(LARGE)
    async with reader.catalogue(source, LIMITS) as batches:
        waiting = asyncio.ensure_future(anext(batches))
        await source.reached.wait()
        pid = await only_pid(reader)
        waiting.cancel()
        await asyncio.wait([waiting])
    assert is_gone(pid)
    source = Paused(LARGE)
    task = asyncio.create_task(catalogue_of(reader, source))
    await source.reached.wait()
    pid = await only_pid(reader)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert is_gone(pid)
    assert source.open_now == 0


async def test_being_cancelled_at_any_moment_leaves_nothing_behind() -> None:
    async with open_archive_reader(ReaderOptions(catalogue_processes=2)) as reader:
        pids: set[int] = set()
        for turn in range(60):
            source = BytesSource(LARGE, chunk_bytes=200_000)
            task = asyncio.create_task(catalogue_of(reader, source))
            for _ in range(turn):
                await asyncio.sleep(0)
            pids.update(reader.pids)
            task.cancel()
            await asyncio.wait([task])
            assert source.open_now == 0
        assert (await catalogue(reader, SMALL)).paths == ["a"]
        pids.update(reader.pids)
    assert all(map(is_gone, pids))


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGXCPU])
async def test_a_process_that_dies_is_an_error_that_says_so(
    reader: ProcessArchiveReader, number: signal.Signals
) -> None:
    expected = {
        signal.SIGKILL: (ArchiveMemoryError, "want of memory"),
        signal.SIGSEGV: (ArchiveBrokenError, "SIGSEGV"),
        signal.SIGXCPU: (ArchiveTimeoutError, "processor"),
    }
    source = Paused(LARGE)
    task = asyncio.create_task(catalogue_of(reader, source))
    await source.reached.wait()
    os.kill(await only_pid(reader), number)
    error, words = expected[number]
    with pytest.raises(error, match=words):
        await task
    assert (await catalogue(reader, SMALL)).paths == ["a"]


async def test_a_process_that_died_while_idle_is_replaced(reader: ProcessArchiveReader) -> None:
    await catalogue(reader, SMALL)
    pid = await only_pid(reader)
    os.kill(pid, signal.SIGKILL)
    await asyncio.to_thread(os.waitid, os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    assert (await catalogue(reader, SMALL)).paths == ["a"]
    assert await only_pid(reader) != pid


async def test_signals_to_all_of_the_group_do_not_end_a_catalogue(reader: ProcessArchiveReader) -> None:
    source = Paused(LARGE)
    task = asyncio.create_task(catalogue_of(reader, source))
    await source.reached.wait()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        os.kill(await only_pid(reader), number)
    source.go_on.set()
    assert await task == 2


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="only /proc shows what a process was given")
async def test_a_process_gets_neither_secrets_nor_open_files(
    reader: ProcessArchiveReader, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FOREBAY_DATABASE_URL", "postgresql://user:secret@host/db")
    with (tmp_path / "open").open("w") as file:
        os.set_inheritable(file.fileno(), True)
        await catalogue(reader, SMALL)
        pid = await only_pid(reader)
        folder = Path(f"/proc/{pid}")
        assert b"secret" not in (folder / "environ").read_bytes() + (folder / "cmdline").read_bytes()
        targets = sorted(str(entry.readlink()) for entry in (folder / "fd").iterdir())
    assert targets[:2] == ["/dev/null", "/dev/null"]
    assert [target.partition(":")[0] for target in targets[2:]] == ["socket"]
    assert os.getsid(pid) == pid
    limits = (folder / "limits").read_text()
    assert f"Max data size             {(256 - 32) << 20}" in limits


async def test_processes_end_with_the_reader() -> None:
    async with open_archive_reader() as reader:
        (entry,) = (await catalogue(reader, SMALL)).entries
        assert await read_member(reader, SMALL, entry) == b"a"
        pids = reader.pids
        assert len(pids) == 2
    assert all(map(is_gone, pids))
    with pytest.raises(UnavailableError, match="closed"):
        await catalogue(reader, SMALL)


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="only Linux lets one wait for a process of somebody else")
def test_processes_end_when_their_parent_is_killed() -> None:
    holder = Path(__file__).with_name("holder.py")
    with subprocess.Popen([sys.executable, str(holder)], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        pids = [int(word) for word in parent.stdout.readline().split()]
        assert len(pids) == 2
        watched = [os.pidfd_open(pid) for pid in pids]
        parent.kill()
    for descriptor in watched:
        # A pidfd is readable when the process has ended; nobody waits longer than the test's own time limit.
        asyncio.run(_readable(descriptor))
        os.close(descriptor)


async def _readable(descriptor: int) -> None:
    done = asyncio.Event()
    asyncio.get_running_loop().add_reader(descriptor, done.set)
    await done.wait()
    asyncio.get_running_loop().remove_reader(descriptor)


SPOOLED = tar_of({"large.zip": zip_of({"a": some_bytes(12_000_000), "b": b"b"}, method=0)})


async def test_a_large_zip_within_an_archive_is_kept_in_a_temporary_file_without_a_name(tmp_path: Path) -> None:
    async with open_archive_reader(ReaderOptions(spool_dir=tmp_path)) as reader:
        found = await catalogue(reader, SPOOLED)
        assert found.paths == ["large.zip", "large.zip!/a", "large.zip!/b"]
        assert await read_member(reader, SPOOLED, found["large.zip!/a"]) == some_bytes(12_000_000)
        assert names_in(tmp_path) == []


def names_in(folder: Path) -> list[str]:
    return [entry.name for entry in folder.iterdir()]


async def test_temporary_files_are_limited_too(tmp_path: Path) -> None:
    async with open_archive_reader(ReaderOptions(spool_dir=tmp_path, spool_bytes=10_000_000)) as reader:
        with pytest.raises(ArchiveTooLargeError, match="FOREBAY_ARCHIVE_MAX_BYTES"):
            await catalogue(reader, SPOOLED)


async def test_no_room_for_temporary_files_is_not_the_fault_of_the_archive(tmp_path: Path) -> None:
    async with open_archive_reader(ReaderOptions(spool_dir=tmp_path / "missing")) as reader:
        with pytest.raises(UnavailableError, match="missing"):
            await catalogue(reader, SPOOLED)


async def test_who_waits_too_long_for_a_process_is_told() -> None:
    options = ReaderOptions(member_processes=1, patience_seconds=0.05)
    async with open_archive_reader(options) as reader:
        entry = (await catalogue(reader, LARGE)).entries[0]
        async with reader.open_member(BytesSource(LARGE), entry, LIMITS) as chunks:
            await anext(chunks)
            with pytest.raises(UnavailableError, match="busy"):
                await read_member(reader, LARGE, entry)
            assert (await catalogue(reader, SMALL)).paths == ["a"]  # catalogues have processes of their own


async def test_time_that_the_caller_takes_does_not_count() -> None:
    async with open_archive_reader() as reader:
        limits = ArchiveLimits(timeout_seconds=0.8)
        entry = (await catalogue(reader, LARGE)).entries[0]
        async with reader.open_member(BytesSource(LARGE), entry, limits) as chunks:
            received = len(await anext(chunks))
            await asyncio.sleep(1.0)  # longer than the limit: that is the point
            async for chunk in chunks:
                received += len(chunk)
        assert received == 5_000_000


def test_on_uvloop() -> None:
    async def both() -> None:
        outcomes: list[Outcome] = []
        async with open_archive_reader(on_outcome=outcomes.append) as reader:
            assert len((await catalogue(reader, LARGE)).entries) == 2
            with pytest.raises(ArchiveTruncatedError):
                await catalogue(reader, LARGE[:-2_000_000])
            source = Paused(LARGE)
            task = asyncio.create_task(catalogue_of(reader, source))
            await source.reached.wait()
            task.cancel()
            await asyncio.wait([task])
            assert (await catalogue(reader, zip_of({"z": b"z"}))).paths == ["z"]
        assert [outcome.code for outcome in outcomes] == [None, "archive_truncated", None]

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(both())


def test_in_several_threads_each_with_its_own_loop() -> None:
    found: list[list[str]] = []

    async def one(number: int) -> None:
        async with open_archive_reader() as reader:
            found.extend([(await catalogue(reader, tar_of({str(number): b""}))).paths for _ in range(3)])

    def run(number: int) -> None:
        asyncio.run(one(number))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == sorted([str(number)] for number in range(4) for _ in range(3))


async def catalogue_of(reader: ProcessArchiveReader, source: BytesSource) -> int:
    async with reader.catalogue(source, LIMITS) as batches:
        return sum([len(batch.entries) async for batch in batches])
