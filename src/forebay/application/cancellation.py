"""Work that must not be left half done."""

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")


async def to_the_end(work: Awaitable[T]) -> T:
    """Awaits `work` to its end even when this task is cancelled meanwhile; the cancellation then goes on.

    An error of `work` after the cancellation is dropped: its caller has gone.
    """
    task = asyncio.ensure_future(work)
    await until_done(task)
    return task.result()


async def until_done(work: asyncio.Future[Any]) -> None:
    """Returns when `work` has ended, however it ended; a cancellation of this task goes on only then.

    asyncio.shield() would do, but complains to the event loop (from Python 3.14) about errors that nobody awaits.
    """
    try:
        await asyncio.wait([work])
    except asyncio.CancelledError:
        while not work.done():
            with suppress(asyncio.CancelledError):  # asked twice to stop: the work still has to end first
                await asyncio.wait([work])
        if not work.cancelled():
            work.exception()  # counts as taken
        raise
