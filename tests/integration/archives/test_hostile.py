"""Hostile archives: refused or catalogued as what they are, and never in more than 256 MiB of memory."""

import lzma
import tarfile
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import pytest

from forebay.adapters.archives.reader import ReaderOptions, open_archive_reader
from forebay.adapters.confinement.frames import Outcome
from forebay.application.ports.archives import ArchiveLimits, ArchiveReader
from forebay.domain.intake.archive_errors import (
    ArchiveBrokenError,
    ArchiveDepthError,
    ArchiveError,
    ArchiveMemberCountError,
    ArchiveMemoryError,
    ArchivePathTooLongError,
    ArchiveRatioError,
    ArchiveTooLargeError,
)
from forebay.domain.intake.member import MemberFlag, MemberKind
from forebay.testing.archive_examples import MIB, Catalogued, catalogue, digest, tar_info, tar_of, zip_of
from tests.integration.archives.bombs import (
    gzip_bomb,
    overlapping_zip,
    sparse_tar,
    tar_gz_bomb,
    tar_of_many,
    tars_in_tars,
    xz_dictionary,
    zip_of_many,
    zips_in_zips,
)
from tests.unit.archives.packed import zstd_stream_of
from tests.unit.archives.tar_blocks import END, header, pax

MOST_BYTES = 256 * MIB
XZ_9 = 28  # 64 MiB, the dictionary of xz -9


@dataclass(slots=True)
class Watched:
    """A reader, and how the jobs of its processes ended."""

    reader: ArchiveReader
    outcomes: list[Outcome]

    async def catalogue(self, data: bytes, limits: ArchiveLimits | None = None) -> Catalogued:
        return await catalogue(self.reader, data, limits=limits)

    async def refused(self, data: bytes, error: type[ArchiveError], limits: ArchiveLimits | None = None) -> str:
        with pytest.raises(error) as caught:
            await self.catalogue(data, limits)
        return caught.value.message


@pytest.fixture
async def watched() -> AsyncIterator[Watched]:
    """Its process is new, so that its peak is that of the test."""
    outcomes: list[Outcome] = []
    async with open_archive_reader(ReaderOptions(catalogue_processes=1), on_outcome=outcomes.append) as reader:
        yield Watched(reader, outcomes)
    assert outcomes, "no process read anything"
    for outcome in outcomes:
        assert outcome.peak_bytes is not None, "this system does not say how much memory a process used"
        assert outcome.peak_bytes < MOST_BYTES


@pytest.mark.parametrize(
    "build",
    [
        lambda: tar_gz_bomb(8 << 30),
        lambda: tar_of({"inner.tgz": tar_gz_bomb(8 << 30)}),
        lambda: zip_of({"inner.tgz": tar_gz_bomb(8 << 30)}),
        lambda: gzip_bomb(tar_of({"small": b"small"}), 8 << 30),
        lambda: zip_of({str(number): bytes(64 * MIB) for number in range(3)}),
    ],
    ids=["flat", "nested in tar", "nested in zip", "behind the end of the tar", "zip"],
)
async def test_bombs_of_zeros(watched: Watched, build: Callable[[], bytes]) -> None:
    message = await watched.refused(build(), ArchiveRatioError)
    assert "FOREBAY_ARCHIVE_MAX_RATIO" in message


async def test_a_bomb_that_is_allowed_its_ratio_is_too_large(watched: Watched) -> None:
    limits = ArchiveLimits(max_ratio=1e9, max_bytes=1 << 30)
    assert "'zeros'" in await watched.refused(tar_gz_bomb(8 << 30), ArchiveTooLargeError, limits)
    await watched.refused(gzip_bomb(tar_of({"small": b"x"}), 8 << 30), ArchiveTooLargeError, limits)


async def test_zips_in_zips(watched: Watched) -> None:
    data = zips_in_zips(levels=5, each=16)
    await watched.refused(data, ArchiveDepthError)
    await watched.refused(data, ArchiveRatioError, ArchiveLimits(max_depth=9))
    await watched.refused(data, ArchiveTooLargeError, ArchiveLimits(max_depth=9, max_ratio=1e9, max_bytes=256 * MIB))
    await watched.refused(
        zips_in_zips(levels=1, each=50), ArchiveMemberCountError, ArchiveLimits(max_ratio=1e9, max_members=60)
    )


async def test_members_that_overlap(watched: Watched) -> None:
    assert "overlap" in await watched.refused(overlapping_zip(50_000), ArchiveBrokenError)


@pytest.mark.parametrize("build", [tar_of_many, zip_of_many])
async def test_a_hundred_thousand_members(watched: Watched, build: Callable[[int], bytes]) -> None:
    found = await watched.catalogue(build(100_000))
    paths = found.paths
    assert len(paths) == len(set(paths)) == 100_000
    assert found.entries[-1].location == (99_999,)
    assert not any(entry.flags for entry in found.entries)


