"""The part of the blob contract on how objects come to be."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from forebay.application.ports.blobs import BlobStore, Buffer
from forebay.domain.errors import ConflictError, InternalStateError
from forebay.domain.intake.errors import BlobNotFoundError
from forebay.testing.blob_examples import MIB, a_key, aligned, digest_of, keys, read, some_bytes, store


class WritingContract:
    """Whole and visible after the commit, nothing before; the caller's memory is its own again after a write."""

    large_bytes = 40 * MIB  # more than one part where the store writes in parts

    async def test_what_was_written_is_read(self, blobs: BlobStore) -> None:
        key = a_key()
        await store(blobs, key, [b"one ", bytearray(b"two "), memoryview(b"three"), b""])
        assert await read(blobs, key) == b"one two three"

    async def test_what_was_put_is_read(self, blobs: BlobStore) -> None:
        key = a_key(owner="Some.One@example-org")
        await blobs.put(key, b"content")
        assert await read(blobs, key) == b"content"

    async def test_put_takes_any_buffer(self, blobs: BlobStore) -> None:
        for data in (bytearray(b"array"), memoryview(b"view"), some_bytes(3 * MIB)):
            key = a_key()
            await blobs.put(key, data)
            assert await read(blobs, key) == bytes(data)

    async def test_an_empty_object_is_an_object(self, blobs: BlobStore) -> None:
        put, written = a_key(extension=""), a_key(extension="")
        await blobs.put(put, b"")
        await store(blobs, written, [])
        for key in (put, written):
            assert await read(blobs, key) == b""
            assert (await blobs.stat(key)).size_bytes == 0
        assert set(await keys(blobs)) == {put, written}

    @pytest.mark.parametrize("known", [True, False], ids=["size known", "size unknown"])
    async def test_a_large_object_in_odd_blocks(self, blobs: BlobStore, known: bool) -> None:
        key, odd = a_key(), 777_777
        blocks = [some_bytes(odd, seed) for seed in range(self.large_bytes // odd)]
        digest = await store(blobs, key, blocks, size_hint=odd * len(blocks) if known else None)
        assert (await blobs.stat(key)).size_bytes == odd * len(blocks)
        assert await digest_of(blobs, key) == digest

    async def test_a_large_object_in_aligned_blocks_with_an_odd_end(self, blobs: BlobStore) -> None:
        key = a_key()
        blocks = [aligned(some_bytes(4 * MIB, seed)) for seed in range(self.large_bytes // (4 * MIB))]
        blocks.append(aligned(some_bytes(MIB + 1, seed=99)))
        digest = await store(blobs, key, blocks)
        assert await digest_of(blobs, key) == digest

    async def test_aligned_and_odd_blocks_mixed(self, blobs: BlobStore) -> None:
        key = a_key()
        page = aligned(some_bytes(256 * 1024, seed=1))
        blocks: list[Buffer] = [page, some_bytes(4096, seed=2), page, b"12345", page, page[:4095], page[1:]]
        digest = await store(blobs, key, blocks)
        assert await digest_of(blobs, key) == digest

    @pytest.mark.parametrize("size_hint", [0, 1, 2**42], ids=["none", "too small", "far too large"])
    async def test_a_wrong_size_hint_does_no_harm(self, blobs: BlobStore, size_hint: int) -> None:
        key = a_key()
        await store(blobs, key, [b"a few bytes"], size_hint=size_hint)
        assert await read(blobs, key) == b"a few bytes"

    async def test_the_callers_memory_is_its_own_after_a_write(self, blobs: BlobStore) -> None:
        key, memory = a_key(), aligned(bytes(MIB))
        writer = await blobs.create(key)
        try:
            for seed in range(self.large_bytes // MIB):
                memory[:] = some_bytes(MIB, seed)
                await writer.write(memory)
                memory[:] = bytes(MIB)
            await writer.commit()
        finally:
            await writer.abort()
        expected = b"".join(some_bytes(MIB, seed) for seed in range(self.large_bytes // MIB))
        assert await read(blobs, key) == expected

    async def test_the_callers_memory_is_its_own_after_a_put(self, blobs: BlobStore) -> None:
        key, memory = a_key(), bytearray(b"before")
        await blobs.put(key, memory)
        memory[:] = b"after!"
        assert await read(blobs, key) == b"before"

    async def test_nothing_is_visible_before_the_commit(self, blobs: BlobStore) -> None:
        key = a_key()
        writer = await blobs.create(key)
        try:
            await writer.write(some_bytes(self.large_bytes))
            assert await keys(blobs) == []
            with pytest.raises(BlobNotFoundError):
                await blobs.stat(key)
            with pytest.raises(BlobNotFoundError):
                await read(blobs, key)
            await writer.commit()
            assert await keys(blobs) == [key]
        finally:
            await writer.abort()

    async def test_an_abort_after_the_commit_does_nothing(self, blobs: BlobStore) -> None:
        key = a_key()
        writer = await blobs.create(key)
        await writer.write(b"kept")
        await writer.commit()
        await writer.abort()
        await writer.abort()
        assert await read(blobs, key) == b"kept"

    async def test_after_its_end_a_writer_writes_nothing(self, blobs: BlobStore) -> None:
        aborted, committed = await blobs.create(a_key()), await blobs.create(a_key())
        await aborted.abort()
        await committed.commit()
        for writer in (aborted, committed):
            with pytest.raises(InternalStateError):
                await writer.write(b"late")
            with pytest.raises(InternalStateError):
                await writer.commit()

    async def test_no_object_is_replaced(self, blobs: BlobStore) -> None:
        key = a_key()
        await blobs.put(key, b"first")
        with pytest.raises((InternalStateError, ConflictError)):
            await blobs.put(key, b"second")
        with pytest.raises((InternalStateError, ConflictError)):
            await store(blobs, key, [b"third"])
        with pytest.raises((InternalStateError, ConflictError)):
            await store(blobs, key, [some_bytes(self.large_bytes)])
        assert await read(blobs, key) == b"first"
        assert await keys(blobs) == [key]

    async def test_the_second_of_two_writers_of_one_key_is_refused(self, blobs: BlobStore) -> None:
        key = a_key()
        first, second = await blobs.create(key), await blobs.create(key)
        await asyncio.gather(first.write(b"first"), second.write(b"second"))
        await first.commit()
        with pytest.raises((InternalStateError, ConflictError)):
            await second.commit()
        await second.abort()
        assert await read(blobs, key) == b"first"

    async def test_times_are_in_utc(self, blobs: BlobStore) -> None:
        key = a_key()
        await blobs.put(key, b"content")
        info = await blobs.stat(key)
        assert info.modified_at.utcoffset() == timedelta(0)
        assert abs(info.modified_at - datetime.now(UTC)) < timedelta(hours=1)
        assert [listed async for listed in blobs.list_objects()] == [info]
