"""An object's bytes, chunk by chunk."""

import errno
import os
import stat
from collections.abc import AsyncGenerator
from functools import partial
from pathlib import Path

from forebay.adapters.filesystem.errors import storage_errors
from forebay.adapters.filesystem.threads import DiskThreads

CHUNK = 256 * 1024


class FileReader:
    """One open descriptor. Whoever iterates must be done before close()."""

    def __init__(self, path: Path, threads: DiskThreads) -> None:
        self._path = path
        self._threads = threads
        self._descriptor = -1

    async def open(self) -> None:
        """FileNotFoundError when there is no regular file."""
        await self._threads.run(self._open)

    async def chunks(self, start: int, stop: int | None) -> AsyncGenerator[bytes]:
        position = start
        while stop is None or position < stop:
            size = CHUNK if stop is None else min(CHUNK, stop - position)
            with storage_errors():
                chunk = await self._threads.run(partial(os.pread, self._descriptor, size, position))
            if not chunk:
                return
            yield chunk
            position += len(chunk)

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _open(self) -> None:
        self._descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        if not stat.S_ISREG(os.fstat(self._descriptor).st_mode):
            self.close()
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
