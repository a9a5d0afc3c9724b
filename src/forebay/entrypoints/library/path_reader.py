"""A file by its path, read without ever blocking the event loop."""

import asyncio
import os
import stat
from collections.abc import AsyncGenerator
from io import FileIO
from pathlib import Path
from types import TracebackType
from typing import Self

from forebay.application.cancellation import to_the_end
from forebay.application.ports.sources import Room
from forebay.domain.intake.errors import UploadInterruptedError

_PIECE = 1024 * 1024


class PathReader:
    """Opened on entering (OSError when it cannot be), closed on leaving.

    A regular file that changes while it is read is refused: nobody could say which state of it was stored.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: FileIO | None = None
        self._found: os.stat_result | None = None

    async def __aenter__(self) -> Self:
        try:
            await to_the_end(asyncio.to_thread(self._open))
        except BaseException:  # cancelled while the file was being opened
            self._close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    @property
    def size(self) -> int | None:
        """None where the end shows only when it comes: pipes, devices, and files in /proc, which say 0."""
        found = self._found
        return found.st_size if found is not None and stat.S_ISREG(found.st_mode) and found.st_size > 0 else None

    async def read(self, room: Room) -> int:
        """In a thread; to the end even when cancelled, for the memory must not be given back while it is filled."""
        return await to_the_end(asyncio.to_thread(self._readinto, room()))

    async def pieces(self) -> AsyncGenerator[bytes]:
        """The same for what may keep us waiting for ever: nobody's memory is held meanwhile."""
        while piece := await to_the_end(asyncio.to_thread(self._piece)):
            yield piece

    def _open(self) -> None:
        self._file = FileIO(self._path, "rb")
        self._found = os.fstat(self._file.fileno())

    def _piece(self) -> bytes:
        return self._opened.read(_PIECE) or b""

    @property
    def _opened(self) -> FileIO:
        if self._file is None:
            raise ValueError("read from a file that is not open")
        return self._file

    def _readinto(self, buffer: memoryview) -> int:
        read = self._opened.readinto(buffer) or 0
        if read == 0 and self.size is not None:
            now = os.fstat(self._opened.fileno())
            before = self._found
            if before is None or (now.st_size, now.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
                raise UploadInterruptedError(
                    f"{self._path} changed while it was read; upload it again when nobody writes to it"
                )
        return read

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
