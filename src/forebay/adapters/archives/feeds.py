"""Bytes on their way: where they come from, in order or from anywhere."""

import os
from typing import Protocol

Buffer = bytes | bytearray | memoryview
_EMPTY = memoryview(b"")


class Feed(Protocol):
    """Bytes that come in order."""

    def chunk(self) -> Buffer:
        """The next bytes, some; empty at the end only. They may change with the next call."""
        ...

    def skip(self, count: int) -> int:
        """Passes over as many of the next `count` bytes as it can without reading them, and says how many."""
        ...


class Extent(Protocol):
    """Bytes that can be read from anywhere."""

    @property
    def size(self) -> int: ...

    def chunk_at(self, offset: int) -> Buffer:
        """Some bytes from `offset` on; empty at the end only."""
        ...


class MemoryExtent:
    """Bytes in memory."""

    def __init__(self, data: bytes, *, chunk_bytes: int = 1 << 20) -> None:
        self._data = memoryview(data)
        self._chunk = chunk_bytes
        self.size = len(data)

    def chunk_at(self, offset: int) -> Buffer:
        return self._data[offset : offset + self._chunk]


class FileExtent:
    """Bytes in an open file, which the caller closes."""

    def __init__(self, descriptor: int, *, chunk_bytes: int = 1 << 18) -> None:
        self._descriptor = descriptor
        self._chunk = chunk_bytes
        self.size = os.fstat(descriptor).st_size

    def chunk_at(self, offset: int) -> Buffer:
        return os.pread(self._descriptor, self._chunk, offset)


class RangeFeed:
    """A part of an extent, in order; skipping costs nothing."""

    def __init__(self, extent: Extent, start: int = 0, stop: int | None = None) -> None:
        self._extent = extent
        self._at = start
        self._stop = extent.size if stop is None else min(stop, extent.size)

    def chunk(self) -> Buffer:
        left = self._stop - self._at
        if left <= 0:
            return b""
        found = self._extent.chunk_at(self._at)
        if len(found) > left:
            found = memoryview(found)[:left]
        self._at += len(found)
        return found

    def skip(self, count: int) -> int:
        skipped = max(0, min(count, self._stop - self._at))
        self._at += skipped
        return skipped


class Reader:
    """Reads a feed in pieces of any size. `position`: bytes from the feed's beginning. Is a feed itself."""

    __slots__ = ("_at", "_feed", "_view", "position")

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._view = _EMPTY
        self._at = 0
        self.position = 0

    def view(self, count: int) -> memoryview | None:
        """The next `count` bytes if they are at hand in one piece, else None and nothing is read."""
        end = self._at + count
        if end > len(self._view):
            return None
        found = self._view[self._at : end]
        self._at = end
        self.position += count
        return found

    def take(self, count: int) -> bytes:
        """The next `count` bytes; fewer at the end."""
        found = self.view(count)
        if found is not None:
            return bytes(found)
        parts: list[bytes] = []
        while count and (piece := self.piece(count)):
            parts.append(bytes(piece))
            count -= len(piece)
        return b"".join(parts)

    def piece(self, limit: int) -> memoryview:
        """Some of the next bytes, at most `limit`; empty at the end only."""
        if self._at == len(self._view):
            self._view = memoryview(self._feed.chunk())
            self._at = 0
        found = self._view[self._at : self._at + limit]
        self._at += len(found)
        self.position += len(found)
        return found

    def chunk(self) -> Buffer:
        return self.piece(1 << 62)

    def peek(self, count: int) -> bytes:
        """The next `count` bytes, which stay to be read; fewer at the end."""
        while len(self._view) - self._at < count:
            more = self._feed.chunk()
            if not more:
                break
            self._view = memoryview(b"".join((self._view[self._at :], more)))
            self._at = 0
        return bytes(self._view[self._at : self._at + count])

    def skip(self, count: int) -> int:
        """Passes over the next `count` bytes; fewer at the end."""
        left = count
        while left:
            buffered = min(left, len(self._view) - self._at)
            self._at += buffered
            self.position += buffered
            left -= buffered
            if left:
                jumped = self._feed.skip(left)
                self.position += jumped
                left -= jumped
            if left and not len(self._fill()):
                break
        return count - left

    def drain(self) -> int:
        """Reads to the end, and says how much there was."""
        start = self.position
        while self.piece(1 << 62):
            pass
        return self.position - start

    def _fill(self) -> memoryview:
        if self._at == len(self._view):
            self._view = memoryview(self._feed.chunk())
            self._at = 0
        return self._view
