"""What zips hold that programs write seldom, or never."""

import dataclasses
import io
import struct
import zipfile
import zlib
from datetime import UTC, datetime

import pytest

from forebay.application.ports.archives import ArchiveLimits
from forebay.domain.intake.archive_errors import (
    ArchiveBrokenError,
    ArchiveChecksumError,
    ArchiveError,
    ArchiveMemberCountError,
    ArchiveTruncatedError,
)
from forebay.domain.intake.member import MemberFlag, MemberKind
from forebay.testing.archive_examples import digest, tar_of, zip_of
from tests.unit.archives.in_process import digests_of, entries_of
from tests.unit.archives.packed import zstd_of
from tests.unit.archives.zip_blocks import Part, deflated, end, local, record, zip_from

TEXT = b"some text\n" * 50
PACKED = Part(name=b"p", data=deflated(TEXT), size=len(TEXT), crc=zlib.crc32(TEXT), method=8)


def test_names_in_utf8_with_and_without_the_flag_and_in_the_code_page_of_dos() -> None:
    parts = [
        Part(name="\u00fc".encode(), flags=1 << 11),
        Part(name="\u00e4".encode()),
        Part(name=b"caf\x82"),
        Part(name=b"\xff", flags=1 << 11),
        Part(name=b"a\0b"),
    ]
    entries = entries_of(zip_from(parts))
    assert [entry.stored_path for entry in entries] == ["\u00fc", "\u00e4", "caf\u00e9", "\\xff", "a\\x00b"]
    assert [bool(entry.flags) for entry in entries] == [False, False, False, True, True]


def test_a_zip_made_on_windows() -> None:
    parts = [
        Part(name=b"dir\\sub\\a.txt", host=0, attributes=0x20),
        Part(name=b"dir\\", host=0, attributes=0x10),
        Part(name=b"C:\\Windows\\x", host=10, attributes=0x20),
        Part(name=b"..\\up", host=0, attributes=0x20),
        Part(name=b"a\\b", host=3),
        Part(name=b"folder", host=0, attributes=0x10),
    ]
    entries = entries_of(zip_from(parts))
    assert [entry.path for entry in entries] == ["dir/sub/a.txt", "dir", "Windows/x", "up", "a\\b", "folder"]
    assert entries[0].stored_path == "dir\\sub\\a.txt"
    folder, file = MemberKind.DIRECTORY, MemberKind.FILE
    assert [entry.kind for entry in entries] == [file, folder, file, file, file, folder]
    assert [set(entry.flags) for entry in entries[2:4]] == [{MemberFlag.ABSOLUTE_PATH}, {MemberFlag.PARENT_PATH}]
    assert {entry.mode for entry in entries} == {None, 0o644}


def test_kinds_of_unix() -> None:
    parts = [
        Part(name=b"link", data=b"../x", attributes=0o120777 << 16),
        Part(name=b"fifo", attributes=0o010600 << 16),
        Part(name=b"socket", attributes=0o140600 << 16),
        Part(name=b"d", attributes=0o040755 << 16),
        Part(name=b"run", attributes=0o104755 << 16),
    ]
    entries = entries_of(zip_from(parts))
    assert [entry.kind for entry in entries] == [
        MemberKind.SYMLINK, MemberKind.FIFO, MemberKind.OTHER, MemberKind.DIRECTORY, MemberKind.FILE,
    ]  # fmt: skip
    assert (entries[0].link_target, entries[0].sha256) == ("../x", None)
    assert entries[0].flags == frozenset({MemberFlag.PARENT_PATH})
    assert entries[4].mode == 0o4755


def test_encrypted_and_unsupported_members_are_catalogued_without_a_digest() -> None:
    parts = [Part(name=b"e.pdf", data=b"?" * 20, flags=1), Part(name=b"u", data=b"?", method=9), Part(name=b"k")]
    secret, unsupported, other = entries_of(zip_from(parts))
    assert (secret.sha256, secret.flags, secret.size_bytes) == (None, frozenset({MemberFlag.ENCRYPTED}), 20)
    assert secret.media_type == "application/pdf"
    assert (unsupported.sha256, unsupported.flags) == (None, frozenset({MemberFlag.UNSUPPORTED}))
    assert other.sha256 is not None


def test_times() -> None:
    seconds = struct.pack("<BL", 1, 1_600_000_001)
    filetime = ((1_600_000_002 + 11_644_473_600) * 10_000_000).to_bytes(8, "little")
    ntfs = bytes(4) + struct.pack("<2H", 1, 24) + filetime * 3
    parts = [
        Part(name=b"dos", time=22 << 11 | 13 << 5 | 10),
        Part(name=b"unix", extra=struct.pack("<2H", 0x5455, len(seconds)) + seconds),
        Part(name=b"ntfs", extra=struct.pack("<2H", 0x000A, len(ntfs)) + ntfs),
        Part(name=b"none", date=0),
        Part(name=b"damaged", extra=b"\x55\x54\xff\xff\x01", date=0),
    ]
    assert [entry.mtime for entry in entries_of(zip_from(parts))] == [
        datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC),
        datetime.fromtimestamp(1_600_000_001, UTC),
        datetime.fromtimestamp(1_600_000_002, UTC),
        None,
        None,
    ]


