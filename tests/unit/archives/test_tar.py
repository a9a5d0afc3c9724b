"""What tars hold that programs write seldom, or never."""

import tarfile
from datetime import UTC, datetime

import pytest

from forebay.application.ports.archives import ArchiveLimits
from forebay.domain.intake.archive_errors import (
    ArchiveBrokenError,
    ArchivePathTooLongError,
    ArchiveTooLargeError,
    ArchiveTruncatedError,
)
from forebay.domain.intake.member import MemberFlag, MemberKind
from forebay.testing.archive_examples import digest, tar_of
from tests.unit.archives.in_process import digests_of, entries_of
from tests.unit.archives.tar_blocks import END, header, octal, padded, patched, pax

A = header("a", 1) + padded(b"a")


def test_names_that_are_not_utf8() -> None:
    (entry,) = entries_of(patched(header("caf?"), {3: b"\xe9"}) + END)
    assert (entry.path, entry.flags) == ("caf\\xe9", frozenset({MemberFlag.UNDECODABLE_PATH}))


def test_a_global_header_holds_for_all_that_follow() -> None:
    data = pax({"mtime": b"1.5", "comment": b"x"}, kind=tarfile.XGLTYPE) + A + pax({"mtime": b"2"}) + A + END
    assert [entry.mtime for entry in entries_of(data)] == [
        datetime(1970, 1, 1, 0, 0, 1, 500_000, UTC),
        datetime(1970, 1, 1, 0, 0, 2, 0, UTC),
    ]


def test_pax_says_name_target_size_and_time() -> None:
    records = {"path": b"\xc3\xbc/b", "linkpath": b"t", "mtime": b"-1.25"}
    link = pax(records) + header("x", kind=tarfile.SYMTYPE, link="y")
    large = pax({"size": b"3"}) + header("z", 0) + padded(b"abc")
    first, second = entries_of(link + large + END)
    assert (first.path, first.link_target) == ("\u00fc/b", "t")
    assert (second.path, second.size_bytes) == ("z", 3)


@pytest.mark.parametrize("mtime", [b"nan", b"1e400", b"9" * 15, b"-" + b"9" * 15, b"", b"\xff", b"1.2.3"])
def test_a_time_that_makes_no_sense_is_none(mtime: bytes) -> None:
    (entry,) = entries_of(pax([("mtime", mtime), ("mtime", mtime), ("path", b"p")]) + A + END)
    assert entry.mtime is None or mtime == b""


def test_numbers_to_the_base_256() -> None:
    large = (1 << 40).to_bytes(11, "big")
    (entry,) = entries_of(patched(A[:512], {136: b"\x80" + large}) + A[512:] + END)
    assert entry.mtime is None or entry.mtime.year > 30_000  # beyond what a date can show
    with pytest.raises(ArchiveBrokenError, match="negative"):
        entries_of(patched(A[:512], {124: b"\xff" * 12}) + A[512:] + END)


def test_gnu_headers_keep_times_where_ustar_keeps_the_path() -> None:
    gnu = patched(header("name"), {257: b"ustar  \0", 345: octal(1_700_000_000), 357: octal(1_700_000_000)})
    assert [entry.path for entry in entries_of(gnu + END)] == ["name"]


def test_kinds_that_are_rare() -> None:
    listing = header("dir", 5, kind=b"D") + padded(b"Yabc\0")
    label = header("label", 0, kind=b"V")
    other = header("acl", 3, kind=b"A") + padded(b"xyz")
    old_folder = patched(header("old/"), {156: b"\0", 257: bytes(8)})
    entries = entries_of(listing + label + other + old_folder + END)
    assert [(entry.path, entry.kind) for entry in entries] == [
        ("dir", MemberKind.DIRECTORY),
        ("label", MemberKind.OTHER),
        ("acl", MemberKind.OTHER),
        ("old", MemberKind.DIRECTORY),
    ]
    assert {entry.sha256 for entry in entries} == {None}


SPARSE = b"\0" * 5000 + b"x" * 700 + b"\0" * 4000 + b"y" * 10 + b"\0" * 290
STORED = padded(b"x" * 700 + b"y" * 10)
MAP = [5000, 700, 9700, 10]


def old_gnu(extents: list[int], *, size: int = 10_000) -> bytes:
    """Four extents in the header, the others in blocks of 21."""
    fields = b"".join(map(octal, extents))
    first, rest = fields[:96], fields[96:]
    block = patched(
        header("s", 710),
        {156: b"S", 257: b"ustar  \0", 345: bytes(155), 386: first, 482: bytes([bool(rest)]), 483: octal(size)},
    )
    while rest:
        piece, rest = rest[:504], rest[504:]
        block += (piece.ljust(504, b"\0") + bytes([bool(rest)])).ljust(512, b"\0")
    return block


