"""The contract of the blob store. To hold an adapter to it:

    class TestMine(BlobContract, LeftoversContract, ProbeContract, ForeignObjectsContract):
        @pytest.fixture
        async def blobs(self) -> AsyncIterator[MyStore]:
            async with my_empty_store() as store:
                yield store

BlobContract is the port itself; the others are for a store that has these abilities. ForeignObjectsContract wants the
fixture `plant` besides. The attributes are tolerances; set them in the subclass. Needs pytest and pytest-asyncio.
"""

import asyncio

from forebay.application.ports.blobs import BlobStore
from forebay.domain.errors import ConflictError, InternalStateError
from forebay.domain.intake.blob import ObjectKey
from forebay.testing.blob_examples import KIB, a_key, digest_of, keys, read, some_bytes, store
from forebay.testing.blob_leftovers_contract import ForeignObjectsContract, LeftoversContract, ProbeContract
from forebay.testing.blob_reading_contract import ReadingContract
from forebay.testing.blob_writing_contract import WritingContract

__all__ = ["BlobContract", "ForeignObjectsContract", "LeftoversContract", "ProbeContract"]


class BlobContract(WritingContract, ReadingContract):
    """Everything of the port; here what concerns many at the same time."""

    concurrent = 200
    most_winners_of_one_key = 1  # more where a key that is taken is only noticed when the object is there already

    async def test_many_puts_at_the_same_time(self, blobs: BlobStore) -> None:
        contents = {a_key(): some_bytes(number, number) for number in range(self.concurrent)}
        await asyncio.gather(*(blobs.put(key, content) for key, content in contents.items()))
        assert set(await keys(blobs)) == set(contents)
        for key, content in list(contents.items())[::10]:
            assert await read(blobs, key) == content

    async def test_many_writers_at_the_same_time(self, blobs: BlobStore) -> None:
        blocks = [some_bytes(200 * KIB, seed) for seed in range(3)]
        written = [a_key() for _ in range(self.concurrent)]
        digests = await asyncio.gather(*(store(blobs, key, blocks) for key in written))
        assert set(await keys(blobs)) == set(written)
        for key, digest in list(zip(written, digests, strict=True))[::20]:
            assert await digest_of(blobs, key) == digest

    async def test_a_put_that_is_refused_takes_no_other_with_it(self, blobs: BlobStore) -> None:
        there = a_key()
        await blobs.put(there, b"first")
        others = [a_key() for _ in range(20)]
        outcomes = await asyncio.gather(
            *(blobs.put(key, b"second") for other in others for key in (other, there)), return_exceptions=True
        )
        assert outcomes[0::2] == [None] * 20
        assert all(isinstance(outcome, InternalStateError | ConflictError) for outcome in outcomes[1::2])
        assert await read(blobs, there) == b"first"

    async def test_of_many_who_want_one_key_one_gets_it(self, blobs: BlobStore) -> None:
        key = a_key()
        contents = [f"content {number}".encode() for number in range(20)]
        outcomes = await asyncio.gather(
            *(blobs.put(key, content) for content in contents[::2]),
            *(store(blobs, key, [content]) for content in contents[1::2]),
            return_exceptions=True,
        )
        winners = [outcome for outcome in outcomes if not isinstance(outcome, BaseException)]
        assert 1 <= len(winners) <= self.most_winners_of_one_key
        assert await read(blobs, key) in contents

    async def test_creating_and_deleting_in_one_run_at_the_same_time(self, blobs: BlobStore) -> None:
        run = a_key().value.rpartition("/")[0]

        async def come_and_go() -> None:
            for _ in range(10):
                key = ObjectKey(f"{run}/{a_key().value.rpartition('/')[2]}")
                await blobs.put(key, b"content")
                assert await read(blobs, key) == b"content"
                await blobs.delete(key)

        await asyncio.gather(*(come_and_go() for _ in range(8)))
        assert await keys(blobs) == []

    async def test_a_listing_while_others_write_has_all_that_stays(self, blobs: BlobStore) -> None:
        stays = [a_key() for _ in range(20)]
        for key in stays:
            await blobs.put(key, b"stays")
        done = asyncio.Event()

        async def come_and_go() -> None:
            while not done.is_set():
                key = a_key()
                await blobs.put(key, b"passing")
                await blobs.delete(key)
                await asyncio.sleep(0)  # a store in memory gives nobody else a turn

        async with asyncio.TaskGroup() as group:
            for _ in range(4):
                group.create_task(come_and_go())
            for _ in range(5):
                listed = await keys(blobs)
                assert set(stays) <= set(listed)
                assert len(listed) == len(set(listed))
                await asyncio.sleep(0)
            done.set()
