"""StoreBlob: bytes go through bounded memory into an object, whole and verified, or not at all."""

import asyncio
import hashlib
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import ParamSpec, TypeVar

import pytest

from forebay.application.intake.pump import ReceivedBytes
from forebay.application.intake.store_blob import StoreBlobCommand
from forebay.domain.errors import StorageUnavailableError
from forebay.domain.intake.blob import ObjectKey
from forebay.domain.intake.errors import DigestMismatchError, UploadInterruptedError, UploadTooLargeError
from tests.unit.intake.cancelling import cancel_at
from tests.unit.intake.faults import Pause, Stubborn
from tests.unit.intake.rig import Rig
from tests.unit.intake.sources import KIB, SMALL, ScriptedSource, archive

P = ParamSpec("P")
T = TypeVar("T")


async def accept(_: ReceivedBytes) -> None:
    """Whatever arrives is right."""


def a_key(rig: Rig) -> ObjectKey:
    return ObjectKey.build(owner=None, run_id=rig.ids.new_id(), name=rig.ids.random_id(), extension="")


def command(rig: Rig, source: ScriptedSource, *, head: bytes = b"", key: ObjectKey | None = None) -> StoreBlobCommand:
    return StoreBlobCommand(key=key or a_key(rig), head=memoryview(head), source=source, verify=accept)


@pytest.mark.parametrize("head", [0, 1, SMALL - 1, SMALL])
@pytest.mark.parametrize("size", [0, 1, SMALL - 1, SMALL, SMALL + 1, 5_000_000])
@pytest.mark.parametrize("chunk", [6007, 1 << 30])
async def test_head_and_rest_become_one_object(rig: Rig, head: int, size: int, chunk: int) -> None:
    data = archive(head + size)
    key = a_key(rig)
    source = ScriptedSource(data[head:], chunk=chunk, eager=True)
    received = await rig.store_blob(command(rig, source, head=data[:head], key=key))
    assert received.size_bytes == len(data)
    assert received.sha256.hex == hashlib.sha256(data).hexdigest()
    assert await rig.content(key) == data
    assert rig.blocks.out == []


async def test_it_works_with_true_threads_as_well(rig: Rig) -> None:
    data = archive(20_000_000)
    with ThreadPoolExecutor(2) as rig.hashing:
        keys = [a_key(rig) for _ in range(4)]
        await asyncio.gather(*(rig.store_blob(command(rig, ScriptedSource(data), key=key)) for key in keys))
    for key in keys:
        assert await rig.content(key) == data
    assert rig.blocks.out == []


async def test_memory_is_bounded_whatever_the_number_and_size_of_uploads(rig: Rig) -> None:
    uploads = 16
    await asyncio.gather(*(rig.store_blob(command(rig, ScriptedSource(archive(2_000_000)))) for _ in range(uploads)))
    assert rig.blocks.most_bytes <= uploads * 3 * SMALL + 2 * 256 * KIB
    assert rig.blocks.out == []


async def test_while_all_large_blocks_are_lent_the_others_go_on_with_small_ones(rig: Rig) -> None:
    stalls = [Pause() for _ in range(4)]
    stalled = [
        asyncio.create_task(rig.store_blob(command(rig, ScriptedSource(archive(SMALL), b"more", stall))))
        for stall in stalls
    ]
    for stall in stalls:
        await stall.reached.wait()
    assert sum(block.large for block in rig.blocks.out) == 2
    data = archive(1_000_000)
    key = a_key(rig)
    await rig.store_blob(command(rig, ScriptedSource(data), key=key))
    assert await rig.content(key) == data
    for stall in stalls:
        stall.go.set()
    await asyncio.gather(*stalled)
    assert rig.blocks.out == []


async def test_a_stalled_client_holds_no_block_once_the_store_took_what_came(rig: Rig) -> None:
    stall = Pause()
    task = asyncio.create_task(rig.store_blob(command(rig, ScriptedSource(archive(SMALL), stall))))
    await stall.reached.wait()
    for _ in range(10):
        await asyncio.sleep(0)
    assert rig.blocks.out == []
    stall.go.set()
    await task


async def test_the_next_blocks_are_filled_while_one_is_written(rig: Rig) -> None:
    write = rig.faults.pause("write")
    source = ScriptedSource(archive(SMALL), archive(SMALL), archive(SMALL), archive(10 * SMALL))
    task = asyncio.create_task(rig.store_blob(command(rig, source)))
    await write.reached.wait()
    for _ in range(30):
        await asyncio.sleep(0)
    assert source.delivered > 2 * SMALL, "the source is read while the store writes"
    assert len(rig.blocks.out) == 3, "but only two blocks ahead"
    write.go.set()
    await task


async def test_a_hash_that_is_behind_does_not_hold_up_the_writer(rig: Rig) -> None:
    go = threading.Event()
    rig.hashing = ThreadPoolExecutor(1)
    rig.hashing.submit(go.wait)
    data = archive(6 * SMALL)
    key = a_key(rig)
    task = asyncio.create_task(rig.store_blob(command(rig, ScriptedSource(data), key=key)))
    for _ in range(100):
        await asyncio.sleep(0)
    written, lent = rig.faults.calls.count("write"), len(rig.blocks.out)
    go.set()
    received = await task
    rig.hashing.shutdown()
    assert (written, lent) == (2, 3)
    assert received.sha256.hex == hashlib.sha256(data).hexdigest()
    assert await rig.content(key) == data