@pytest.mark.parametrize(
    "member",
    [
        old_gnu(MAP) + STORED,
        old_gnu([5000, 100, 5100, 100, 5200, 100, 5300, 100, 5400, 300, 9700, 10]) + STORED,
        old_gnu([*(n for k in range(70) for n in (5000 + 10 * k, 10)), 9700, 10]) + STORED,
        pax([("GNU.sparse.size", b"10000"), ("GNU.sparse.numblocks", b"2"), ("GNU.sparse.offset", b"5000"),
             ("GNU.sparse.numbytes", b"700"), ("GNU.sparse.offset", b"9700"), ("GNU.sparse.numbytes", b"10")])
        + header("s", 710) + STORED,
        pax({"GNU.sparse.size": b"10000", "GNU.sparse.map": b"5000,700,9700,10", "GNU.sparse.name": b"s"})
        + header("GNUSparseFile.0/s", 710) + STORED,
        pax({"GNU.sparse.major": b"1", "GNU.sparse.minor": b"0", "GNU.sparse.realsize": b"10000",
             "GNU.sparse.name": b"s"})
        + header("GNUSparseFile.0/s", 512 + 710) + padded(b"2\n5000\n700\n9700\n10\n") + STORED,
    ],
    ids=["old", "old, one more block", "old, many more blocks", "0.0", "0.1", "1.0"],
)  # fmt: skip
def test_sparse_files(member: bytes) -> None:
    first, second = entries_of(member + A + END)
    assert (first.path, first.size_bytes, first.flags) == ("s", 10_000, frozenset({MemberFlag.SPARSE}))
    assert first.sha256 is not None
    assert first.sha256.hex == digest(SPARSE)
    assert second.path == "a"


@pytest.mark.parametrize(
    "member",
    [
        old_gnu([5000, 700, 5100, 10]),  # parts overlap
        old_gnu([5000, 700, 9990, 11]),  # behind the end of the file
        old_gnu([5000, 700]),  # less than is stored
        old_gnu([5000, 700, 9700, 11], size=11_000),  # more than is stored
        patched(old_gnu(MAP), {386: b"zzz"}),
        pax({"GNU.sparse.size": b"10", "GNU.sparse.map": b"1,2,3"}) + header("s", 2),
        pax({"GNU.sparse.size": b"x", "GNU.sparse.map": b"1,2"}) + header("s", 2),
        pax({"GNU.sparse.size": b"9" * 20, "GNU.sparse.map": b"1,2"}) + header("s", 2),
        pax({"GNU.sparse.major": b"1", "GNU.sparse.minor": b"0"}) + header("s", 512) + b"9" * 512,
        pax({"GNU.sparse.major": b"1", "GNU.sparse.minor": b"0"}) + header("s", 512) + padded(b"99999999\n1\n"),
        pax({"GNU.sparse.major": b"1", "GNU.sparse.minor": b"0"}) + header("s", 512) + padded(b"-1\n"),
    ],
)
def test_sparse_maps_that_lie(member: bytes) -> None:
    with pytest.raises(ArchiveBrokenError):
        entries_of(member + STORED + A + END)


def test_a_tar_has_to_end() -> None:
    assert list(digests_of(A + END[:512])) == ["a"]
    for end in (b"", END[:100]):
        with pytest.raises(ArchiveTruncatedError, match=r"behind member 1 \('a'\)"):
            entries_of(A + end)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (pax({"path": b"x"}) * 100 + A, "extended headers"),
        (pax({"path": b"x"}) + END, "without a member"),
        (header("p", 7 << 30, kind=tarfile.XHDTYPE) + A, "7,516,192,768 bytes"),
        (header("p", 5, kind=tarfile.XHDTYPE) + padded(b"junk\n") + A, "length keyword=value"),
        (header("p", 9, kind=tarfile.XHDTYPE) + padded(b"99 a=bbb\n") + A, "length keyword=value"),
        (header("p", 9, kind=tarfile.XHDTYPE) + padded(b"0 a=bbbb\n") + A, "length keyword=value"),
        (pax({"size": b"-5"}) + A, "whole number"),
        (pax({"size": b"1_0"}) + A, "whole number"),
        (pax({"size": b"9" * 19}) + A, "no file reaches"),
        (A + b"\xff" * 512 + A, "damaged header behind member 1"),
        (A + b"\0" * 511 + b"x", "damaged header behind member 1"),
    ],
)
def test_headers_that_are_refused(data: bytes, message: str) -> None:
    with pytest.raises(ArchiveBrokenError, match=message):
        entries_of(data + END)


def test_sizes_that_lie() -> None:
    with pytest.raises(ArchiveBrokenError, match="damaged header"):
        entries_of(pax({"size": b"600"}) + header("a", 1200) + b"x" * 1536 + A + END)
    with pytest.raises(ArchiveTruncatedError, match="are missing"):
        entries_of(header("a", 1 << 30) + b"x" * 1536 + END)
    with pytest.raises(ArchiveTooLargeError, match=r"member 1 \('a'\)"):
        entries_of(pax({"size": b"4" + b"0" * 18}) + header("a", 0) + END)


def test_long_names() -> None:
    path = "d/" * 1500 + "x" * 1000
    for form in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        assert list(digests_of(tar_of({path: b"x"}, form=form))) == [path]
        for limit in (3999, 10):
            with pytest.raises(ArchivePathTooLongError, match="FOREBAY_ARCHIVE_MAX_PATH_BYTES"):
                entries_of(tar_of({path: b"x"}, form=form), ArchiveLimits(max_path_bytes=limit))
    with pytest.raises(ArchivePathTooLongError, match="7,516,192,767 bytes"):
        entries_of(header("././@LongLink", 7 << 30, kind=tarfile.GNUTYPE_LONGNAME) + A + END)
