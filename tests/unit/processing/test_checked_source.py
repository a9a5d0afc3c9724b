"""A stored file as a source: whoever reads it hears of it when its bytes are not those that came in."""

import asyncio
import hashlib
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forebay.adapters.memory.blobs import MemoryBlobStore
from forebay.adapters.system.ids import SystemIds
from forebay.application.ports.blobs import BlobStore
from forebay.application.processing.checked_source import CheckedSource
from forebay.domain.errors import StorageUnavailableError
from forebay.domain.intake.archive_errors import ArchiveBrokenError
from forebay.domain.intake.blob import ObjectKey, Sha256
from forebay.domain.intake.file import FileRole, StoredFile
from forebay.domain.processing.errors import BlobCorruptError

IDS = SystemIds()
DATA = random.Random(1).randbytes(700_000)


async def a_source(
    recorded: bytes, stored: bytes | None = None, *, store: MemoryBlobStore | None = None
) -> CheckedSource:
    """`recorded`: what came in. `stored`: what the store has of it now."""
    blobs = store or MemoryBlobStore()
    run_id = IDS.new_id()
    key = ObjectKey.build(owner=None, run_id=run_id, name=IDS.random_id(), extension="")
    await blobs.put(key, recorded if stored is None else stored)
    file = StoredFile(
        id=IDS.new_id(),
        run_id=run_id,
        path="app.zip",
        role=FileRole.UPLOAD,
        media_type="application/zip",
        size_bytes=len(recorded),
        sha256=Sha256(hashlib.sha256(recorded).hexdigest()),
        created_at=datetime.now(UTC),
    )
    fitting: BlobStore = blobs
    return CheckedSource(file, key, fitting)


async def read(source: CheckedSource, start: int = 0, stop: int | None = None) -> bytes:
    async with source.open(start=start, stop=stop) as chunks:
        return b"".join([chunk async for chunk in chunks])


@pytest.mark.parametrize("size", [0, 1, 65_536, 65_537, 262_144, 700_000])
async def test_the_bytes_are_read_and_found_to_be_those_that_came_in(size: int) -> None:
    source = await a_source(DATA[:size])
    assert (source.name, source.size_bytes, source.is_verified) == ("app.zip", size, size == 0)
    assert await read(source) == DATA[:size]
    assert source.is_verified
    assert await read(source) == DATA[:size], "as often as one likes"


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), max_size=12), st.integers(0, 300))
async def test_any_ranges_in_any_order_give_their_bytes(ranges: list[tuple[int, int]], size: int) -> None:
    data = DATA[:size]
    source = await a_source(data)
    for start, length in ranges:
        assert await read(source, start, start + length) == data[start : start + length]
    assert await read(source) == data
    assert source.is_verified


async def test_ranges_that_follow_each_other_are_verified_together_also_with_a_look_at_the_end_before() -> None:
    source = await a_source(DATA)
    await read(source, len(DATA) - 100)
    assert not source.is_verified
    for start in range(0, len(DATA), 100_000):
        await read(source, start, start + 130_000)
    assert source.is_verified


async def test_ranges_that_are_read_side_by_side_do_not_get_into_each_others_way() -> None:
    source = await a_source(DATA)
    await asyncio.gather(*(read(source) for _ in range(4)), read(source, 300_000))
    assert source.is_verified


@pytest.mark.parametrize("place", [0, 350_000, 699_999])
async def test_a_bit_that_was_lost_is_noticed_at_the_end(place: int) -> None:
    broken = bytearray(DATA)
    broken[place] ^= 1
    source = await a_source(DATA, bytes(broken))
    with pytest.raises(BlobCorruptError, match="restore them from a backup"):
        await read(source)


@pytest.mark.parametrize("kept", [0, 1, 699_999])
async def test_bytes_that_end_too_early_are_noticed(kept: int) -> None:
    source = await a_source(DATA, DATA[:kept])
    with pytest.raises(BlobCorruptError, match=f"{kept} of 700000 bytes read"):
        await read(source)
    with pytest.raises(BlobCorruptError):
        await read(source, 600_000, 700_000)
    assert await read(source, 0, kept) == DATA[:kept]


async def test_more_bytes_than_came_in_are_noticed() -> None:
    source = await a_source(DATA, DATA + b"!")
    with pytest.raises(BlobCorruptError):
        await read(source)


async def complain(source: CheckedSource, *, behind: int) -> None:
    """A reader that reads so much, and then finds that the archive contradicts itself."""
    async with source.opened():
        await read(source, 0, behind)
        raise ArchiveBrokenError("member 3 contradicts member 2")


@pytest.mark.parametrize("behind", [0, 100_000, 700_000])
async def test_of_a_bad_archive_it_is_known_whether_it_came_in_like_that(behind: int) -> None:
    with pytest.raises(ArchiveBrokenError):
        await complain(await a_source(DATA), behind=behind)
    broken = DATA[:-1] + b"?"
    with pytest.raises(BlobCorruptError):
        await complain(await a_source(DATA, broken), behind=behind)
    with pytest.raises(BlobCorruptError):
        await complain(await a_source(DATA, DATA[:-1]), behind=min(behind, 699_999))


async def test_other_errors_are_no_reason_to_read_it_all() -> None:
    class CountingStore(MemoryBlobStore):
        opened = 0

        @asynccontextmanager
        async def open(
            self, key: ObjectKey, *, start: int = 0, stop: int | None = None
        ) -> AsyncIterator[AsyncIterator[bytes]]:
            self.opened += 1
            async with super().open(key, start=start, stop=stop) as chunks:
                yield chunks

    store = CountingStore()
    source = await a_source(DATA, store=store)
    with pytest.raises(StorageUnavailableError):
        async with source.opened():
            raise StorageUnavailableError
    assert store.opened == 0


async def test_a_reader_may_leave_early() -> None:
    source = await a_source(DATA)
    async with source.open() as chunks:
        async for _ in chunks:
            break
    assert not source.is_verified
    assert await read(source) == DATA
