"""The bytes of one member of a zip, checked against all that the archive says about them."""

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from forebay.adapters.archives.decompressors import (
    FAILURES,
    Decompressor,
    bzip2_stream,
    deflate_stream,
    lzma1_stream,
    xz_stream,
    zstd_stream,
)
from forebay.adapters.archives.feeds import Buffer, Extent, Feed, RangeFeed, Reader
from forebay.adapters.archives.unpacking import failure
from forebay.adapters.archives.zip_directory import Record, read_at
from forebay.domain.intake.archive_errors import ArchiveBrokenError, ArchiveChecksumError, ArchiveTruncatedError

_LOCAL = struct.Struct("<4s5H3L2H")
_STORED, _LZMA = 0, 14
_UNPACKED = 1 << 18
METHODS: dict[int, Callable[[], Decompressor] | None] = {
    _STORED: None,
    8: deflate_stream,
    12: bzip2_stream,
    _LZMA: None,  # its properties stand before the data
    93: zstd_stream,
    95: xz_stream,
}


def member_feed(extent: Extent, record: Record, meter: Callable[[int], None], what: str) -> "MemberFeed":
    """The member's bytes. Its local header has to agree with the directory."""
    local = read_at(extent, record.offset, _LOCAL.size + len(record.name))
    if len(local) < _LOCAL.size + len(record.name) or not local.startswith(b"PK\x03\x04"):
        raise ArchiveBrokenError(f"{what} is not where the directory says")
    _, _, flags, method, _, _, _, _, _, name_size, extra_size = _LOCAL.unpack_from(local)
    if local[_LOCAL.size :][:name_size] != record.name or name_size != len(record.name) or method != record.method:
        raise ArchiveBrokenError(f"{what} is another one in its own header than in the directory")
    if (flags ^ record.flags) & 1:
        raise ArchiveBrokenError(f"{what} is encrypted by one of its headers and not by the other")
    start = record.offset + _LOCAL.size + name_size + extra_size
    packed = Reader(RangeFeed(extent, start, start + record.packed))
    stream: Decompressor | None = None
    if record.method == _LZMA:
        head = packed.take(9)
        if len(head) < 9 or head[2:4] != b"\x05\x00":
            raise ArchiveBrokenError(f"{what} has damaged LZMA properties")
        make: Callable[[], Decompressor] | None = partial(lzma1_stream, head[4:])
    else:
        make = METHODS[record.method]
    if make is not None:
        try:
            stream = make()
        except FAILURES as error:
            raise failure(error, what) from None
    return MemberFeed(packed=packed, stream=stream, record=record, meter=meter, what=what)


@dataclass(slots=True, kw_only=True)
class MemberFeed:
    """Raises before its end when there are more bytes or fewer than the directory says, or the CRC-32 is another."""

    packed: Reader
    stream: Decompressor | None
    record: Record
    meter: Callable[[int], None]
    what: str
    _size: int = 0
    _crc: int = 0
    _done: bool = False

    def chunk(self) -> Buffer:
        if self._done:
            return b""
        found = self._stored() if self.stream is None else self._unpack(self.stream)
        if not found:
            self._finish()
            return b""
        self._size += len(found)
        self._crc = zlib.crc32(found, self._crc)
        self.meter(len(found))
        if self._size > self.record.size:
            raise ArchiveBrokenError(f"{self.what} unpacks to more than the {self.record.size:,} bytes that it gives")
        return found

    def skip(self, count: int) -> int:
        """Nothing: the checksum wants all of it."""
        del count
        return 0

    def _stored(self) -> Buffer:
        return self.packed.piece(_UNPACKED)

    def _unpack(self, stream: Decompressor) -> bytes:
        while not stream.eof:
            data: bytes | memoryview = b""
            if stream.needs_input and not (data := self.packed.piece(_UNPACKED)):
                if self.record.method == _LZMA and self._size == self.record.size:
                    return b""  # its end may be known by the size alone
                raise ArchiveTruncatedError(f"{self.what} ends in the middle of its compressed data")
            try:
                found = stream.decompress(data, _UNPACKED)
            except FAILURES as error:
                raise failure(error, self.what) from None
            if found:
                return found
        return b""

    def _finish(self) -> None:
        self._done = True
        record = self.record
        if self._size != record.size:
            raise ArchiveBrokenError(f"{self.what} has {self._size:,} bytes; the directory says {record.size:,}")
        if self.stream is not None and (self.stream.unused_data or self.packed.piece(1)):
            raise ArchiveBrokenError(f"{self.what} has bytes behind the end of its compressed data")
        if self.packed.position != record.packed:
            raise ArchiveTruncatedError(f"{self.what} ends early: {self.packed.position:,} of {record.packed:,} bytes")
        if self._crc != record.crc:
            raise ArchiveChecksumError(
                f"{self.what} has the CRC-32 {self._crc:08x}; the directory says {record.crc:08x}"
            )


def _proof(feed: MemberFeed) -> Feed:
    return feed