async def test_a_hundred_thousand_members_in_an_archive_within_the_archive(watched: Watched) -> None:
    found = await watched.catalogue(tar_of({"many.tar": tar_of_many(50_000), "many.zip": zip_of_many(50_000)}))
    assert len(found.entries) == 100_002
    assert (found.paths[0], found.paths[50_001]) == ("many.tar", "many.zip")
    assert found.paths[-1] == "many.zip!/d/000049999"


async def test_a_sparse_file_of_four_gigabytes(watched: Watched) -> None:
    (entry,) = (await watched.catalogue(sparse_tar(4 << 30))).entries
    assert (entry.size_bytes, entry.flags) == (4 << 30, frozenset({MemberFlag.SPARSE}))
    # head -c 4294967295 /dev/zero | cat - <(printf x) | sha256sum
    assert str(entry.sha256) == "94527c43d012312f38be111d1264e5e62e9510669cadda982cf516c81bda801e"
    await watched.refused(sparse_tar(1 << 40), ArchiveTooLargeError)


async def test_links_are_never_followed(watched: Watched) -> None:
    escapes = [("a", "/etc"), ("b", "../../../../etc/passwd"), ("c", "a/passwd"), ("d", "d")]
    links = [(tar_info(name, kind=tarfile.SYMTYPE, link=target), b"") for name, target in escapes]
    through = [(tar_info("a/passwd", 4), b"evil"), (tar_info("h", kind=tarfile.LNKTYPE, link="/etc/shadow"), b"")]
    found = await watched.catalogue(tar_of([*links, *through]))
    assert [entry.link_target for entry in found.entries] == [*(target for _, target in escapes), None, "/etc/shadow"]
    assert found["a/passwd"].kind is MemberKind.FILE
    assert str(found["a/passwd"].sha256) == digest(b"evil")


async def test_archives_far_inside_each_other(watched: Watched) -> None:
    data = tars_in_tars(100)
    assert "FOREBAY_ARCHIVE_MAX_DEPTH" in await watched.refused(data, ArchiveDepthError)
    assert len((await watched.catalogue(data, ArchiveLimits(max_depth=1))).entries) == 1


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (pax({"path": b"x"}) * 20_000 + header("a") + END, ArchiveBrokenError),
        (pax({"comment": b"x" * 900_000}) * 100 + header("a") + END, ArchiveBrokenError),
        (header("p", 7 << 30, kind=tarfile.XHDTYPE) + header("a") + END, ArchiveBrokenError),
        (header("p", 7 << 30, kind=tarfile.GNUTYPE_LONGNAME) + header("a") + END, ArchivePathTooLongError),
        (tar_of({"x" * 5000: b""}), ArchivePathTooLongError),
        (tar_of({"d/" * 2500: b""}, form=tarfile.GNU_FORMAT), ArchivePathTooLongError),
        (zip_of({"x" * 5000: b""}), ArchivePathTooLongError),
    ],
    ids=["pax", "large pax", "pax size", "name size", "pax path", "gnu path", "zip path"],
)
async def test_headers_without_end(watched: Watched, data: bytes, error: type[ArchiveError]) -> None:
    await watched.refused(data, error)


async def test_global_headers_that_pile_up(watched: Watched) -> None:
    pile = b"".join(
        pax({f"{number}.{part}": b"x" * 9000 for part in range(100)}, kind=tarfile.XGLTYPE) + header("a")
        for number in range(100)
    )
    assert len((await watched.catalogue(pile + END)).entries) == 100


async def test_windows_that_no_memory_holds(watched: Watched) -> None:
    tar = tar_of({"a": b"a" * 1000})
    await watched.refused(xz_dictionary(lzma.compress(tar), 40), ArchiveMemoryError)
    zst = bytearray(zstd_stream_of(tar))
    zst[5] = 21 << 3  # 2 GiB
    await watched.refused(bytes(zst), ArchiveMemoryError)
    assert (await watched.catalogue(xz_dictionary(lzma.compress(tar), XZ_9))).paths == ["a"]


async def test_a_reader_that_needs_more_memory_than_it_may_use(watched: Watched) -> None:
    await watched.catalogue(tar_of({"a": b""}))
    outcomes: list[Outcome] = []
    data = xz_dictionary(lzma.compress(tar_of({"a": b"a"})), XZ_9)
    async with open_archive_reader(ReaderOptions(memory_bytes=96 * MIB), on_outcome=outcomes.append) as small:
        with pytest.raises(ArchiveMemoryError):
            await catalogue(small, data)
        assert (await catalogue(small, tar_of({"a": b"a"}))).paths == ["a"]
