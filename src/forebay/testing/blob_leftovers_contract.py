"""The part of the blob contract on writers that did not come to their end, and on what is not Forebay's."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from forebay.application.ports.blobs import BlobWriter
from forebay.domain.errors import InternalStateError, StorageUnavailableError
from forebay.domain.intake.blob import ObjectKey
from forebay.testing.blob_examples import (
    MIB,
    StoreWithLeftovers,
    StoreWithProbe,
    a_key,
    keys,
    leftovers,
    read,
    some_bytes,
    store,
)

Plant = Callable[[str, bytes], Awaitable[None]]


class LeftoversContract:
    """For a store that is IncompleteUploads too: nothing that was begun is ever visible, and all of it is found."""

    listed_after_bytes = 1  # how much must be written until a store shows what was begun
    cancellation_points = 40

    async def test_an_abort_leaves_nothing(self, blobs: StoreWithLeftovers) -> None:
        for size in (0, 1, self.listed_after_bytes, 2 * self.listed_after_bytes):
            writer = await blobs.create(a_key())
            await writer.write(some_bytes(size))
            await writer.abort()
            await writer.abort()
        assert await keys(blobs) == []
        assert await leftovers(blobs) == []

    async def test_a_commit_leaves_nothing_but_the_object(self, blobs: StoreWithLeftovers) -> None:
        key = a_key()
        await store(blobs, key, [some_bytes(self.listed_after_bytes)])
        await blobs.put(a_key(), b"small")
        assert await leftovers(blobs) == []

    async def test_what_is_under_way_is_listed_with_its_key_and_time(self, blobs: StoreWithLeftovers) -> None:
        key = a_key(owner="ann@example")
        writer = await self._begun(blobs, key)
        try:
            (item,) = [item async for item in blobs.list_incomplete()]
            assert item.key == key
            assert key.value in item.name.replace("+", "/")
            assert item.modified_at.utcoffset() == timedelta(0)
            assert abs(item.modified_at - datetime.now(UTC)) < timedelta(hours=1)
            await writer.write(some_bytes(self.listed_after_bytes))
            (grown,) = [item async for item in blobs.list_incomplete()]
            assert grown.modified_at >= item.modified_at
        finally:
            await writer.abort()

    async def test_what_is_discarded_is_gone_and_cannot_be_committed(self, blobs: StoreWithLeftovers) -> None:
        key, other = a_key(), a_key()
        writer, untouched = await self._begun(blobs, key), await self._begun(blobs, other)
        try:
            (item,) = [item async for item in blobs.list_incomplete() if item.key == key]
            await blobs.discard_incomplete(item)
            await blobs.discard_incomplete(item)
            assert await leftovers(blobs) == [other]
            with pytest.raises(StorageUnavailableError):
                await writer.commit()
            await untouched.commit()
        finally:
            await writer.abort()
            await untouched.abort()
        assert await keys(blobs) == [other]
        assert await leftovers(blobs) == []

    async def test_a_discard_after_the_commit_leaves_the_object(self, blobs: StoreWithLeftovers) -> None:
        key = a_key()
        writer = await self._begun(blobs, key)
        items = [item async for item in blobs.list_incomplete()]
        await writer.commit()
        for item in items:
            await blobs.discard_incomplete(item)
        assert len(await read(blobs, key)) == self.listed_after_bytes

    async def test_a_writer_that_nobody_ended_leaves_nothing_visible(self, blobs: StoreWithLeftovers) -> None:
        key = a_key()
        dead = await self._begun(blobs, key)  # as a crash leaves it: neither committed nor aborted
        assert await keys(blobs) == []
        async for item in blobs.list_incomplete():
            await blobs.discard_incomplete(item)
        assert await leftovers(blobs) == []
        await dead.abort()
        assert await keys(blobs) == []

    async def test_a_writer_cancelled_at_any_point_leaves_all_or_nothing(self, blobs: StoreWithLeftovers) -> None:
        content = some_bytes(self.listed_after_bytes + MIB)
        blocks = [content[start : start + 3 * MIB] for start in range(0, len(content), 3 * MIB)]
        began = time.monotonic()
        await store(blobs, a_key(), blocks)
        whole = time.monotonic() - began
        for point in range(self.cancellation_points):
            task = asyncio.create_task(store(blobs, a_key(), blocks))
            await asyncio.wait([task], timeout=whole * point / self.cancellation_points)
            task.cancel()
            await asyncio.wait([task])
            assert await leftovers(blobs) == []
            for found in await keys(blobs):  # it was done, or the commit went on to its end
                assert await read(blobs, found) == content
                await blobs.delete(found)

    async def test_after_a_write_that_was_cut_off_nothing_can_be_committed(self, blobs: StoreWithLeftovers) -> None:
        key = a_key()
        writer = await blobs.create(key)
        await writer.write(b"begun")
        task = asyncio.create_task(writer.write(some_bytes(8 * MIB)))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        if task.cancelled():
            with pytest.raises(InternalStateError):
                await writer.commit()
        await writer.abort()
        assert await keys(blobs) == []

    async def test_a_cancelled_put_leaves_all_or_nothing(self, blobs: StoreWithLeftovers) -> None:
        for turns in range(20):
            key = a_key()
            task = asyncio.create_task(blobs.put(key, b"content"))
            for _ in range(turns):
                await asyncio.sleep(0)
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await blobs.put(a_key(), b"content")  # after it whatever was still under way has ended
        for key in await keys(blobs):
            assert await read(blobs, key) == b"content"

    async def _begun(self, blobs: StoreWithLeftovers, key: ObjectKey) -> BlobWriter:
        writer = await blobs.create(key)
        await writer.write(some_bytes(self.listed_after_bytes))
        return writer


class ForeignObjectsContract:
    """For a store that somebody else can write to: the fixture `plant` puts bytes there under any name."""

    async def test_what_is_not_ours_is_passed_over(self, blobs: StoreWithLeftovers, plant: Plant) -> None:
        key = a_key()
        await blobs.put(key, b"ours")
        run = key.value.rpartition("/")[0]
        for name in (
            "README",
            "a/b",
            "c/d/e/f",
            f"{run}/notes.txt",
            f"{run}/{a_key().value.rpartition('/')[2]}~",
            f"{run}/deeper/{a_key().value.rpartition('/')[2]}",
            f"{a_key().value.upper()}",
            "_/not-a-run/not-a-name",
            "ö/ü/ä",
        ):
            await plant(name, b"foreign")
        assert await keys(blobs) == [key]
        assert await leftovers(blobs) == []


class ProbeContract:
    """For a store that is a Probe too."""

    async def test_a_store_that_works_says_what_it_is(self, blobs: StoreWithProbe) -> None:
        assert blobs.name == "storage"
        assert await blobs.check()
