"""Parts on their way wait in unlinked temporary files: memory stays small, and a part can be sent again."""

import asyncio
import hashlib
import os
import tempfile
import threading
from base64 import b64encode
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

from forebay.adapters.s3.errors import spool_errors
from forebay.application.cancellation import to_the_end
from forebay.application.ports.blobs import Buffer
from forebay.domain.errors import StorageUnavailableError

T = TypeVar("T")

READ_CHUNK = 256 * 1024


class SpoolFile:
    """The bytes of one part. Blocking; safe to close while a read of a request that was given up still runs."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._descriptor: int | None = None
        self._lock = threading.Lock()
        self.size = 0

    def append(self, data: Buffer) -> None:
        if self._descriptor is None:
            self._descriptor = _unlinked_file(self._folder)
        rest = memoryview(data)
        while rest:
            written = os.write(self._descriptor, rest)
            self.size += written
            rest = rest[written:]

    def read(self, position: int, size: int) -> bytes:
        """Empty at the end and after close()."""
        with self._lock:
            return b"" if self._descriptor is None else os.pread(self._descriptor, size, position)

    def close(self) -> None:
        """Idempotent."""
        with self._lock:
            descriptor, self._descriptor = self._descriptor, None
            if descriptor is not None:
                os.close(descriptor)


class Spool:
    """Makes the files, and owns the threads that touch them."""

    def __init__(self, folder: Path | None, *, threads: int, digest: bool) -> None:
        self._folder = folder
        self._digest = digest
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="forebay-s3-spool")

    def new_file(self) -> SpoolFile:
        return SpoolFile(self._folder)

    async def append(self, file: SpoolFile, data: Buffer) -> None:
        """Returns when the caller may reuse `data`, also if it is cancelled meanwhile."""
        with spool_errors():
            await self._run(partial(file.append, data))

    async def read(self, file: SpoolFile, position: int) -> bytes:
        with spool_errors():
            return await self._run(partial(file.read, position, READ_CHUNK))

    async def md5(self, file: SpoolFile) -> str | None:
        """The digest as the header Content-MD5 wants it, where one is needed."""
        if not self._digest:
            return None
        with spool_errors():
            return await self._run(partial(_md5, file))

    async def prove(self) -> None:
        """Makes and drops a file, so that a folder that cannot be used is found at the start."""
        file = self.new_file()
        await self.append(file, b"trial")
        file.close()

    def close(self) -> None:
        self._pool.shutdown()

    async def _run(self, call: Callable[[], T]) -> T:
        try:
            job = asyncio.wrap_future(self._pool.submit(call))
        except RuntimeError:
            raise StorageUnavailableError("the blob store was closed") from None
        return await to_the_end(job)


def _md5(file: SpoolFile) -> str:
    digest = hashlib.md5(usedforsecurity=False)
    position = 0
    while chunk := file.read(position, READ_CHUNK):
        digest.update(chunk)
        position += len(chunk)
    return b64encode(digest.digest()).decode()


def _unlinked_file(folder: Path | None) -> int:
    descriptor, name = tempfile.mkstemp(dir=folder, prefix="forebay-part-")
    Path(name).unlink()
    return descriptor


class SpoolBody:
    """A request body read from a spool file by threads; the SDK rewinds it to send a part again.

    An asynchronous iterable with a length: the HTTP client pulls a chunk when the last one is on its way. Of a plain
    file it would read 64 KiB at a time. `read` is there because the SDK asks whether a body has it.
    """

    def __init__(self, spool: Spool, file: SpoolFile) -> None:
        self.on_progress: Callable[[], None] | None = None
        self._spool = spool
        self._file = file
        self._position = 0

    def __len__(self) -> int:
        return self._file.size

    async def __aiter__(self) -> AsyncIterator[bytes]:
        position = 0
        while chunk := await self._spool.read(self._file, position):
            if self.on_progress is not None:
                self.on_progress()
            yield chunk
            position += len(chunk)

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(self._position, len(self) - self._position if size < 0 else size)
        self._position += len(data)
        return data

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        origin = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: len(self)}[whence]
        self._position = origin + offset
        return self._position

    def tell(self) -> int:
        return self._position
