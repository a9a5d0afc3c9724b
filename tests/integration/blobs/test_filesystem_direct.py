"""Writing past the page cache, and doing without where a file system refuses it."""

import errno
import fcntl
import os
import tempfile
from collections.abc import Iterator
from io import FileIO
from pathlib import Path

import pytest

from forebay.adapters.filesystem import part_file
from forebay.adapters.filesystem.store import open_filesystem_store
from forebay.testing.blob_examples import MIB, a_key, aligned, digest_of, some_bytes, store

pytestmark = pytest.mark.adapter("filesystem")

DIRECT = part_file._O_DIRECT
change_flags, write_file = fcntl.fcntl, FileIO.write


def refused() -> OSError:
    return OSError(errno.EINVAL, os.strerror(errno.EINVAL))


@pytest.fixture
def flags(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Each change of a file's flags: is it written directly from now on?"""
    noted: list[bool] = []

    def note(descriptor: int, command: int, argument: int = 0) -> int:
        if command == fcntl.F_SETFL:
            noted.append(bool(argument & DIRECT))
        return change_flags(descriptor, command, argument)

    monkeypatch.setattr(fcntl, "fcntl", note)
    return noted


async def stores_well(root: Path) -> bool:
    blocks = [aligned(some_bytes(MIB, seed)) for seed in range(4)]
    async with open_filesystem_store(root) as blobs:
        digest = await store(blobs, key := a_key(), [*blocks, b"an odd end"])
        return await digest_of(blobs, key) == digest


async def test_large_aligned_blocks_bypass_the_page_cache(tmp_path: Path, flags: list[bool]) -> None:
    block = aligned(some_bytes(MIB))
    async with open_filesystem_store(tmp_path) as blobs:
        await store(blobs, a_key(), [block, block, block[:5], block])
    # On for aligned blocks; off for the odd one, and for good: nothing after it begins at a page of the file.
    assert flags == ([True, False] if DIRECT else [])


async def test_an_odd_block_in_between_is_no_reason_to_give_up(tmp_path: Path, flags: list[bool]) -> None:
    block = aligned(some_bytes(MIB))
    async with open_filesystem_store(tmp_path) as blobs:
        await store(blobs, a_key(), [bytes(block), block, bytes(block), block])
    assert flags == ([True, False, True] if DIRECT else [])


async def test_it_can_be_turned_off(tmp_path: Path, flags: list[bool]) -> None:
    async with open_filesystem_store(tmp_path, direct=False) as blobs:
        await store(blobs, a_key(), [aligned(some_bytes(MIB))])
    assert flags == []


async def test_a_file_system_may_refuse_the_flag(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(descriptor: int, command: int, argument: int = 0) -> int:
        if command == fcntl.F_SETFL and argument & DIRECT:
            raise refused()
        return change_flags(descriptor, command, argument)

    monkeypatch.setattr(fcntl, "fcntl", refuse)
    assert await stores_well(tmp_path)


@pytest.mark.parametrize("allowed", [0, 2])
async def test_a_file_system_may_refuse_the_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, allowed: int
) -> None:
    class Refusing(FileIO):
        direct_writes = 0

        def write(self, data: memoryview) -> int:  # type: ignore[override]  # of all buffers it only gets these
            if change_flags(self.fileno(), fcntl.F_GETFL) & DIRECT:
                self.direct_writes += 1
                if self.direct_writes > allowed:
                    raise refused()
            return write_file(self, data)

    monkeypatch.setattr(part_file, "FileIO", Refusing)
    assert await stores_well(tmp_path)


@pytest.fixture
def memory_disk() -> Iterator[Path]:
    """A folder on tmpfs where the system has one: direct writes are new there, and older kernels refuse them."""
    shared = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shared if shared.is_dir() else None) as folder:
        yield Path(folder)


async def test_a_disk_in_memory_will_do(memory_disk: Path) -> None:
    assert await stores_well(memory_disk)
