"""The part of the blob contract on reading, listing and deleting."""

import asyncio
import time

import pytest

from forebay.application.ports.blobs import BlobStore
from forebay.domain.intake.errors import BlobNotFoundError
from forebay.testing.blob_examples import MIB, a_key, keys, read, some_bytes, store


class ReadingContract:
    """Bytes come back as they are, in ranges too; what is not there is said so; a delete may come twice."""

    readers_that_leave_early = 60  # more than a store has connections to lose

    async def test_what_is_not_there_cannot_be_read(self, blobs: BlobStore) -> None:
        await blobs.put(a_key(), b"another")
        with pytest.raises(BlobNotFoundError):
            await blobs.stat(a_key())
        for start, stop in ((0, None), (5, 9), (5, 5)):
            with pytest.raises(BlobNotFoundError):
                await read(blobs, a_key(), start=start, stop=stop)

    @pytest.mark.parametrize(
        ("start", "stop"),
        [(0, None), (0, 1), (1, 2), (3, None), (9, 10), (9, None), (4, 100), (0, 10), (10, None), (11, None), (50, 60)],
    )
    async def test_a_range_gives_the_bytes_there_are(self, blobs: BlobStore, start: int, stop: int | None) -> None:
        key = a_key()
        await blobs.put(key, b"0123456789")
        assert await read(blobs, key, start=start, stop=stop) == b"0123456789"[start:stop]

    @pytest.mark.parametrize(("start", "stop"), [(0, 0), (4, 4), (4, 2), (20, 20)])
    async def test_an_empty_range_is_empty(self, blobs: BlobStore, start: int, stop: int) -> None:
        key = a_key()
        await blobs.put(key, b"0123456789")
        assert await read(blobs, key, start=start, stop=stop) == b""

    async def test_any_range_of_an_empty_object_is_empty(self, blobs: BlobStore) -> None:
        key = a_key()
        await blobs.put(key, b"")
        for start, stop in ((0, None), (0, 5), (3, None), (3, 5)):
            assert await read(blobs, key, start=start, stop=stop) == b""

    async def test_a_range_of_a_large_object(self, blobs: BlobStore) -> None:
        key, content = a_key(), some_bytes(20 * MIB)
        await store(blobs, key, [content])
        start, stop = 3 * MIB + 7, 18 * MIB + 5
        assert await read(blobs, key, start=start, stop=stop) == content[start:stop]

    async def test_a_reader_may_leave_early(self, blobs: BlobStore) -> None:
        key, content = a_key(), some_bytes(4 * MIB)
        await store(blobs, key, [content])

        async def leave_early() -> bytes:
            async with blobs.open(key) as chunks:
                return await anext(chunks)

        for _ in range(self.readers_that_leave_early):
            first = await leave_early()
            assert first == content[: len(first)]
        assert await read(blobs, key) == content

    async def test_a_reader_may_be_cancelled(self, blobs: BlobStore) -> None:
        key, content = a_key(), some_bytes(4 * MIB)
        await store(blobs, key, [content])
        began = time.monotonic()
        await read(blobs, key)
        whole = time.monotonic() - began
        for point in range(self.readers_that_leave_early):
            task = asyncio.create_task(read(blobs, key))
            await asyncio.wait([task], timeout=whole * point / self.readers_that_leave_early)
            task.cancel()
            await asyncio.wait([task])
        assert await read(blobs, key) == content

    async def test_an_error_of_the_reader_comes_through(self, blobs: BlobStore) -> None:
        key = a_key()
        await blobs.put(key, b"content")
        with pytest.raises(ZeroDivisionError):
            async with blobs.open(key):
                raise ZeroDivisionError
        assert await read(blobs, key) == b"content"

    async def test_many_read_one_object(self, blobs: BlobStore) -> None:
        key, content = a_key(), some_bytes(2 * MIB)
        await store(blobs, key, [content])
        assert set(await asyncio.gather(*(read(blobs, key) for _ in range(20)))) == {content}

    async def test_what_was_deleted_is_gone(self, blobs: BlobStore) -> None:
        gone, kept = a_key(), a_key()
        await blobs.put(gone, b"gone")
        await blobs.put(kept, b"kept")
        await blobs.delete(gone)
        with pytest.raises(BlobNotFoundError):
            await blobs.stat(gone)
        assert await keys(blobs) == [kept]

    async def test_a_delete_is_idempotent(self, blobs: BlobStore) -> None:
        key = a_key()
        await blobs.delete(key)
        await blobs.put(key, b"content")
        await blobs.delete(key)
        await blobs.delete(key)
        assert await keys(blobs) == []

    async def test_an_empty_store_lists_nothing(self, blobs: BlobStore) -> None:
        assert await keys(blobs) == []

    async def test_a_listing_has_every_object_once(self, blobs: BlobStore) -> None:
        run = a_key()
        siblings = [type(run)(f"{run.value.rpartition('/')[0]}/{a_key().value.rpartition('/')[2]}") for _ in range(3)]
        expected = [*siblings, *(a_key(owner=owner) for owner in (None, "ann", "bob@example", "x.y-z_"))]
        for number, key in enumerate(expected):
            await blobs.put(key, bytes(number))
        assert {(info.key, info.size_bytes) async for info in blobs.list_objects()} == {
            (key, number) for number, key in enumerate(expected)
        }
        assert len(await keys(blobs)) == len(expected)

    async def test_a_listing_may_be_left_early(self, blobs: BlobStore) -> None:
        for _ in range(3):
            await blobs.put(a_key(), b"content")
        listing = blobs.list_objects()
        async for _ in listing:
            break
        assert len(await keys(blobs)) == 3
