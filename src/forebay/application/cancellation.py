"""Work that must not be left half done."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


async def to_the_end(work: Awaitable[T]) -> T:
    """Awaits `work` to its end even when this task is cancelled meanwhile; the cancellation then goes on.

    An error of `work` after the cancellation is dropped: its caller has gone.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            try:
                await asyncio.wait([task])
            except asyncio.CancelledError:
                continue  # asked twice to stop: the work still has to end first
        if not task.cancelled():
            task.exception()
        raise
