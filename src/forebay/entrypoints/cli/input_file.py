"""A file to upload, or standard input: opened, and read without ever blocking the event loop."""

import asyncio
import errno
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from forebay.application.cancellation import to_the_end
from forebay.entrypoints.cli.errors import FileChangedError, UnreadableFileError

STANDARD_INPUT = "-"


@contextmanager
def open_input(path: str) -> Iterator["InputFile"]:
    """`-` is standard input. UnreadableFileError says what is wrong with the path."""
    if path == STANDARD_INPUT and sys.stdin is None:  # closed by whoever started us; the number is another file's now
        raise UnreadableFileError("standard input is closed")
    try:
        # O_NONBLOCK so that a named pipe without a writer does not hang the open; reading waits for bytes anyway.
        descriptor = os.dup(0) if path == STANDARD_INPUT else os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        raise _unreadable(error) from None
    except ValueError:
        raise UnreadableFileError("a path cannot hold a NUL character") from None
    try:
        yield InputFile(descriptor)
    finally:
        os.close(descriptor)


class InputFile:
    """Bytes of a descriptor up to its end. `size` is None where the end shows only when it comes (pipes, devices).

    A regular file that changes while it is read is refused: nobody could say which state of it was stored.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._taken = 0
        try:
            found = os.fstat(descriptor)
            regular = stat.S_ISREG(found.st_mode) and found.st_size > 0  # files in /proc say 0 and hold more
            start = os.lseek(descriptor, 0, os.SEEK_CUR) if regular else 0
        except OSError as error:
            raise _unreadable(error) from None
        if stat.S_ISDIR(found.st_mode):
            raise UnreadableFileError("a directory; expected a file (pack it first, for instance with tar -czf)")
        self._modified = found.st_mtime_ns
        self._end = found.st_size
        self._waits = not stat.S_ISREG(found.st_mode) and not stat.S_ISBLK(found.st_mode)
        self.size: int | None = max(found.st_size - start, 0) if regular else None

    async def readinto(self, buffer: memoryview) -> int:
        if self.size is not None:
            buffer = buffer[: self.size - self._taken]
            if not buffer:
                self._check_unchanged()
                return 0
        try:
            read = await (self._read_when_ready(buffer) if self._waits else self._read_in_thread(buffer))
        except OSError as error:
            raise _unreadable(error) from None
        if read == 0 and self.size is not None:
            raise FileChangedError
        self._taken += read
        return read

    async def _read_in_thread(self, buffer: memoryview) -> int:
        """To the end even when cancelled: the memory must not be given back while a thread fills it."""
        return await to_the_end(asyncio.to_thread(os.readv, self._descriptor, [buffer]))

    async def _read_when_ready(self, buffer: memoryview) -> int:
        """Pipes, sockets and terminals may keep us waiting for ever, so Ctrl-C must not have to wait for a thread."""
        loop = asyncio.get_running_loop()
        while True:
            ready = asyncio.Event()
            try:
                loop.add_reader(self._descriptor, ready.set)
            except PermissionError:  # a device that is always ready, such as /dev/zero
                self._waits = False
                return await self._read_in_thread(buffer)
            try:
                await ready.wait()
            finally:
                loop.remove_reader(self._descriptor)
            try:
                return os.readv(self._descriptor, [buffer])
            except BlockingIOError:
                continue

    def _check_unchanged(self) -> None:
        now = os.fstat(self._descriptor)
        if (now.st_size, now.st_mtime_ns) != (self._end, self._modified):
            raise FileChangedError


def _unreadable(error: OSError) -> UnreadableFileError:
    return UnreadableFileError(f"cannot be read: {os.strerror(error.errno or errno.EIO)}")
