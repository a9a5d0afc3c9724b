"""The part of the archive reader's contract on what it refuses, and on letting go."""

import asyncio
import tarfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from forebay.application.ports.archives import ArchiveLimits, ArchiveReader
from forebay.domain.errors import StorageUnavailableError
from forebay.domain.intake.archive_errors import (
    ArchiveBrokenError,
    ArchiveChecksumError,
    ArchiveDepthError,
    ArchiveError,
    ArchiveMemberCountError,
    ArchivePathTooLongError,
    ArchiveRatioError,
    ArchiveTimeoutError,
    ArchiveTooLargeError,
    ArchiveTruncatedError,
)
from forebay.testing.archive_examples import (
    MIB,
    BytesSource,
    catalogue,
    catalogue_source,
    gzip_of,
    some_bytes,
    tar_info,
    tar_of,
    zip_of,
)

FILES = {f"f{number}": some_bytes(20_000, number) for number in range(20)}
HUNDRED = {f"f{number}": b"x" * 1000 for number in range(100)}


class _Failing(BytesSource):
    """Gives its first half only. A store takes its time to close what failed."""

    closing_seconds = 0.0

    @asynccontextmanager
    async def open(self, *, start: int = 0, stop: int | None = None) -> AsyncIterator[AsyncIterator[bytes]]:
        async with super().open(start=start, stop=stop) as chunks:

            async def half() -> AsyncIterator[bytes]:
                given = 0
                async for chunk in chunks:
                    yield chunk
                    given += len(chunk)
                    if given > self.size_bytes // 2:
                        raise StorageUnavailableError

            try:
                yield half()
            finally:
                await asyncio.sleep(self.closing_seconds)


