"""StoreBlob: bytes go from a source into the blob store, hashed and counted on the way."""

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from forebay.application.cancellation import to_the_end, until_done
from forebay.application.intake.block_pool import Block, BlockPool
from forebay.application.intake.limits import UploadLimits
from forebay.application.ports.blobs import BlobStore, BlobWriter, Buffer
from forebay.application.ports.sources import UploadSource
from forebay.domain.errors import UnavailableError
from forebay.domain.intake.blob import ObjectKey, Sha256
from forebay.domain.intake.errors import UploadTooLargeError


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedBytes:
    """What arrived: how many bytes, and their digest."""

    size_bytes: int
    sha256: Sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreBlobCommand:
    """`head`: what was already read from the source. `verify` may refuse the whole before it becomes visible."""

    key: ObjectKey
    head: memoryview
    source: UploadSource
    verify: Callable[[ReceivedBytes], Awaitable[None]]


class StoreBlob:
    """The object appears whole and verified, or not at all. Memory is bounded by the pool, whatever the size.

    While one block is hashed and written, each in a thread of its own, the next one is filled.
    """

    def __init__(self, *, blobs: BlobStore, blocks: BlockPool, hashing: Executor, limits: UploadLimits) -> None:
        self._blobs = blobs
        self._blocks = blocks
        self._hashing = hashing
        self._limits = limits

    async def __call__(self, command: StoreBlobCommand) -> ReceivedBytes:
        writer = await self._create(command)
        try:
            received = await _Pump(writer, self._blocks, self._hashing, self._limits).run(command)
            await command.verify(received)
            await to_the_end(writer.commit())
        except BaseException:
            await to_the_end(self._undo(writer, command.key))
            raise
        return received

    async def _create(self, command: StoreBlobCommand) -> BlobWriter:
        """A writer that comes into being after this task was cancelled is aborted, not lost."""
        creating = asyncio.ensure_future(self._blobs.create(command.key, size_hint=command.source.size_hint))
        try:
            await until_done(creating)
        except asyncio.CancelledError:
            if not creating.cancelled() and creating.exception() is None:
                await to_the_end(creating.result().abort())
            raise
        return creating.result()

    async def _undo(self, writer: BlobWriter, key: ObjectKey) -> None:
        await writer.abort()
        await self.discard(key)

    async def put(self, key: ObjectKey, data: Buffer) -> None:
        """Stores a small file whose digest is already known."""
        await self._blobs.put(key, data)

    async def discard(self, key: ObjectKey) -> None:
        """Removes an object that no row points at; if the store does not answer, the sweep does it later."""
        with suppress(UnavailableError):
            await self._blobs.delete(key)


class _Pump:
    """One upload's way from source to writer through two blocks."""

    def __init__(self, writer: BlobWriter, blocks: BlockPool, hashing: Executor, limits: UploadLimits) -> None:
        self._writer = writer
        self._blocks = blocks
        self._hashing = hashing
        self._limits = limits
        self._hash = hashlib.sha256()
        self._size = 0
        self._in_flight: asyncio.Task[None] | None = None

    async def run(self, command: StoreBlobCommand) -> ReceivedBytes:
        try:
            await self._fill(command.head, command.source)
            await self._settle()
        except BaseException:
            if self._in_flight is not None:
                self._in_flight.cancel()
                await until_done(self._in_flight)  # until then it uses its block, and the writer
            raise
        return ReceivedBytes(size_bytes=self._size, sha256=Sha256(self._hash.hexdigest()))

    async def _fill(self, head: memoryview, source: UploadSource) -> None:
        """Reads until the end of the source; each full block is handed on."""
        rate = 0.0
        carried: memoryview | None = head
        ended = False
        while not ended:
            block = self._blocks.take(rate=rate)
            try:
                filled = 0
                if carried is not None:
                    filled = len(carried)
                    block.view[:filled] = carried
                    self._count(filled)
                    carried = None
                started = time.monotonic()
                capacity = len(block.view)
                while filled < capacity:
                    with block.view[filled:] as space:
                        read = await source.readinto(space)
                    if read == 0:
                        ended = True
                        break
                    filled += read
                    self._count(read)
                rate = filled / max(time.monotonic() - started, 1e-6)
                await self._settle()
            except BaseException:
                self._blocks.give_back(block)
                raise
            if filled == 0:
                self._blocks.give_back(block)
                return
            self._in_flight = asyncio.create_task(self._process(block, filled))
            # A callback, since a task that is cancelled before it ran does not even come to its `finally`.
            self._in_flight.add_done_callback(partial(self._give_back, block))

    def _count(self, arrived: int) -> None:
        self._size += arrived
        if self._size > self._limits.max_bytes:
            raise too_large(self._limits.max_bytes)

    async def _settle(self) -> None:
        if self._in_flight is not None:
            await asyncio.wait([self._in_flight])
            self._in_flight.result()

    async def _process(self, block: Block, filled: int) -> None:
        """Hashes and writes at the same time; ends only when both are done with the block."""
        with block.view[:filled] as data:
            hashing = asyncio.get_running_loop().run_in_executor(self._hashing, self._hash.update, data)
            try:
                await self._writer.write(data)
            finally:
                await until_done(hashing)
        hashing.result()

    def _give_back(self, block: Block, _: asyncio.Task[None]) -> None:
        self._blocks.give_back(block)


def too_large(limit: int) -> UploadTooLargeError:
    return UploadTooLargeError(
        f"the file is larger than the limit of {limit} bytes (setting FOREBAY_MAX_UPLOAD_BYTES)", field="file"
    )