async def test_nothing_is_visible_before_it_is_verified(rig: Rig) -> None:
    key = a_key(rig)

    async def refuse(received: ReceivedBytes) -> None:
        assert received.size_bytes == 3 * SMALL
        raise DigestMismatchError

    source = ScriptedSource(archive(3 * SMALL))
    with pytest.raises(DigestMismatchError):
        await rig.store_blob(StoreBlobCommand(key=key, head=memoryview(b""), source=source, verify=refuse))
    assert "finish" not in rig.faults.calls
    assert await rig.objects() == set()
    await rig.assert_tidy()


@pytest.mark.parametrize("blocks", [0, 1, 2, 7])
@pytest.mark.parametrize("eager", [False, True])
async def test_after_any_failure_all_blocks_can_be_lent_again(rig: Rig, blocks: int, eager: bool) -> None:
    for _ in range(10):
        source = ScriptedSource(archive(blocks * SMALL), UploadInterruptedError(), eager=eager)
        with pytest.raises(UploadInterruptedError):
            await rig.store_blob(command(rig, source))
        await rig.assert_tidy()
    assert [rig.blocks.take(rate=1e9).large for _ in range(3)] == [True, True, False]


async def test_a_write_that_fails_ends_the_upload_with_its_error(rig: Rig) -> None:
    rig.faults.fail("write", StorageUnavailableError("gone"))
    source = ScriptedSource(archive(50 * SMALL))
    with pytest.raises(StorageUnavailableError, match="gone"):
        await rig.store_blob(command(rig, source))
    assert source.delivered < 50 * SMALL
    assert rig.faults.calls.count("write") == 1, "what follows would not join on"
    assert rig.faults.calls.count("abort") == 1
    await rig.assert_tidy()


async def test_a_file_above_the_limit_is_aborted(rig: Rig) -> None:
    rig.max_bytes = 2 * SMALL
    with pytest.raises(UploadTooLargeError):
        await rig.store_blob(command(rig, ScriptedSource(archive(2 * SMALL + 1))))
    await rig.assert_tidy()


async def test_a_hash_that_fails_is_not_mistaken_for_success(rig: Rig) -> None:
    rig.hashing = ThreadPoolExecutor(1)
    rig.hashing.shutdown()
    with pytest.raises(RuntimeError, match="shutdown"):
        await rig.store_blob(command(rig, ScriptedSource(archive(SMALL))))
    await rig.assert_tidy()


async def test_a_hash_that_cannot_be_made_ends_the_upload(rig: Rig) -> None:
    class NoMemory(Executor):
        def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
            future: Future[T] = Future()
            future.set_exception(MemoryError())
            return future

    rig.hashing = NoMemory()
    with pytest.raises(MemoryError):
        await rig.store_blob(command(rig, ScriptedSource(archive(SMALL))))
    assert await rig.objects() == set()
    await rig.assert_tidy()


async def test_a_source_that_breaks_off_does_not_wait_for_a_store_that_does_not_answer(rig: Rig) -> None:
    write = rig.faults.pause("write")
    with pytest.raises(UploadInterruptedError):
        await rig.store_blob(command(rig, ScriptedSource(archive(SMALL), write.reached.wait, UploadInterruptedError())))
    await rig.assert_tidy()


async def test_however_often_it_is_cancelled_the_write_under_way_ends_before_the_writer_is_aborted(rig: Rig) -> None:
    write = Stubborn()
    rig.faults.on("write", write)
    work = rig.store_blob(command(rig, ScriptedSource(archive(SMALL), asyncio.Event().wait)))
    task = asyncio.create_task(work)
    await write.reached.wait()
    for _ in range(3):
        task.cancel()
        for _ in range(5):
            await asyncio.sleep(0)
        assert not task.done()
        assert "abort" not in rig.faults.calls
        assert len(rig.blocks.out) == 1, "the block is still in use"
    write.go.set()
    await asyncio.wait([task])
    assert task.cancelled()
    await rig.assert_tidy()


@pytest.mark.parametrize("again_after", [None, 0, 1, 2, 4])
async def test_cancelled_at_any_step_it_leaves_neither_object_nor_block(again_after: int | None) -> None:
    for step in range(200):
        rig = Rig()
        work = rig.store_blob(command(rig, ScriptedSource(archive(3 * SMALL + 1))))
        running, received = await cancel_at(work, step, again_after=again_after)
        if not running:
            assert received is not None
            return
        assert received is None
        assert await rig.objects() == set()
        await rig.assert_tidy()
    pytest.fail("it does not end")


@pytest.mark.parametrize("cancellations", [1, 2])
async def test_cancelled_while_a_thread_hashes_it_waits_for_the_thread(rig: Rig, cancellations: int) -> None:
    hashing, go = threading.Event(), threading.Event()

    def occupy() -> None:
        hashing.set()
        go.wait()

    reading = asyncio.Event()

    async def never() -> None:
        reading.set()
        await asyncio.Event().wait()

    rig.hashing = ThreadPoolExecutor(1)
    rig.hashing.submit(occupy)
    task = asyncio.create_task(rig.store_blob(command(rig, ScriptedSource(archive(SMALL), never))))
    await reading.wait()
    for _ in range(cancellations):
        for _ in range(10):
            await asyncio.sleep(0)
        task.cancel()
    for _ in range(10):
        await asyncio.sleep(0)
    waits, lent = not task.done(), len(rig.blocks.out)
    go.set()
    await asyncio.wait([task])
    rig.hashing.shutdown()
    assert waits
    assert lent == 1, "the block is still in use"
    assert task.cancelled()
    await rig.assert_tidy()
