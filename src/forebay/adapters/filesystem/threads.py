"""The threads that touch the disk, so that the event loop never waits for it."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from forebay.application.cancellation import to_the_end
from forebay.domain.errors import StorageUnavailableError

T = TypeVar("T")


class DiskThreads:
    """Runs blocking calls. Cancelling the waiting task never leaves a call behind that still uses its arguments."""

    def __init__(self, count: int) -> None:
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="forebay-disk")

    async def run(self, call: Callable[[], T]) -> T:
        """The call's result. A cancelled task waits for the call to end first: until then its buffer is in use."""
        try:
            job = asyncio.wrap_future(self._pool.submit(call))
        except RuntimeError:
            raise StorageUnavailableError("the blob store was closed") from None
        return await to_the_end(job)

    def close(self) -> None:
        """Returns when the last call has ended."""
        self._pool.shutdown()
