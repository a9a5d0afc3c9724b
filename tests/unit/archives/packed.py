"""Compression that the standard library only has since Python 3.14."""

import sys

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd


def zstd_of(data: bytes) -> bytes:
    """With a checksum, as the zstd program writes it."""
    return zstd.compress(data, options={zstd.CompressionParameter.checksum_flag: 1})


def zstd_stream_of(data: bytes) -> bytes:
    """Without the size in the header, so that it has a window."""
    packing = zstd.ZstdCompressor()
    return packing.compress(data) + packing.flush()
