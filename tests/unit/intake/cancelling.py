"""Cancels work at every point where it waits."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def cancel_at(
    work: Coroutine[Any, Any, T], step: int, *, again_after: int | None = None, everything: bool = False
) -> tuple[bool, T | None]:
    """Runs `work`, cancels it when the event loop has gone round `step` times, and waits for its end.

    Says whether it was still running then, and gives its result, None when the cancellation came through.
    `again_after`: cancelled once more so many rounds later. `everything`: every task but this one is cancelled, as
    when a program ends.
    """
    me = asyncio.current_task()
    task = asyncio.ensure_future(work)
    for _ in range(step):
        if task.done():
            return False, task.result()
        await asyncio.sleep(0)
    if task.done():
        return False, task.result()
    for other in asyncio.all_tasks() - {me} if everything else {task}:
        other.cancel()
    if again_after is not None:
        for _ in range(again_after):
            await asyncio.sleep(0)
        task.cancel()
    await asyncio.wait([task])
    return True, None if task.cancelled() else task.result()
