"""The decompressors, all in the form of the standard library's bz2.BZ2Decompressor, with bounded output and memory."""

import bz2
import lzma
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, cast

from forebay.domain.intake.signatures import BZIP2, GZIP, XZ, ZSTD, Signature

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

try:
    from isal import igzip_lib
except ImportError:  # optional: the same with zlib takes two to three times as long
    ISAL = False
else:
    ISAL = True

LZMA_MEMORY_BYTES = 128 << 20  # xz -9 needs 65 MiB
ZSTD_WINDOW_LOG = 27  # 128 MiB, what the zstd program accepts without --long


class Decompressor(Protocol):
    """One compressed stream."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes | memoryview, max_length: int = -1, /) -> bytes: ...


class ZlibDecompressor:
    """zlib in that form. `wbits` as in zlib.decompressobj."""

    def __init__(self, wbits: int) -> None:
        self._stream = zlib.decompressobj(wbits)
        self._more = False

    @property
    def eof(self) -> bool:
        return self._stream.eof

    @property
    def needs_input(self) -> bool:
        return not self._more and not self._stream.eof

    @property
    def unused_data(self) -> bytes:
        return self._stream.unused_data

    def decompress(self, data: bytes | memoryview, max_length: int = -1, /) -> bytes:
        tail = self._stream.unconsumed_tail
        limit = max(0, max_length)
        found = self._stream.decompress(tail + data if tail else data, limit)
        # A full output may have more behind it even when all input was taken.
        self._more = bool(self._stream.unconsumed_tail) or (limit > 0 and len(found) == limit)
        return found


def gzip_stream() -> Decompressor:
    if ISAL:
        return igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)
    return ZlibDecompressor(16 + zlib.MAX_WBITS)


def deflate_stream() -> Decompressor:
    if ISAL:
        return igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_DEFLATE)
    return ZlibDecompressor(-zlib.MAX_WBITS)


def bzip2_stream() -> Decompressor:
    return bz2.BZ2Decompressor()


def xz_stream() -> Decompressor:
    return lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=LZMA_MEMORY_BYTES)


def zstd_stream() -> Decompressor:
    return zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: ZSTD_WINDOW_LOG})


def lzma1_stream(properties: bytes) -> Decompressor:
    """Raw LZMA with the five bytes of properties that the LZMA specification gives: lc, lp and pb; dictionary size."""
    packed, dictionary = properties[0], int.from_bytes(properties[1:5], "little")
    if packed >= 9 * 5 * 5:
        raise lzma.LZMAError("unknown LZMA properties")
    if dictionary > LZMA_MEMORY_BYTES:
        raise lzma.LZMAError(f"Memory usage limit: a dictionary of {dictionary:,} bytes")
    lc, lp, pb = packed % 9, packed // 9 % 5, packed // 45
    coder = {"id": lzma.FILTER_LZMA1, "dict_size": max(4096, dictionary), "lc": lc, "lp": lp, "pb": pb}
    return lzma.LZMADecompressor(format=lzma.FORMAT_RAW, filters=[coder])


FAILURES: tuple[type[Exception], ...] = (
    zlib.error,
    lzma.LZMAError,
    zstd.ZstdError,
    OSError,  # of bz2
    EOFError,
    ValueError,
    *((cast(type[Exception], igzip_lib.IsalError),) if ISAL else ()),  # its stub takes the class for an instance
)


@dataclass(frozen=True, slots=True)
class Codec:
    """A kind of compressed file, which may be several streams one after the other."""

    name: str
    magics: tuple[bytes, ...]
    stream: Callable[[], Decompressor]


_SKIPPABLE = tuple(bytes((0x50 + n,)) + b"\x2a\x4d\x18" for n in range(16))  # frames without content, RFC 8878 3.1.2
CODECS: dict[Signature, Codec] = {
    GZIP: Codec("gzip", (b"\x1f\x8b\x08",), gzip_stream),
    BZIP2: Codec("bzip2", (b"BZh",), bzip2_stream),
    XZ: Codec("xz", (b"\xfd7zXZ\x00",), xz_stream),
    ZSTD: Codec("zstd", (b"\x28\xb5\x2f\xfd", *_SKIPPABLE), zstd_stream),
}
