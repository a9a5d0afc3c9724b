"""Bytes that are missing or wrong: always an error of ours, and never half a catalogue."""

import random
from collections.abc import Callable

import pytest

from forebay.domain.intake.archive_errors import ArchiveError, ArchiveTruncatedError
from forebay.testing.archive_examples import some_bytes, tar_of, zip_of
from tests.unit.archives.in_process import entries_of
from tests.unit.archives.packed import zstd_of

FILES = {"a.conf": b"text\n" * 300, "b.bin": some_bytes(3000), "c/empty": b"", "long" * 40: b"x" * 700}
INNER = {"inner.tar": tar_of(FILES), "inner.zip": zip_of(FILES), "inner.tgz": tar_of(FILES, mode="w:gz")}
ARCHIVES: dict[str, Callable[[], bytes]] = {
    "tar": lambda: tar_of(FILES),
    "tar.gz": lambda: tar_of(FILES, mode="w:gz"),
    "tar.bz2": lambda: tar_of(FILES, mode="w:bz2"),
    "tar.xz": lambda: tar_of(FILES, mode="w:xz"),
    "tar.zst": lambda: zstd_of(tar_of(FILES)),
    "zip": lambda: zip_of(FILES),
    "zip bzip2": lambda: zip_of(FILES, method=12),
    "zip lzma": lambda: zip_of(FILES, method=14),
    "nested": lambda: tar_of(INNER),
    "nested gz": lambda: tar_of(INNER, mode="w:gz"),
    "nested zip": lambda: zip_of(INNER),
}
MAGIC = 6  # with other bytes there it is not an archive but a file like any other


@pytest.mark.parametrize("kind", ARCHIVES)
def test_cut_off_anywhere(kind: str) -> None:
    data = ARCHIVES[kind]()
    chance = random.Random(kind)
    end = len(data.rstrip(b"\0")) if kind in {"tar", "nested"} else len(data)
    # Before that it is not even recognised, and a file like any other.
    for size in sorted({end - 1, *(chance.randrange(600, end) for _ in range(150))}):
        with pytest.raises(ArchiveTruncatedError if not kind.startswith("nested") else ArchiveError):
            entries_of(data[:size])


@pytest.mark.parametrize("kind", ARCHIVES)
def test_bytes_changed_anywhere(kind: str) -> None:
    data = ARCHIVES[kind]()
    chance = random.Random(kind)
    refused = 0
    for _ in range(300):
        damaged = bytearray(data)
        for _ in range(chance.choice((1, 1, 2, 20))):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        refused += is_refused(bytes(damaged))
    assert refused > 30


def is_refused(data: bytes) -> bool:
    try:
        entries_of(data)
    except ArchiveError:
        return True
    return False


@pytest.mark.parametrize("kind", ["tar.gz", "tar.bz2", "tar.xz", "tar.zst", "zip"])
def test_no_change_of_a_content_goes_unseen(kind: str) -> None:
    data = ARCHIVES[kind]()
    chance = random.Random(kind)
    whole = {entry.path: entry.sha256 for entry in entries_of(data)}
    for _ in range(300):
        damaged = bytearray(data)
        damaged[chance.randrange(MAGIC, len(damaged))] ^= 1 << chance.randrange(8)
        if not is_refused(bytes(damaged)):
            # What is left is names and notes, which nothing in a zip or in front of compressed data protects.
            found = {entry.path: entry.sha256 for entry in entries_of(bytes(damaged))}
            assert kind == "zip" or found == whole
            assert {digest for digest in found.values() if digest} <= set(whole.values())
