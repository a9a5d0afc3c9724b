"""Compressed streams: several after one another, tiny ones, and with isal and without."""

import bz2
import gzip
import lzma
from collections.abc import Callable

import pytest

from forebay.adapters.archives import decompressors
from forebay.adapters.archives.decompressors import CODECS, Codec
from forebay.adapters.archives.feeds import MemoryExtent, RangeFeed, Reader
from forebay.adapters.archives.unpacking import Unpacked
from forebay.domain.intake.archive_errors import (
    ArchiveBrokenError,
    ArchiveChecksumError,
    ArchiveError,
    ArchiveTruncatedError,
)
from forebay.domain.intake.signatures import detect
from forebay.testing.archive_examples import some_bytes
from tests.unit.archives.packed import zstd_of

DATA = some_bytes(100_000) + bytes(900_000) + b"text " * 20_000
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstd_of,
}


@pytest.fixture(params=[True, False], ids=["isal", "zlib"])
def isal(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    assert decompressors.ISAL, "the development environment is to have isal"
    monkeypatch.setattr(decompressors, "ISAL", request.param)
    return bool(request.param)


def unpacked(data: bytes, *, chunk_bytes: int = 1 << 16) -> bytes:
    codec: Codec = CODECS[detect(data)]
    feed = Unpacked(Reader(RangeFeed(MemoryExtent(data, chunk_bytes=chunk_bytes))), codec, lambda _: None, "it")
    reader = Reader(feed)
    return reader.take(1 << 30)


@pytest.mark.usefixtures("isal")
@pytest.mark.parametrize("kind", PACKERS)
class TestEveryKind:
    @pytest.mark.parametrize("chunk_bytes", [7, 1000, 1 << 20])
    def test_in_chunks_of_any_size(self, kind: str, chunk_bytes: int) -> None:
        data = DATA if chunk_bytes > 7 else DATA[:5000]
        assert unpacked(PACKERS[kind](data), chunk_bytes=chunk_bytes) == data

    def test_several_streams_with_padding_between_them(self, kind: str) -> None:
        pack = PACKERS[kind]
        packed = pack(b"one") + pack(b"") + bytes(8) + pack(b"two") + bytes(100_000) + pack(b"three")
        for chunk_bytes in (1, 1 << 20):
            assert unpacked(packed, chunk_bytes=chunk_bytes) == b"onetwothree"

    def test_what_follows_is_not_looked_at(self, kind: str) -> None:
        assert unpacked(PACKERS[kind](b"one") + b"other things") == b"one"

    def test_thousands_of_tiny_streams(self, kind: str) -> None:
        assert unpacked(PACKERS[kind](b"x") * 5000) == b"x" * 5000

    def test_a_stream_that_ends_early(self, kind: str) -> None:
        packed = PACKERS[kind](DATA)
        for size in (10, 20, len(packed) // 2, len(packed) - 1):
            with pytest.raises(ArchiveTruncatedError):
                unpacked(packed[:size])
            with pytest.raises(ArchiveTruncatedError):
                unpacked(PACKERS[kind](b"one") + packed[:size])

    def test_a_stream_that_is_damaged(self, kind: str) -> None:
        packed = bytearray(PACKERS[kind](DATA))
        packed[len(packed) // 2] ^= 0x10
        with pytest.raises(ArchiveError) as caught:
            unpacked(bytes(packed))
        assert type(caught.value) in {ArchiveBrokenError, ArchiveChecksumError}


@pytest.mark.usefixtures("isal")
def test_a_gzip_with_another_checksum() -> None:
    packed = bytearray(gzip.compress(DATA))
    packed[-5] ^= 1
    with pytest.raises(ArchiveChecksumError):
        unpacked(bytes(packed))


def test_a_zstd_file_may_hold_frames_without_content() -> None:
    skippable = b"\x5a\x2a\x4d\x18" + (5).to_bytes(4, "little") + b"notes"
    assert unpacked(zstd_of(b"one") + skippable + zstd_of(b"two")) == b"onetwo"
