"""Compressed files as a feed of what they unpack to."""

from collections.abc import Callable
from dataclasses import dataclass

from forebay.adapters.archives.decompressors import FAILURES, Codec, Decompressor
from forebay.adapters.archives.feeds import Feed, Reader
from forebay.domain.intake.archive_errors import (
    ArchiveBrokenError,
    ArchiveChecksumError,
    ArchiveError,
    ArchiveMemoryError,
    ArchiveTruncatedError,
)

_PACKED = 1 << 15  # what is behind the end of a stream is copied: many tiny streams must not make that expensive
_UNPACKED = 1 << 18
_MAGIC = 6


def failure(error: Exception, what: str) -> ArchiveError:
    """The decompressor's complaint as one of ours. `what`: the compressed thing, for people."""
    text = str(error).lower()
    if "memory" in text or "too large" in text or "window" in text:
        return ArchiveMemoryError(f"{what} needs more memory to unpack than a reader may use ({error})")
    if "check" in text:
        return ArchiveChecksumError(f"{what} does not have the checksum that it gives for its content ({error})")
    return ArchiveBrokenError(f"{what} is damaged and cannot be unpacked ({error})")


@dataclass(slots=True)
class Unpacked:
    """The content of a compressed file: all its streams, one after the other. What follows the last one stays unread.

    Once it has raised it raises the same again. `meter` is told how much came out. `what` is the file, for people.
    """

    packed: Reader
    codec: Codec
    meter: Callable[[int], None]
    what: str
    _stream: Decompressor | None = None
    _rest: bytes | memoryview = b""
    _began: bool = False
    _ended: bool = False
    _failure: ArchiveError | None = None

    def chunk(self) -> bytes:
        if self._failure is not None:
            raise self._failure
        try:
            return self._next()
        except ArchiveError as error:
            self._failure = error
            raise

    def _next(self) -> bytes:
        while not self._ended:
            if self._stream is None and not self._next_stream():
                break
            found = self._advance()
            if found:
                self.meter(len(found))
                return found
        return b""

    def skip(self, count: int) -> int:
        del count  # only reading shows where the bytes are
        return 0

    def _advance(self) -> bytes:
        stream = self._stream
        assert stream is not None
        data: bytes | memoryview = b""
        if stream.needs_input:
            data = self._rest or self.packed.piece(_PACKED)
            self._rest = b""
            if not data:
                raise ArchiveTruncatedError(f"{self.what} ends in the middle of its {self.codec.name} data")
        try:
            found = stream.decompress(data, _UNPACKED)
        except FAILURES as error:
            raise failure(error, self.what) from None
        if stream.eof:
            self._rest = stream.unused_data
            self._stream = None
        return found

    def _next_stream(self) -> bool:
        """Begins the next stream. Zeros between streams are padding; anything else ends the file."""
        rest = bytes(self._rest)
        self._rest = b""
        while True:
            if self._began:
                rest = rest.lstrip(b"\0")
            if len(rest) >= _MAGIC:
                break
            more = self.packed.piece(_PACKED)
            if not more:
                break
            rest += more
        if self._began and not rest.startswith(self.codec.magics):
            self._ended = True
            return False
        try:
            self._stream = self.codec.stream()
        except FAILURES as error:
            raise failure(error, self.what) from None
        self._began = True
        self._rest = rest
        return True


def _proof(feed: Unpacked) -> Feed:
    return feed
