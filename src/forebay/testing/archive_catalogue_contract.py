"""The part of the archive reader's contract on what a catalogue says."""

import tarfile
import zipfile
from datetime import UTC, datetime

import pytest

from forebay.application.ports.archives import ArchiveLimits, ArchiveReader
from forebay.domain.intake.member import MemberFlag, MemberKind
from forebay.testing.archive_examples import (
    MIB,
    MTIME,
    BytesSource,
    catalogue,
    digest,
    gzip_of,
    some_bytes,
    tar_info,
    tar_of,
    zip_of,
)

FILES = {
    "etc/props.conf": b"[default]\nkey = value\n",
    "etc/empty": b"",
    "bin/blob": some_bytes(300_000),
    "logs/\u00fcber/" + "long" * 60 + ".log": b"line\n" * 2000,
}


class CatalogueContract:
    """Every member once, in the order of the archive, with what the archive says about it and the digest."""

    @pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
    @pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
    async def test_a_tar(self, archives: ArchiveReader, mode: str, form: int) -> None:
        files = {name: data for name, data in FILES.items() if form != tarfile.USTAR_FORMAT or len(name) < 100}
        found = await catalogue(archives, tar_of(files, mode=mode, form=form))
        assert found.paths == list(files)
        for number, entry in enumerate(found.entries):
            assert entry.location == (number,)
            assert entry.sha256 is not None
            assert (entry.size_bytes, entry.sha256.hex) == (len(files[entry.path]), digest(files[entry.path]))
            assert entry.mtime == datetime.fromtimestamp(MTIME, UTC)
            assert (entry.kind, entry.mode, entry.flags) == (MemberKind.FILE, 0o640, frozenset())

    @pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
    async def test_a_zip(self, archives: ArchiveReader, method: int) -> None:
        found = await catalogue(archives, zip_of(FILES, method=method))
        assert found.paths == list(FILES)
        for number, entry in enumerate(found.entries):
            assert entry.location == (number,)
            assert entry.sha256 is not None
            assert (entry.size_bytes, entry.sha256.hex) == (len(FILES[entry.path]), digest(FILES[entry.path]))
            assert entry.mtime == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)

    async def test_media_types_come_from_bytes_and_names(self, archives: ArchiveReader) -> None:
        files = {
            "a.conf": b"x = 1\n",
            "b.json": b"{}",
            "c.pdf": b"%PDF-1.7\n",
            "d": b"\0\1\2",
            "e.gz": gzip_of(b"text"),
        }
        found = await catalogue(archives, tar_of(files))
        assert [entry.media_type for entry in found.entries] == [
            "text/plain", "application/json", "application/pdf", "application/octet-stream", "application/gzip",
        ]  # fmt: skip

    async def test_what_is_no_file_has_no_digest(self, archives: ArchiveReader) -> None:
        kinds = {
            tarfile.DIRTYPE: MemberKind.DIRECTORY,
            tarfile.SYMTYPE: MemberKind.SYMLINK,
            tarfile.LNKTYPE: MemberKind.HARDLINK,
            tarfile.CHRTYPE: MemberKind.CHARACTER_DEVICE,
            tarfile.BLKTYPE: MemberKind.BLOCK_DEVICE,
            tarfile.FIFOTYPE: MemberKind.FIFO,
        }
        links = {tarfile.SYMTYPE, tarfile.LNKTYPE}
        members = [(tar_info(f"m{n}", kind=k, link="m0" if k in links else ""), b"") for n, k in enumerate(kinds)]
        found = await catalogue(archives, tar_of(members))
        assert [entry.kind for entry in found.entries] == list(kinds.values())
        assert {(entry.sha256, entry.size_bytes) for entry in found.entries} == {(None, 0)}
        assert [entry.link_target for entry in found.entries] == ["m0" if kind in links else None for kind in kinds]

    async def test_paths_are_kept_and_normalised(self, archives: ArchiveReader) -> None:
        names = ["./a", "/etc/passwd", "../../x", "a//b/./c", "a", "d/../../e", "./"]
        kind = {"./": tarfile.DIRTYPE}
        found = await catalogue(
            archives, tar_of([(tar_info(name, kind=kind.get(name, tarfile.REGTYPE)), b"") for name in names])
        )
        assert found.paths == ["a", "etc/passwd", "x", "a/b/c", "a", "e", ""]
        assert [entry.stored_path.rstrip("/") for entry in found.entries] == [name.rstrip("/") for name in names]
        assert [set(entry.flags) for entry in found.entries] == [
            set(), {MemberFlag.ABSOLUTE_PATH}, {MemberFlag.PARENT_PATH}, set(), {MemberFlag.DUPLICATE_PATH},
            {MemberFlag.PARENT_PATH}, set(),
        ]  # fmt: skip

    async def test_a_link_out_of_the_archive_is_flagged(self, archives: ArchiveReader) -> None:
        targets = {"in": "m", "up": "../../etc/passwd", "root": "/etc/passwd"}
        members = [(tar_info(name, kind=tarfile.SYMTYPE, link=target), b"") for name, target in targets.items()]
        found = await catalogue(archives, tar_of(members))
        assert {entry.path: entry.link_target for entry in found.entries} == targets
        assert [set(entry.flags) for entry in found.entries] == [
            set(), {MemberFlag.PARENT_PATH}, {MemberFlag.ABSOLUTE_PATH},
        ]  # fmt: skip

    async def test_archives_within_the_archive_are_opened(self, archives: ArchiveReader) -> None:
        inner = tar_of({"deep.txt": b"deep"}, mode="w:gz")
        middle = zip_of({"one.txt": b"one", "inner.tgz": inner})
        outer = tar_of({"first": b"1", "middle.zip": middle, "last": b"2", "plain.tar": tar_of({"p": b"p"})})
        found = await catalogue(archives, outer)
        assert [(entry.location, entry.path) for entry in found.entries] == [
            ((0,), "first"),
            ((1,), "middle.zip"),
            ((1, 0), "middle.zip!/one.txt"),
            ((1, 1), "middle.zip!/inner.tgz"),
            ((1, 1, 0), "middle.zip!/inner.tgz!/deep.txt"),
            ((2,), "last"),
            ((3,), "plain.tar"),
            ((3, 0), "plain.tar!/p"),
        ]
        for path, data in (("middle.zip", middle), ("middle.zip!/inner.tgz", inner)):
            entry = found[path]
            assert entry.sha256 is not None
            assert entry.sha256.hex == digest(data)

    async def test_at_depth_one_nothing_inside_is_opened(self, archives: ArchiveReader) -> None:
        outer = tar_of({"inner.tar": tar_of({"a": b"a"})})
        assert (await catalogue(archives, outer, limits=ArchiveLimits(max_depth=1))).paths == ["inner.tar"]

    @pytest.mark.parametrize(
        "data", [b"", b"text\n", some_bytes(3 * MIB), gzip_of(b"text"), gzip_of(bytes(5000)), b"PK", bytes(20_000)],
        ids=["empty", "text", "binary", "gzip", "gzip-zeros", "tiny", "zeros"],
    )  # fmt: skip
    async def test_what_is_no_archive_is_its_own_only_member(self, archives: ArchiveReader, data: bytes) -> None:
        (entry,) = (await catalogue(archives, data, "server.conf")).entries
        assert (entry.location, entry.path, entry.stored_path) == ((0,), "server.conf", "server.conf")
        assert (entry.kind, entry.size_bytes) == (MemberKind.FILE, len(data))
        assert entry.sha256 is not None
        assert entry.sha256.hex == digest(data)

    @pytest.mark.parametrize(
        "data", [tar_of({}, mode="w:gz"), tar_of({}, mode="w:xz"), zip_of({})], ids=["gz", "xz", "zip"]
    )
    async def test_an_archive_may_be_empty(self, archives: ArchiveReader, data: bytes) -> None:
        assert (await catalogue(archives, data)).entries == []

    async def test_what_was_appended_to_an_archive_is_passed_over(self, archives: ArchiveReader) -> None:
        for data in (tar_of(FILES), tar_of(FILES, mode="w:gz"), tar_of(FILES, mode="w:xz"), zip_of(FILES)):
            assert (await catalogue(archives, data + b"\0" * 600 + b"appended" * 1000)).paths == list(FILES)

    async def test_batches_are_small_and_tell_how_far_it_is(self, archives: ArchiveReader) -> None:
        data = tar_of({f"f{number:04}": b"x" * 10 for number in range(2500)}, mode="w:gz")
        found = await catalogue(archives, data)
        assert len(found.entries) == 2500
        assert max(len(batch.entries) for batch in found.batches) <= 1000
        read = [batch.read_bytes for batch in found.batches]
        assert read == sorted(read)
        assert read[-1] == len(data)
        assert found.batches[-1].unpacked_bytes == 25_000

    async def test_a_tar_is_read_once_from_beginning_to_end(self, archives: ArchiveReader) -> None:
        source = BytesSource(tar_of(FILES, mode="w:gz") + b"appended" * 10)
        async with archives.catalogue(source, ArchiveLimits()) as batches:
            async for _ in batches:
                pass
        assert [opened for opened in source.opened if opened[1] is None] == [(0, None)]
        assert source.open_now == 0
