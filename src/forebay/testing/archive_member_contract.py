"""The part of the archive reader's contract on reading members."""

import dataclasses
import tarfile

import pytest

from forebay.application.ports.archives import ArchiveLimits, ArchiveReader
from forebay.domain.intake.archive_errors import (
    ArchiveBrokenError,
    MemberUnreadableError,
    MemberWithoutContentError,
)
from forebay.domain.intake.blob import Sha256
from forebay.domain.intake.member import MemberFlag
from forebay.testing.archive_examples import (
    MIB,
    BytesSource,
    catalogue,
    gzip_of,
    read_member,
    some_bytes,
    tar_info,
    tar_of,
    zip_of,
)

FILES = {"first": some_bytes(2 * MIB, 1), "empty": b"", "wanted.bin": some_bytes(3 * MIB, 2), "last": b"last"}
RANGES = [(0, None), (0, 1), (5, 9), (1_500_000, 2_500_000), (3 * MIB - 1, None), (3 * MIB, None), (9, 9), (9, 5)]


class MemberContract:
    """A member's bytes come back as they were catalogued, whole and in ranges, from wherever they lie."""

    @pytest.mark.parametrize("kind", ["tar", "tar.gz", "tar.bz2", "zip", "nested"])
    async def test_a_member_is_read_whole_and_in_ranges(self, archives: ArchiveReader, kind: str) -> None:
        data = {
            "tar": lambda: tar_of(FILES),
            "tar.gz": lambda: tar_of(FILES, mode="w:gz"),
            "tar.bz2": lambda: tar_of(FILES, mode="w:bz2"),
            "zip": lambda: zip_of(FILES),
            "nested": lambda: zip_of({"x": b"x", "in.tgz": tar_of({"y": b"y", "in.zip": zip_of(FILES)}, mode="w:gz")}),
        }[kind]()
        prefix = "in.tgz!/in.zip!/" if kind == "nested" else ""
        found = await catalogue(archives, data)
        wanted = FILES["wanted.bin"]
        for start, stop in RANGES[:3] if kind == "tar.bz2" else RANGES:  # bzip2 is slow
            assert (
                await read_member(archives, data, found[f"{prefix}wanted.bin"], start=start, stop=stop)
                == (wanted[start:stop])
            )
        assert await read_member(archives, data, found[f"{prefix}empty"]) == b""
        assert await read_member(archives, data, found[f"{prefix}last"]) == b"last"

    @pytest.mark.parametrize("data", [some_bytes(2 * MIB), b"text", b"", gzip_of(b"text")])
    async def test_a_source_that_is_no_archive_is_read_as_its_own_member(
        self, archives: ArchiveReader, data: bytes
    ) -> None:
        (entry,) = (await catalogue(archives, data)).entries
        for start, stop in ((0, None), (1, 3), (2, 2), (1, None)):
            assert await read_member(archives, data, entry, start=start, stop=stop) == data[start:stop]

    async def test_chunks_are_small(self, archives: ArchiveReader) -> None:
        for data in (tar_of(FILES), FILES["wanted.bin"]):
            entry = (await catalogue(archives, data)).entries[-2 if data.startswith(b"first") else 0]
            async with archives.open_member(BytesSource(data), entry, ArchiveLimits()) as chunks:
                assert all([0 < len(chunk) <= MIB async for chunk in chunks])

    async def test_links_and_folders_have_no_bytes(self, archives: ArchiveReader) -> None:
        members = [(tar_info("d", kind=tarfile.DIRTYPE), b""), (tar_info("l", kind=tarfile.SYMTYPE, link="d"), b"")]
        data = tar_of(members)
        for entry in (await catalogue(archives, data)).entries:
            with pytest.raises(MemberWithoutContentError, match=entry.path):
                await read_member(archives, data, entry)

    async def test_what_has_no_digest_is_not_read(self, archives: ArchiveReader) -> None:
        data = tar_of(FILES)
        entry = dataclasses.replace(
            (await catalogue(archives, data)).entries[0], sha256=None, flags=frozenset({MemberFlag.ENCRYPTED})
        )
        with pytest.raises(MemberUnreadableError, match="encrypted"):
            await read_member(archives, data, entry)

    @pytest.mark.parametrize("data", [tar_of(FILES), zip_of(FILES), FILES["first"]], ids=["tar", "zip", "plain"])
    async def test_other_bytes_than_were_catalogued_never_come_whole(
        self, archives: ArchiveReader, data: bytes
    ) -> None:
        entry = dataclasses.replace((await catalogue(archives, data)).entries[0], sha256=Sha256("0" * 64))
        received = [0]

        async def receive() -> None:
            async with archives.open_member(BytesSource(data), entry, ArchiveLimits()) as chunks:
                async for chunk in chunks:
                    received[0] += len(chunk)

        with pytest.raises(ArchiveBrokenError, match="SHA-256"):
            await receive()
        assert received[0] < entry.size_bytes

    async def test_a_location_that_is_not_there_is_refused(self, archives: ArchiveReader) -> None:
        data = tar_of(FILES)
        entry = (await catalogue(archives, data)).entries[0]
        for location in ((9,), (0, 0), (3, 1)):
            with pytest.raises(ArchiveBrokenError, match="catalogue the run again"):
                await read_member(archives, data, dataclasses.replace(entry, location=location))

    async def test_a_reader_may_leave_early(self, archives: ArchiveReader) -> None:
        source = BytesSource(tar_of({"big": some_bytes(20 * MIB)}))
        (entry,) = (await catalogue(archives, source.data)).entries
        for _ in range(3):
            async with archives.open_member(source, entry, ArchiveLimits()) as chunks:
                assert source.data.find((await anext(chunks))[:64]) == 512
            assert source.open_now == 0
        assert await read_member(archives, source.data, entry, stop=100) == source.data[512:612]

    async def test_members_before_it_in_a_plain_tar_are_not_read(self, archives: ArchiveReader) -> None:
        source = BytesSource(tar_of({"big": bytes(40 * MIB), "small": b"small"}), chunk_bytes=MIB)
        entry = (await catalogue(archives, source.data)).entries[1]
        source.opened.clear()
        async with archives.open_member(source, entry, ArchiveLimits()) as chunks:
            assert b"".join([chunk async for chunk in chunks]) == b"small"
        assert any(start > 39 * MIB for start, _ in source.opened)
