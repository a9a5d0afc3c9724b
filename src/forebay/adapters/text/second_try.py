"""A document whose process somebody killed is read once more, by another process; then it counts as too large.

A process is held to its memory by limits that it runs into by itself (RLIMIT_DATA), so SIGKILL comes from outside: from
the system that is short of memory, which may be over in a moment, or from a person.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, aclosing
from typing import TypeVar

from forebay.adapters.text.messages import ReaderKilledError
from forebay.domain.documents.errors import DocumentMemoryError

T = TypeVar("T")


async def twice(work: Callable[[], Awaitable[T]]) -> T:
    try:
        return await work()
    except ReaderKilledError:
        pass
    try:
        return await work()
    except ReaderKilledError:
        raise _too_much() from None


async def resumed(opening: Callable[[], AbstractAsyncContextManager[AsyncIterator[bytes]]]) -> AsyncGenerator[bytes]:
    """What is opened, which is the same each time; the second time behind what was given already."""
    given = 0
    for is_last in (False, True):
        try:
            async with opening() as chunks, aclosing(_behind(given, chunks)) as rest:
                async for chunk in rest:
                    given += len(chunk)
                    yield chunk
            return
        except ReaderKilledError:
            if is_last:
                raise _too_much() from None


async def _behind(start: int, chunks: AsyncIterator[bytes]) -> AsyncGenerator[bytes]:
    async for chunk in chunks:
        if start < len(chunk):
            yield chunk[start:]
        start = max(start - len(chunk), 0)


def _too_much() -> DocumentMemoryError:
    return DocumentMemoryError(
        "the process that read the document was killed twice, most likely by the system for want of memory; give the"
        " machine or container more, or let fewer documents be read at a time (FOREBAY_WORKER_CONCURRENCY)"
    )
