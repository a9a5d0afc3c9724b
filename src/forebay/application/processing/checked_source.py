"""A stored file as a source that notices when its bytes are not those that came in."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager

from forebay.application.ports.archives import RangeSource
from forebay.application.ports.blobs import BlobStore
from forebay.domain.intake.archive_errors import ArchiveError
from forebay.domain.intake.blob import ObjectKey
from forebay.domain.intake.file import StoredFile
from forebay.domain.processing.errors import BlobCorruptError

_INLINE_BYTES = 64 * 1024  # less is hashed sooner than handed to a thread


class CheckedSource:
    """Hashes what is read from the front on, in one go or in ranges that follow each other.

    BlobCorruptError when it was read to its end and is not what was recorded, or ends too early. When a reader
    finds fault with the bytes, they are read once more, whole, to tell a bad archive from a store that lost bits.
    """

    def __init__(self, file: StoredFile, key: ObjectKey, blobs: BlobStore) -> None:
        self._file = file
        self._key = key
        self._blobs = blobs
        self._digest = hashlib.sha256()
        self._hashed = 0
        self._hashing = asyncio.Lock()  # ranges may be read side by side

    @property
    def name(self) -> str:
        return self._file.path

    @property
    def size_bytes(self) -> int:
        return self._file.size_bytes

    @property
    def is_verified(self) -> bool:
        """All of it was read, in order, and is what was recorded."""
        return self._hashed == self._file.size_bytes

    @asynccontextmanager
    async def opened(self) -> AsyncIterator["CheckedSource"]:
        try:
            yield self
        except ArchiveError:
            await self._read_the_rest()
            raise

    @asynccontextmanager
    async def open(self, *, start: int = 0, stop: int | None = None) -> AsyncIterator[AsyncIterator[bytes]]:
        end = self.size_bytes if stop is None else min(stop, self.size_bytes)
        async with (
            self._blobs.open(self._key, start=start, stop=stop) as chunks,
            aclosing(self._checked(chunks, start, end)) as checked,
        ):
            yield checked

    async def _checked(self, chunks: AsyncIterator[bytes], start: int, end: int) -> AsyncGenerator[bytes, None]:
        position = start
        async for chunk in chunks:
            async with self._hashing:
                if position <= self._hashed < position + len(chunk):
                    await self._update(chunk[self._hashed - position :])
            position += len(chunk)
            yield chunk
        if position < end:
            raise self._corrupt(position)

    async def _update(self, fresh: bytes) -> None:
        if len(fresh) <= _INLINE_BYTES:
            self._digest.update(fresh)
        else:
            await asyncio.to_thread(self._digest.update, fresh)
        self._hashed += len(fresh)
        if self._hashed >= self._file.size_bytes:
            self._check()

    async def _read_the_rest(self) -> None:
        async with self.open(start=self._hashed) as chunks:
            async for _ in chunks:
                pass
        self._check()

    def _check(self) -> None:
        if self._hashed != self._file.size_bytes or self._digest.hexdigest() != self._file.sha256.hex:
            raise self._corrupt(self._hashed)

    def _corrupt(self, read: int) -> BlobCorruptError:
        return BlobCorruptError(
            f"{self._file.path}: the stored bytes no longer have the SHA-256 {self._file.sha256} with which they "
            f"came in ({read} of {self._file.size_bytes} bytes read); restore them from a backup or upload "
            "the file again"
        )


def _fits(source: CheckedSource) -> RangeSource:
    return source
