"""StoreBlob: bytes go from a source into the blob store, hashed and counted on the way."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass

from forebay.application.cancellation import to_the_end, until_done
from forebay.application.intake.block_pool import BlockPool
from forebay.application.intake.limits import UploadLimits
from forebay.application.intake.pump import Pump, ReceivedBytes
from forebay.application.ports.blobs import BlobStore, BlobWriter, Buffer
from forebay.application.ports.sources import UploadSource
from forebay.domain.errors import UnavailableError
from forebay.domain.intake.blob import ObjectKey


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreBlobCommand:
    """`head`: what was already read from the source. `verify` may refuse the whole before it becomes visible."""

    key: ObjectKey
    head: memoryview
    source: UploadSource
    verify: Callable[[ReceivedBytes], Awaitable[None]]


class StoreBlob:
    """The object appears whole and verified, or not at all. Memory is bounded by the pool, whatever the size.

    Blocks are hashed and written, each in a thread of its own, while the next one is filled.
    """

    def __init__(self, *, blobs: BlobStore, blocks: BlockPool, hashing: Executor, limits: UploadLimits) -> None:
        self._blobs = blobs
        self._blocks = blocks
        self._hashing = hashing
        self._limits = limits

    async def __call__(self, command: StoreBlobCommand) -> ReceivedBytes:
        writer = await self._create(command)
        try:
            received = await Pump(writer, self._blocks, self._hashing, self._limits).run(command.head, command.source)
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