def test_zip64() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, archive.open("large", "w", force_zip64=True) as file:
        file.write(TEXT)
    assert digests_of(out.getvalue()) == {"large": digest(TEXT)}
    large = struct.pack("<2H2Q", 0x0001, 16, len(TEXT), len(TEXT))
    part = Part(name=b"z", data=TEXT)
    directory = bytearray(record(dataclasses.replace(part, extra=large), 0))
    directory[20:28] = b"\xff" * 8
    body = local(part)
    end64 = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, len(directory), len(body))
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, len(body) + len(directory), 1)
    data = body + bytes(directory) + end64 + locator + end(0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF)
    assert digests_of(data) == {"z": digest(TEXT)}
    for at in (0, 4, 24, 32, 40, 48):
        damaged = bytearray(data)
        damaged[len(body) + len(directory) + at] ^= 0x55
        if at != 4:  # the size of the record, which says nothing
            with pytest.raises(ArchiveError):
                entries_of(bytes(damaged))


def test_zstd_and_xz_within_a_zip() -> None:
    part = Part(name=b"z", data=zstd_of(TEXT), size=len(TEXT), crc=zlib.crc32(TEXT), method=93)
    assert digests_of(zip_from([part])) == {"z": digest(TEXT)}


@pytest.mark.parametrize(
    ("part", "error", "message"),
    [
        (dataclasses.replace(PACKED, size=len(TEXT) + 1), ArchiveBrokenError, "the directory says 501"),
        (dataclasses.replace(PACKED, size=len(TEXT) - 1), ArchiveBrokenError, "more than the 499"),
        (dataclasses.replace(PACKED, crc=1), ArchiveChecksumError, "the directory says 00000001"),
        (dataclasses.replace(PACKED, data=PACKED.data[:-3]), ArchiveTruncatedError, "in the middle"),
        (dataclasses.replace(PACKED, data=PACKED.data + b"hidden"), ArchiveBrokenError, "behind the end"),
        (dataclasses.replace(PACKED, data=b"\xff" * 30), ArchiveBrokenError, "damaged"),
        (dataclasses.replace(PACKED, method=12), ArchiveBrokenError, "damaged"),
        (dataclasses.replace(PACKED, method=14), ArchiveBrokenError, "LZMA"),
        (dataclasses.replace(PACKED, local_name=b"q"), ArchiveBrokenError, "another one"),
        (dataclasses.replace(PACKED, offset=3), ArchiveBrokenError, "not where the directory says"),
        (dataclasses.replace(PACKED, offset=1 << 31), ArchiveBrokenError, "overlap"),
        (dataclasses.replace(PACKED, disk=2), ArchiveBrokenError, "several files"),
    ],
)
def test_members_that_contradict_themselves(part: Part, error: type[ArchiveError], message: str) -> None:
    with pytest.raises(error, match=message):
        entries_of(zip_from([Part(name=b"first", data=b"1"), part]))


def test_members_that_overlap() -> None:
    """One compressed block that many records point to: 42 KB that unpack to gigabytes."""
    kernel = local(PACKED)
    directory = record(PACKED, 0) * 1000
    with pytest.raises(ArchiveBrokenError, match="overlap"):
        entries_of(kernel + directory + end(1000, len(directory), len(kernel)))


def test_counts_and_places_that_lie() -> None:
    with pytest.raises(ArchiveBrokenError, match="its end record says 5"):
        entries_of(zip_from([PACKED], count=5))
    with pytest.raises(ArchiveMemberCountError):
        entries_of(zip_from([PACKED], count=500), ArchiveLimits(max_members=100))
    body = local(PACKED)
    with pytest.raises(ArchiveBrokenError, match="points behind itself"):
        entries_of(body + end(1, 1 << 30, 5))
    with pytest.raises(ArchiveBrokenError, match="several files"):
        entries_of(body + end(0, 0, len(body), disk=1))


def test_the_directory_of_a_zip_inside_is_not_taken_for_that_of_the_zip() -> None:
    inner = zip_of({"inner.txt": b"inner"})
    whole = zip_of({"first": b"1", "inner.zip": inner}, method=0)
    cut = whole[: whole.index(inner) + len(inner)]
    with pytest.raises(ArchiveTruncatedError):
        entries_of(cut)


def test_a_file_that_begins_like_a_zip_is_a_file() -> None:
    (entry,) = entries_of(tar_of({"x": b"PK\x03\x04 but no zip"}))
    assert entry.path == "x"


def test_documents_are_not_opened() -> None:
    assert list(digests_of(tar_of({"report.docx": zip_of({"word/document.xml": b"<x/>"})}))) == ["report.docx"]
    assert list(digests_of(tar_of({"lib.jar": zip_of({"A.class": b"x"})}))) == ["lib.jar", "lib.jar!/A.class"]


def test_a_zip_may_have_a_comment_of_any_length() -> None:
    assert list(digests_of(zip_of({"a": b"a"}, comment=b"PK\x05\x06" * 16_000))) == ["a"]
