"""One file in the making."""

import ctypes
import errno
import fcntl
import os
import sys
from contextlib import suppress
from io import FileIO
from pathlib import Path

from forebay.adapters.filesystem.syncing import sync_file
from forebay.application.ports.blobs import Buffer

PAGE = 4096
DIRECT_MINIMUM = 64 * 1024  # below this a write that waits for the disk costs more than a copy into the page cache
CACHE_WINDOW = 8 * 1024 * 1024

_O_DIRECT: int = getattr(os, "O_DIRECT", 0)  # macOS has none


class PartFile:
    """A new file that grows at its end; blocking, used by one thread at a time.

    Large page-aligned blocks go straight to the disk (O_DIRECT) where the file system lets them; what goes through the
    page cache is written out and dropped every 8 MiB, since fresh cache pages cost more than the copy.
    """

    def __init__(self, path: Path, *, direct: bool = True) -> None:
        self.path = path
        # unbuffered; a file object, so that a writer that somebody drops does not leak its descriptor
        self._file = FileIO(path, "xb", opener=_opener)
        self._size = 0
        self._direct_works = direct and _O_DIRECT != 0
        self._direct = False
        self._uncached = 0
        self._writing_out = 0

    def write(self, data: Buffer) -> None:
        rest = memoryview(data).cast("B")
        if self._direct_works and self._size % PAGE == 0 and len(rest) >= DIRECT_MINIMUM and _is_page_aligned(rest):
            rest = rest[self._write_direct(rest[: len(rest) - len(rest) % PAGE]) :]
        if len(rest):
            self._set_direct(False)
            while len(rest):
                rest = rest[self._write_some(rest) :]
            if self._size - self._writing_out >= CACHE_WINDOW:
                self.write_out()

    def write_out(self) -> None:
        """Starts writing the cached bytes out and drops those that are out already; does not wait for the disk."""
        if sys.platform == "linux":
            os.posix_fadvise(self._file.fileno(), self._uncached, 0, os.POSIX_FADV_DONTNEED)
            self._uncached, self._writing_out = self._writing_out, self._size

    def sync(self) -> None:
        sync_file(self._file.fileno())

    def close(self) -> None:
        self._file.close()

    def discard(self) -> None:
        """Closes and removes the file. Idempotent; a file that cannot be removed is left for the sweep."""
        with suppress(OSError):
            self._file.close()
        with suppress(OSError):
            self.path.unlink(missing_ok=True)

    def _write_direct(self, data: memoryview) -> int:
        """How many bytes the file system took; fewer than all when it does not write directly, now or ever."""
        done = 0
        try:
            self._set_direct(True)
            while done < len(data):
                done += self._write_some(data[done:])
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise
            self._direct_works = False
        return done

    def _write_some(self, data: memoryview) -> int:
        written = self._file.write(data) or 0
        self._size += written
        return written

    def _set_direct(self, direct: bool) -> None:
        if direct is not self._direct:
            flags = fcntl.fcntl(self._file.fileno(), fcntl.F_GETFL) & ~_O_DIRECT
            fcntl.fcntl(self._file.fileno(), fcntl.F_SETFL, flags | (_O_DIRECT if direct else 0))
            self._direct = direct


def _opener(path: str, flags: int) -> int:
    return os.open(path, flags, 0o640)


def _is_page_aligned(data: memoryview) -> bool:
    # The address of read-only memory cannot be had, and `bytes` are never aligned anyway.
    return not data.readonly and ctypes.addressof(ctypes.c_char.from_buffer(data)) % PAGE == 0
