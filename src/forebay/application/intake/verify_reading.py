"""Reading an object back: what it hashes to now, no faster than it may be read."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from concurrent.futures import Executor
from dataclasses import dataclass

from forebay.application.ports.blobs import BlobStore
from forebay.domain.errors import UnavailableError
from forebay.domain.intake.blob import Blob, Sha256
from forebay.domain.intake.errors import BlobNotFoundError
from forebay.domain.intake.fixity import DamageKind

Sleep = Callable[[float], Awaitable[object]]

_CREDIT_SECONDS = 0.1  # what a sleep lasted too long is made up for, as long as it is no more than this


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was found where a blob's row points. `sha256`, `size_bytes`: of the bytes there; `error`: of the store."""

    blob: Blob
    problem: DamageKind | None = None
    sha256: Sha256 | None = None
    size_bytes: int | None = None
    error: UnavailableError | None = None

    @property
    def reason(self) -> str:
        """The problem in words."""
        if self.error is not None:
            return self.error.message
        if self.problem is DamageKind.MISSING:
            return "the blob store has no such object"
        return f"it has {self.size_bytes} bytes with the SHA-256 {self.sha256}"


class Pace:
    """At most so many bytes a second, over everybody who takes of it; None: as many as there are."""

    def __init__(self, bytes_per_second: int | None, *, sleep: Sleep, seconds: Callable[[], float]) -> None:
        self._rate = bytes_per_second
        self._sleep = sleep
        self._seconds = seconds
        self._free_at = seconds()

    async def take(self, size: int) -> None:
        """Returns when that many bytes more may be read."""
        if self._rate is None:
            return
        now = self._seconds()
        self._free_at = max(self._free_at, now - _CREDIT_SECONDS) + size / self._rate
        if self._free_at > now:
            await self._sleep(self._free_at - now)


class BlobReader:
    """Reads objects chunk by chunk, whatever their size, and hashes them in the threads that hash uploads."""

    def __init__(self, *, blobs: BlobStore, hashing: Executor, pace: Pace, on_read: Callable[[int], None]) -> None:
        self._blobs = blobs
        self._hashing = hashing
        self._pace = pace
        self._on_read = on_read

    async def look(self, blob: Blob) -> Look:
        """A fresh read of the whole object. An error of the store is part of the answer."""
        digest, size = hashlib.sha256(), 0
        loop = asyncio.get_running_loop()
        try:
            async with self._blobs.open(blob.object_key) as chunks:
                async for chunk in chunks:
                    await loop.run_in_executor(self._hashing, digest.update, chunk)
                    size += len(chunk)
                    self._on_read(len(chunk))
                    await self._pace.take(len(chunk))
        except BlobNotFoundError:
            return Look(blob=blob, problem=DamageKind.MISSING)
        except UnavailableError as error:
            return Look(blob=blob, problem=DamageKind.UNREADABLE, error=error)
        found = Sha256(digest.hexdigest())
        is_sound = found == blob.sha256 and size == blob.size_bytes
        return Look(blob=blob, problem=None if is_sound else DamageKind.CORRUPT, sha256=found, size_bytes=size)

    async def answers(self, blob: Blob) -> bool:
        """Whether the store answers when it is asked for this one: its first bytes, or that there is none."""
        try:
            async with self._blobs.open(blob.object_key) as chunks:
                async for _ in chunks:
                    break
        except BlobNotFoundError:
            return True
        except UnavailableError:
            return False
        return True

    async def answers_about(self, blob: Blob) -> bool:
        """Whether it says at least that there is this one, or none."""
        try:
            await self._blobs.stat(blob.object_key)
        except BlobNotFoundError:
            return True
        except UnavailableError:
            return False
        return True

    async def holds_nothing(self) -> bool:
        """Whether there is no object at all."""
        objects = self._blobs.list_objects()
        async for _ in objects:
            if isinstance(objects, AsyncGenerator):
                await objects.aclose()  # the rest of the list is nobody's concern
            return False
        return True
