"""Temporary files without a name: what is in them is gone with the process, however it ends."""

import asyncio
import errno
import os
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from concurrent.futures import Executor
from contextlib import AbstractAsyncContextManager, ExitStack, aclosing, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import IO, TypeVar

from forebay.application.cancellation import until_done
from forebay.application.ports.archives import RangeSource
from forebay.application.ports.spool import Spool
from forebay.domain.errors import ForebayError, StorageFullError, UnavailableError

T = TypeVar("T")

_CHUNK = 1 << 20
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class FileSpool:
    """Files in `folder`, or in the system's temporary folder. Files are written and read in `threads`."""

    def __init__(self, folder: Path | None, threads: Executor) -> None:
        self._folder = folder
        self._threads = threads

    @asynccontextmanager
    async def keep(self, name: str, chunks: AsyncIterator[bytes]) -> AsyncIterator[RangeSource]:
        with ExitStack() as stack:
            try:
                file = stack.enter_context(tempfile.TemporaryFile(dir=self._folder, buffering=0))
            except OSError as error:
                raise self._error(error) from error
            source = _Spooled(name, file, self._threads)
            async for chunk in chunks:
                try:
                    await source.append(chunk)
                except OSError as error:
                    raise self._error(error) from error
            yield source

    def _error(self, error: OSError) -> ForebayError:
        where = self._folder or Path(tempfile.gettempdir())
        if error.errno in _FULL:
            return StorageFullError(f"no space is left in {where} (FOREBAY_SPOOL_DIR) to unpack a document")
        return UnavailableError(f"{where} (FOREBAY_SPOOL_DIR) cannot be written to: {error.strerror}")


class _Spooled:
    """A file that grows, and is then read. What was begun in a thread is waited for before the file is closed."""

    def __init__(self, name: str, file: IO[bytes], threads: Executor) -> None:
        self._name = name
        self._file = file
        self._threads = threads
        self._size = 0

    @property
    def name(self) -> str:
        return self._name

    @property
    def size_bytes(self) -> int:
        return self._size

    async def append(self, chunk: bytes) -> None:
        await self._in_thread(partial(self._write_all, chunk, self._size))
        self._size += len(chunk)

    def open(self, *, start: int = 0, stop: int | None = None) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        return aclosing(self._read(start, self._size if stop is None else min(stop, self._size)))

    async def _read(self, start: int, stop: int) -> AsyncGenerator[bytes]:
        while start < stop:
            chunk = await self._in_thread(partial(os.pread, self._file.fileno(), min(_CHUNK, stop - start), start))
            if not chunk:
                return
            start += len(chunk)
            yield chunk

    async def _in_thread(self, work: Callable[[], T]) -> T:
        task = asyncio.get_running_loop().run_in_executor(self._threads, work)
        await until_done(task)
        return task.result()

    def _write_all(self, chunk: bytes, offset: int) -> None:
        left = memoryview(chunk)
        while left:
            written = os.pwrite(self._file.fileno(), left, offset)
            left, offset = left[written:], offset + written


def _fits(spool: FileSpool, source: _Spooled) -> tuple[Spool, RangeSource]:
    return spool, source
