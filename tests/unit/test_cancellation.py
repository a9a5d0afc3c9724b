"""Work that must not be left half done is not."""

import asyncio
import gc
from typing import Any

import pytest

from forebay.application.cancellation import to_the_end, until_done


async def test_work_gives_its_result() -> None:
    async def work() -> int:
        await asyncio.sleep(0)
        return 7

    assert await to_the_end(work()) == 7


async def test_work_raises_its_error() -> None:
    async def work() -> None:
        raise ValueError("as it is")

    with pytest.raises(ValueError, match="as it is"):
        await to_the_end(work())


@pytest.mark.parametrize("cancellations", [1, 2, 5])
async def test_however_often_it_is_cancelled_the_work_ends_first(cancellations: int) -> None:
    begun, go, done = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.set()
        await go.wait()
        done.set()

    task = asyncio.create_task(to_the_end(work()))
    await begun.wait()
    for _ in range(cancellations):
        task.cancel()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    assert not task.done()
    go.set()
    await asyncio.wait([task])
    assert task.cancelled()
    assert done.is_set()


async def test_cancelled_before_it_began_the_work_is_done_nevertheless() -> None:
    done = asyncio.Event()

    async def work() -> None:
        done.set()

    async def outer() -> None:
        current = asyncio.current_task()
        assert current is not None
        current.cancel()
        await to_the_end(work())

    task = asyncio.create_task(outer())
    await asyncio.wait([task])
    assert task.cancelled()
    assert done.is_set()


async def test_a_cancellation_in_the_moment_of_the_end_is_not_lost() -> None:
    go = asyncio.Event()

    async def work() -> None:
        await go.wait()

    task = asyncio.create_task(to_the_end(work()))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    go.set()
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()


async def test_an_error_after_the_cancellation_is_dropped_without_a_complaint() -> None:
    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    begun, go = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.set()
        await go.wait()
        raise ValueError("nobody is left to hear this")

    task = asyncio.create_task(to_the_end(work()))
    await begun.wait()
    task.cancel()
    await asyncio.sleep(0)
    go.set()
    await asyncio.wait([task])
    assert task.cancelled()
    del task
    gc.collect()
    assert complaints == []


async def test_work_that_cancels_itself_is_a_cancellation() -> None:
    async def work() -> None:
        raise asyncio.CancelledError

    task = asyncio.create_task(to_the_end(work()))
    await asyncio.wait([task])
    assert task.cancelled()


async def test_a_timeout_around_it_is_a_timeout_once_the_work_is_done() -> None:
    done = asyncio.Event()

    async def work() -> None:
        await asyncio.sleep(0.02)
        done.set()

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await to_the_end(work())
    assert done.is_set()


async def test_a_future_may_be_waited_for_as_well() -> None:
    future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(to_the_end(future))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.sleep(0)
    assert not future.cancelled()
    future.set_result(7)
    await asyncio.wait([task])
    assert task.cancelled()


async def test_until_done_does_not_mind_how_the_work_ends() -> None:
    async def fail() -> None:
        raise ValueError

    async def never() -> None:
        await asyncio.Event().wait()

    failing, endless = asyncio.create_task(fail()), asyncio.create_task(never())
    endless.cancel()
    await until_done(failing)
    await until_done(endless)
    assert isinstance(failing.exception(), ValueError)
    assert endless.cancelled()
