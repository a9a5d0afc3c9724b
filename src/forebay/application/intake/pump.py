"""Bytes on their way from a source to a writer: filled, hashed and written at the same time, block by block."""

import asyncio
import hashlib
from collections import deque
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial

from forebay.application.cancellation import to_the_end, until_done
from forebay.application.intake.block_pool import Block, BlockPool
from forebay.application.intake.filling import Filling
from forebay.application.intake.limits import UploadLimits
from forebay.application.ports.blobs import BlobWriter
from forebay.application.ports.sources import UploadSource
from forebay.domain.intake.blob import Sha256
from forebay.domain.intake.errors import UploadTooLargeError

_Outcome = asyncio.Future[tuple[BaseException | None, BaseException | None]]  # of hash and writer
_BEHIND = 2  # blocks that may wait to be hashed and written: with one, the slower of the two holds up the other


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedBytes:
    """What arrived: how many bytes, and their digest."""

    size_bytes: int
    sha256: Sha256


class Pump:
    """One upload's way through at most three blocks: one is filled while the others are hashed and written.

    Hash and writer each take the blocks in order, neither waits for the other, and a block is given back when both are
    done with it.
    """

    def __init__(self, writer: BlobWriter, blocks: BlockPool, hashing: Executor, limits: UploadLimits) -> None:
        self._writer = writer
        self._blocks = blocks
        self._hashing = hashing
        self._limits = limits
        self._hash = hashlib.sha256()
        self._size = 0
        self._hashed = _InOrder()
        self._written = _InOrder()
        self._in_flight: deque[_Outcome] = deque()

    async def run(self, head: memoryview, source: UploadSource) -> ReceivedBytes:
        """`head`: what was already read from the source."""
        filling = Filling(self._blocks, head=head, overdue=lambda: self._hand_on_idle(filling))
        try:
            try:
                self._count(len(head))
                await self._fill(filling, source)
            finally:
                filling.close()
            await self._settle(0)
        except BaseException:
            for work in self._in_flight:
                work.cancel()
            # until then blocks and writer are in use
            await until_done(asyncio.gather(*self._in_flight, return_exceptions=True))
            raise
        return ReceivedBytes(size_bytes=self._size, sha256=Sha256(self._hash.hexdigest()))

    async def _fill(self, filling: Filling, source: UploadSource) -> None:
        """Reads until the end of the source; each block that is full, or overdue, is handed on."""
        size: int | None = None
        while size != 0:
            if filling.due:
                await self._settle(_BEHIND - 1)
                self._hand_on(filling)
            size = await source.read(filling.room)
            filling.arrived(size or 0)
            self._count(size or 0)
        await self._settle(_BEHIND - 1)
        self._hand_on(filling, last=True)

    def _count(self, arrived: int) -> None:
        self._size += arrived
        if self._size > self._limits.max_bytes:
            raise too_large(self._limits.max_bytes)

    async def _settle(self, most: int) -> None:
        """Until at most so many blocks are in flight."""
        while len(self._in_flight) > most:
            oldest = self._in_flight[0]
            await asyncio.wait([oldest])
            self._in_flight.popleft()
            for failure in oldest.result():
                if failure is not None:
                    raise failure

    def _hand_on(self, filling: Filling, *, last: bool = False) -> None:
        handed = filling.hand_over(last=last)
        if handed is None:
            return
        block, size = handed
        data = block.view[:size]
        hashed = self._hashed.add(partial(self._update, data))
        written = self._written.add(partial(self._writer.write, data))
        work = asyncio.gather(hashed, written, return_exceptions=True)  # cancelled or not, it ends after both
        work.add_done_callback(partial(self._give_back, filling, block, data))
        self._in_flight.append(work)

    def _hand_on_idle(self, filling: Filling) -> None:
        """A large block must not wait with a silent client; with two others on their way it waits for one of them."""
        if filling.idle and sum(not work.done() for work in self._in_flight) < _BEHIND:
            self._hand_on(filling)

    async def _update(self, data: memoryview) -> None:
        await to_the_end(asyncio.get_running_loop().run_in_executor(self._hashing, self._hash.update, data))

    def _give_back(self, filling: Filling, block: Block, data: memoryview, _: _Outcome) -> None:
        data.release()
        self._blocks.give_back(block)
        self._hand_on_idle(filling)


class _InOrder:
    """Does one job after another. After one that failed or was cancelled no other is begun."""

    def __init__(self) -> None:
        self._last: asyncio.Task[None] | None = None

    def add(self, job: Callable[[], Awaitable[None]]) -> asyncio.Task[None]:
        self._last = asyncio.create_task(_after(self._last, job))
        return self._last


async def _after(before: asyncio.Task[None] | None, job: Callable[[], Awaitable[None]]) -> None:
    if before is not None:
        await asyncio.wait([before])
        before.result()
    await job()


def too_large(limit: int) -> UploadTooLargeError:
    return UploadTooLargeError(
        f"the file is larger than the limit of {limit} bytes (setting FOREBAY_MAX_UPLOAD_BYTES)", field="file"
    )