class _Stuck(BytesSource):
    """Gives its beginning and then nothing any more."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.waiting = asyncio.Event()

    @asynccontextmanager
    async def open(self, *, start: int = 0, stop: int | None = None) -> AsyncIterator[AsyncIterator[bytes]]:
        async with super().open(start=start, stop=stop) as chunks:

            async def beginning() -> AsyncIterator[bytes]:
                if start == 0:
                    yield await anext(chunks)
                if stop is None:
                    self.waiting.set()
                    await asyncio.Event().wait()

            yield beginning()


class RefusalContract:
    """Each limit has an error of its own; damage is found; nothing is left behind."""

    @pytest.mark.parametrize("data", [tar_of(HUNDRED), tar_of(HUNDRED, mode="w:gz"), zip_of(HUNDRED)])
    @pytest.mark.parametrize(
        ("limits", "error", "setting"),
        [
            (ArchiveLimits(max_bytes=99_999), ArchiveTooLargeError, "FOREBAY_ARCHIVE_MAX_BYTES"),
            (ArchiveLimits(max_members=99), ArchiveMemberCountError, "FOREBAY_ARCHIVE_MAX_MEMBERS"),
            (ArchiveLimits(max_path_bytes=2), ArchivePathTooLongError, "FOREBAY_ARCHIVE_MAX_PATH_BYTES"),
        ],
    )
    async def test_limits(
        self, archives: ArchiveReader, data: bytes, limits: ArchiveLimits, error: type[ArchiveError], setting: str
    ) -> None:
        with pytest.raises(error, match=setting):
            await catalogue(archives, data, limits=limits)

    async def test_exactly_at_the_limits_is_fine(self, archives: ArchiveReader) -> None:
        limits = ArchiveLimits(max_bytes=100_000, max_members=100, max_path_bytes=3)
        for data in (tar_of(HUNDRED), tar_of(HUNDRED, mode="w:gz"), zip_of(HUNDRED)):
            assert len((await catalogue(archives, data, limits=limits)).entries) == 100

    async def test_limits_count_across_archives_within_archives(self, archives: ArchiveReader) -> None:
        data = tar_of({"a.tar": tar_of(HUNDRED), "b.zip": zip_of(HUNDRED)})
        assert len((await catalogue(archives, data, limits=ArchiveLimits(max_members=202))).entries) == 202
        with pytest.raises(ArchiveMemberCountError):
            await catalogue(archives, data, limits=ArchiveLimits(max_members=201))
        with pytest.raises(ArchiveTooLargeError):
            await catalogue(archives, data, limits=ArchiveLimits(max_bytes=300_000))
        with pytest.raises(ArchivePathTooLongError):
            await catalogue(archives, data, limits=ArchiveLimits(max_path_bytes=9))

    async def test_ratio(self, archives: ArchiveReader) -> None:
        zeros = {"zeros": bytes(4 * MIB)}
        limits = ArchiveLimits(max_ratio=100, ratio_free_bytes=MIB)
        for data in (tar_of(zeros, mode="w:gz"), zip_of(zeros), tar_of({"in.tgz": tar_of(zeros, mode="w:gz")})):
            with pytest.raises(ArchiveRatioError, match="FOREBAY_ARCHIVE_MAX_RATIO"):
                await catalogue(archives, data, limits=limits)
            allowed = ArchiveLimits(max_ratio=100, ratio_free_bytes=16 * MIB)
            assert (await catalogue(archives, data, limits=allowed)).entries

    async def test_depth(self, archives: ArchiveReader) -> None:
        data = b"content"
        for _ in range(4):
            data = tar_of({"inner": data}, mode="w:gz")
        assert len((await catalogue(archives, data, limits=ArchiveLimits(max_depth=4))).entries) == 4
        for depth in (2, 3):
            with pytest.raises(ArchiveDepthError, match="FOREBAY_ARCHIVE_MAX_DEPTH"):
                await catalogue(archives, data, limits=ArchiveLimits(max_depth=depth))

    @pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz", "zip"])
    async def test_bytes_that_end_early(self, archives: ArchiveReader, mode: str) -> None:
        data = zip_of(FILES) if mode == "zip" else tar_of(FILES, mode=mode)
        end = len(data) if mode != "w" else len(FILES) * 21_000
        for part in (0.1, 0.5, 0.9):
            with pytest.raises(ArchiveTruncatedError):
                await catalogue(archives, data[: int(end * part)])

    async def test_a_checksum_that_is_wrong(self, archives: ArchiveReader) -> None:
        packed = gzip_of(tar_of(FILES))
        data = bytearray(packed)
        data[-8] ^= 1
        with pytest.raises(ArchiveChecksumError):
            await catalogue(archives, bytes(data))
        stored = bytearray(zip_of({"a.bin": b"0123456789"}, method=0))
        stored[stored.index(b"0123456789")] ^= 1
        with pytest.raises(ArchiveChecksumError, match=r"a\.bin"):
            await catalogue(archives, bytes(stored))

    async def test_a_damaged_header_in_the_middle_is_not_the_end(self, archives: ArchiveReader) -> None:
        data = bytearray(tar_of({"a": b"a", "b": b"b", "c": b"c"}, form=tarfile.USTAR_FORMAT))
        data[1024 + 5] ^= 1
        with pytest.raises(ArchiveBrokenError, match="behind member 1"):
            await catalogue(archives, bytes(data))

    async def test_time(self, archives: ArchiveReader) -> None:
        with pytest.raises(ArchiveTimeoutError, match="FOREBAY_ARCHIVE_TIMEOUT_SECONDS"):
            await catalogue_source(archives, _Stuck(tar_of(FILES)), ArchiveLimits(timeout_seconds=0.3))

    async def test_an_error_of_the_source_comes_through(self, archives: ArchiveReader) -> None:
        for data in (tar_of(FILES), zip_of(FILES, method=0)):
            source = _Failing(data, chunk_bytes=10_000)
            with pytest.raises(StorageUnavailableError):
                await catalogue_source(archives, source, ArchiveLimits())
            assert source.open_now == 0

    async def test_an_error_of_a_source_that_closes_slowly_comes_through(self, archives: ArchiveReader) -> None:
        source = _Failing(tar_of(FILES), chunk_bytes=10_000)
        source.closing_seconds = 0.1
        with pytest.raises(StorageUnavailableError):
            await catalogue_source(archives, source, ArchiveLimits())

    async def test_an_error_of_the_caller_comes_through(self, archives: ArchiveReader) -> None:
        source = BytesSource(tar_of(FILES))

        async def fail() -> None:
            async with archives.catalogue(source, ArchiveLimits()) as batches:
                await anext(batches)
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await fail()
        assert source.open_now == 0

    async def test_a_catalogue_may_be_left_or_cancelled(self, archives: ArchiveReader) -> None:
        source = BytesSource(tar_of({f"f{n}": b"" for n in range(3000)} | {"big": some_bytes(10 * MIB)}))
        async with archives.catalogue(source, ArchiveLimits()) as batches:
            await anext(batches)
        assert source.open_now == 0
        stuck = _Stuck(tar_of(FILES))
        task = asyncio.create_task(catalogue_source(archives, stuck, ArchiveLimits()))
        await stuck.waiting.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert stuck.open_now == 0
        assert (await catalogue(archives, tar_of({"a": b"a"}))).paths == ["a"]

    async def test_many_at_the_same_time(self, archives: ArchiveReader) -> None:
        sources = [tar_of({f"f{number}": some_bytes(1000, number)}) for number in range(8)]
        found = await asyncio.gather(*(catalogue(archives, data) for data in sources))
        assert [result.paths for result in found] == [[f"f{number}"] for number in range(8)]

    async def test_a_link_has_no_content_to_hide_in(self, archives: ArchiveReader) -> None:
        """POSIX: nothing follows the header of a link, whatever size it gives."""
        info = tar_info("link", 512, kind=tarfile.SYMTYPE, link="x")
        data = info.tobuf(tarfile.USTAR_FORMAT) + tar_of({"a": b"a"})
        assert (await catalogue(archives, data)).paths == ["link", "a"]
