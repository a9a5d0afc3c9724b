"""Bytes that are kept for a while."""

import errno
import os
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from forebay.adapters.system.spool import FileSpool
from forebay.domain.errors import StorageFullError, UnavailableError


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as executor:
        yield executor


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def test_what_is_kept_can_be_read_from_anywhere_and_has_no_name(
    tmp_path: Path, threads: ThreadPoolExecutor
) -> None:
    content = os.urandom(3 * 1024 * 1024 + 7)
    spool = FileSpool(tmp_path, threads)
    async with spool.keep("a.pdf", chunks(content[:5], b"", content[5:])) as source:
        assert (source.name, source.size_bytes) == ("a.pdf", len(content))
        assert names_in(tmp_path) == []
        for start, stop in ((0, None), (1_000_000, 2_500_000), (len(content), None), (5, 10**9)):
            async with source.open(start=start, stop=stop) as found:
                assert b"".join([chunk async for chunk in found]) == content[start:stop]


async def test_an_error_of_whoever_brings_the_bytes_comes_through(threads: ThreadPoolExecutor) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield b"some"
        raise UnavailableError("the store has gone")

    with pytest.raises(UnavailableError, match="has gone"):
        async with FileSpool(None, threads).keep("x", broken()):
            raise AssertionError("never entered")


async def test_a_folder_that_is_not_there_and_a_full_disk_name_the_setting(
    tmp_path: Path, threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UnavailableError, match="FOREBAY_SPOOL_DIR"):
        async with FileSpool(tmp_path / "away", threads).keep("x", chunks(b"x")):
            raise AssertionError("never entered")

    def full(descriptor: int, data: bytes, offset: int) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "pwrite", full)
    with pytest.raises(StorageFullError, match="FOREBAY_SPOOL_DIR"):
        async with FileSpool(tmp_path, threads).keep("x", chunks(b"x")):
            raise AssertionError("never entered")
