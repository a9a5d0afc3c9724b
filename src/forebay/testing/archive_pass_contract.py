"""The part of the archive reader's contract on reading many members in one pass."""

import asyncio
import dataclasses
import tarfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import pytest

from forebay.application.ports.archives import ArchiveLimits, ArchiveReader
from forebay.domain.errors import StorageUnavailableError
from forebay.domain.intake.archive_errors import (
    ArchiveBrokenError,
    ArchiveChecksumError,
    ArchiveError,
    ArchiveTooLargeError,
    ArchiveTruncatedError,
    MemberUnreadableError,
    MemberWithoutContentError,
)
from forebay.domain.intake.blob import Sha256
from forebay.domain.intake.member import MemberEntry, MemberFlag
from forebay.testing.archive_examples import (
    MIB,
    BytesSource,
    catalogue,
    gzip_of,
    read_members,
    some_bytes,
    tar_info,
    tar_of,
    zip_of,
)

FILES = {"a": some_bytes(2 * MIB, 1), "b": b"", "c": b"see " * 1250, "d": some_bytes(700_000, 2), "e": b"last"}
NESTED = {
    "first": b"1",
    "in.tgz": tar_of({"x": b"x", "in.zip": zip_of(FILES), "y": b"y"}, mode="w:gz"),
    "z": b"z",
}
NOISE = some_bytes(3000, 7)
MAKERS = {
    "tar": lambda: tar_of(FILES),
    "tar.gz": lambda: tar_of(FILES, mode="w:gz"),
    "tar.xz": lambda: tar_of(FILES, mode="w:xz"),
    "zip": lambda: zip_of(FILES),
    "nested in tar": lambda: tar_of(NESTED),
    "nested in zip": lambda: zip_of(NESTED),
}


class _Failing(BytesSource):
    """Gives its first half only."""

    @asynccontextmanager
    async def open(self, *, start: int = 0, stop: int | None = None) -> AsyncIterator[AsyncIterator[bytes]]:
        async with super().open(start=start, stop=stop) as chunks:

            async def half() -> AsyncIterator[bytes]:
                async for chunk in chunks:
                    if self.given_bytes > self.size_bytes // 2:
                        raise StorageUnavailableError
                    yield chunk

            yield half()


def spoiled(data: bytes, part: bytes) -> bytes:
    """Another byte where this part begins."""
    at = data.index(part)
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


def kinds(found: dict[str, bytes | ArchiveError]) -> dict[str, object]:
    return {path: type(one) if isinstance(one, ArchiveError) else one for path, one in found.items()}


async def _read_into(
    found: dict[str, object], archives: ArchiveReader, source: BytesSource, entries: Sequence[MemberEntry]
) -> None:
    """What comes of each until the pass ends, be it with an error."""
    async with archives.open_members(source, entries, ArchiveLimits()) as members:
        async for entry, chunks in members:
            try:
                found[entry.path] = b"".join([chunk async for chunk in chunks])
            except ArchiveError as error:
                found[entry.path] = type(error)


class PassContract:
    """Members come back as they were catalogued, with the source read once; what is damaged fails alone."""

    @pytest.mark.parametrize("kind", MAKERS)
    async def test_members_that_are_asked_for_in_any_order_come_in_that_of_the_archive(
        self, archives: ArchiveReader, kind: str
    ) -> None:
        data = MAKERS[kind]()
        entries = (await catalogue(archives, data)).entries
        wanted = [entry for entry in entries if not entry.path.endswith((".tgz", ".zip"))]
        found = await read_members(archives, BytesSource(data), wanted[::-1])
        assert list(found) == [entry.path for entry in wanted]
        expected = FILES | NESTED | {"x": b"x", "y": b"y"}
        assert found == {path: expected[path.rpartition("!/")[2]] for path in found}

    @pytest.mark.parametrize("kind", MAKERS)
    async def test_some_members_are_enough(self, archives: ArchiveReader, kind: str) -> None:
        data = MAKERS[kind]()
        wanted = [entry for entry in (await catalogue(archives, data)).entries if entry.path[-1] in "cez"]
        found = await read_members(archives, BytesSource(data), wanted)
        assert [path[-1] for path in found] == [entry.path[-1] for entry in wanted]
        assert await read_members(archives, BytesSource(data), []) == {}

    async def test_an_archive_and_what_is_within_it_come_both(self, archives: ArchiveReader) -> None:
        for data in (tar_of(NESTED, mode="w:gz"), zip_of(NESTED)):
            entries = (await catalogue(archives, data)).entries
            found = await read_members(archives, BytesSource(data), entries)
            assert list(found) == [entry.path for entry in entries]
            assert found["in.tgz"] == NESTED["in.tgz"]
            assert found["in.tgz!/in.zip!/d"] == FILES["d"]
            assert found["z"] == b"z"

    async def test_a_compressed_tar_is_read_once(self, archives: ArchiveReader) -> None:
        """However many members are wanted, and none of what is behind the last of them."""
        texts = {f"{number:03}.txt": f"text {number}".encode() for number in range(200)}
        files = {name: part for path, text in texts.items() for name, part in ((path, text), (f"{path}.x", NOISE))}
        source = BytesSource(tar_of(files, mode="w:gz"), chunk_bytes=10_000)
        wanted = [entry for entry in (await catalogue(archives, source.data)).entries if entry.path in texts]
        assert await read_members(archives, source, wanted) == texts
        assert source.given_bytes <= source.size_bytes
        assert len(source.opened) == 1

    async def test_what_is_not_wanted_in_a_plain_tar_or_a_zip_is_not_read(self, archives: ArchiveReader) -> None:
        files = {"a": b"a", "big": bytes(20 * MIB), "b": b"b", "large": bytes(20 * MIB), "c": b"c"}
        for data in (tar_of(files), zip_of(files, method=0)):
            source = BytesSource(data, chunk_bytes=MIB)
            wanted = [entry for entry in (await catalogue(archives, data)).entries if len(entry.path) == 1]
            assert await read_members(archives, source, wanted) == {name: name.encode() for name in "abc"}
            assert source.given_bytes < 25 * MIB

    @pytest.mark.parametrize("data", [b"text", b"", gzip_of(b"text"), some_bytes(2 * MIB)])
    async def test_a_source_that_is_no_archive_is_its_own_member(self, archives: ArchiveReader, data: bytes) -> None:
        entries = (await catalogue(archives, data)).entries
        assert await read_members(archives, BytesSource(data, "upload.bin"), entries) == {"upload.bin": data}

    async def test_what_has_no_bytes_or_none_that_can_be_read_says_so(self, archives: ArchiveReader) -> None:
        members = [(tar_info("d", kind=tarfile.DIRTYPE), b""), (tar_info("a", 1), b"a"), (tar_info("b", 1), b"b")]
        data = tar_of(members)
        folder, sealed, plain = (await catalogue(archives, data)).entries
        sealed = dataclasses.replace(sealed, sha256=None, flags=frozenset({MemberFlag.ENCRYPTED}))
        found = await read_members(archives, BytesSource(data), [plain, sealed, folder])
        assert kinds(found) == {"a": MemberUnreadableError, "d": MemberWithoutContentError, "b": b"b"}

    @pytest.mark.parametrize("kind", MAKERS)
    async def test_other_bytes_than_were_catalogued_fail_alone(self, archives: ArchiveReader, kind: str) -> None:
        data = MAKERS[kind]()
        entries = (await catalogue(archives, data)).entries
        first = entries[0]
        for wrong in ({"sha256": Sha256("0" * 64)}, {"size_bytes": first.size_bytes + 1}):
            forged = dataclasses.replace(first, **wrong)
            found = kinds(await read_members(archives, BytesSource(data), [forged, entries[-1]]))
            assert found == {first.path: ArchiveBrokenError, entries[-1].path: (FILES | NESTED)[entries[-1].path]}

    async def test_chunks_are_small_and_bytes_that_are_others_never_come_whole(self, archives: ArchiveReader) -> None:
        data = tar_of(FILES)
        entry = dataclasses.replace((await catalogue(archives, data)).entries[0], sha256=Sha256("0" * 64))
        sizes: list[int] = []

        async def read() -> None:
            async with archives.open_members(BytesSource(data), [entry], ArchiveLimits()) as members:
                async for _, chunks in members:
                    async for chunk in chunks:
                        sizes.append(len(chunk))  # noqa: PERF401 - what came before the error counts

        with pytest.raises(ArchiveBrokenError, match="SHA-256"):
            await read()
        assert 0 < sum(sizes) < entry.size_bytes
        assert max(sizes) <= MIB

    async def test_locations_that_are_not_there_fail_alone(self, archives: ArchiveReader) -> None:
        data = tar_of(FILES)
        first, *_, last = (await catalogue(archives, data)).entries
        strays = [dataclasses.replace(first, location=at, path=str(at)) for at in ((0, 0), (2, 1), (9,), (9, 1))]
        found = kinds(await read_members(archives, BytesSource(data), [*strays, last]))
        assert found == {str(one.location): ArchiveBrokenError for one in strays} | {"e": b"last"}

    @pytest.mark.parametrize("outer", [None, tar_of, zip_of])
    async def test_a_damaged_member_of_a_zip_fails_alone(
        self, archives: ArchiveReader, outer: Callable[[dict[str, bytes]], bytes] | None
    ) -> None:
        whole, broken = zip_of(FILES, method=0), spoiled(zip_of(FILES, method=0), FILES["c"])
        if outer is not None:
            whole, broken = outer({"in.zip": whole, "z": b"z"}), outer({"in.zip": broken, "z": b"z"})
        entries = (await catalogue(archives, whole)).entries
        wanted = [entry for entry in entries if entry.path != "in.zip"]
        found = await read_members(archives, BytesSource(broken), wanted)
        (bad,) = [path for path in found if path.endswith("c")]
        assert kinds(found).pop(bad) is ArchiveChecksumError
        del found[bad]
        assert found == {path: (FILES | NESTED)[path.rpartition("!/")[2]] for path in found}
        assert len(found) == len(wanted) - 1

    async def test_a_damaged_archive_within_an_archive_ends_what_is_in_it_only(self, archives: ArchiveReader) -> None:
        inner = tar_of({"a": b"a", "b": some_bytes(MIB), "c": b"c"}, mode="w:gz")
        broken = inner[: len(inner) // 2] + bytes(100) + inner[len(inner) // 2 + 100 :]
        for make in (lambda files: tar_of(files, mode="w:gz"), zip_of, tar_of):
            entries = (await catalogue(archives, make({"1": b"1", "in.tgz": inner, "2": b"2"}))).entries
            wanted = [entry for entry in entries if entry.path != "in.tgz"]
            source = BytesSource(make({"1": b"1", "in.tgz": broken, "2": b"2"}))
            found = kinds(await read_members(archives, source, wanted))
            assert [found.pop(path) for path in ("1", "in.tgz!/a", "2")] == [b"1", b"a", b"2"]
            assert set(found) == {"in.tgz!/b", "in.tgz!/c"}
            assert all(isinstance(one, type) and issubclass(one, ArchiveError) for one in found.values())

    @pytest.mark.parametrize("mode", ["w", "w:gz"])
    async def test_bytes_that_end_early_end_the_pass_behind_what_was_there(
        self, archives: ArchiveReader, mode: str
    ) -> None:
        files = {"a": b"a", "b": some_bytes(2 * MIB), "c": b"c"}
        data = tar_of(files, mode=mode)
        entries = (await catalogue(archives, data)).entries
        cut = BytesSource(data[: len(data) // 2])
        found: dict[str, object] = {}
        with pytest.raises(ArchiveTruncatedError):
            await _read_into(found, archives, cut, entries)
        assert found == {"a": b"a", "b": ArchiveTruncatedError}

    @pytest.mark.parametrize("mode", ["w:gz", "w:bz2", "w:xz"])
    async def test_damage_to_what_is_compressed_as_a_whole_ends_the_pass(
        self, archives: ArchiveReader, mode: str
    ) -> None:
        files = {"a": b"a", "b": some_bytes(2 * MIB).hex().encode(), "c": b"c"}
        data = tar_of(files, mode=mode)
        entries = (await catalogue(archives, data)).entries
        middle = len(data) // 2
        damaged = BytesSource(data[:middle] + bytes(5000) + data[middle + 5000 :])
        found: dict[str, object] = {}
        with pytest.raises(ArchiveError):
            await _read_into(found, archives, damaged, entries)
        assert found.pop("a", b"a") == b"a", "bzip2 may lose more than what is behind the damage"
        assert all(isinstance(one, type) and issubclass(one, ArchiveError) for one in found.values())
        assert "c" not in found

    async def test_a_limit_that_is_passed_ends_the_pass(self, archives: ArchiveReader) -> None:
        data = tar_of({name: name.encode() * 1000 for name in "abcd"}, mode="w:gz")
        entries = (await catalogue(archives, data)).entries
        with pytest.raises(ArchiveTooLargeError):
            await read_members(archives, BytesSource(data), entries, ArchiveLimits(max_bytes=2500))

    async def test_an_error_of_the_source_comes_through_a_pass(self, archives: ArchiveReader) -> None:
        files = {str(number): some_bytes(20_000, number) for number in range(20)}
        for data in (tar_of(files), tar_of(files, mode="w:gz")):
            entries = (await catalogue(archives, data)).entries
            source = _Failing(data, chunk_bytes=10_000)
            with pytest.raises(StorageUnavailableError):
                await read_members(archives, source, entries)
            assert source.open_now == 0

    async def test_bytes_that_nobody_takes_are_passed_over(self, archives: ArchiveReader) -> None:
        data = tar_of({name: some_bytes(MIB, number) for number, name in enumerate("abcd")}, mode="w:gz")
        entries = (await catalogue(archives, data)).entries
        entries[2] = dataclasses.replace(entries[2], sha256=Sha256("0" * 64))  # nobody gets to know
        seen: list[str] = []
        async with archives.open_members(BytesSource(data), entries, ArchiveLimits()) as members:
            async for entry, chunks in members:
                seen.append(entry.path)
                if entry.path == "b":
                    assert await anext(aiter(chunks))
                if entry.path == "d":
                    assert b"".join([chunk async for chunk in chunks]) == some_bytes(MIB, 3)
        assert seen == list("abcd")

    async def test_a_pass_may_be_left_or_cancelled(self, archives: ArchiveReader) -> None:
        source = BytesSource(tar_of({name: some_bytes(5 * MIB) for name in "abc"}))
        entries = (await catalogue(archives, source.data)).entries
        for number in (0, 1, 2):
            async with archives.open_members(source, entries, ArchiveLimits()) as members:
                iterator = aiter(members)
                for _ in range(number):
                    _, chunks = await anext(iterator)
                    await anext(aiter(chunks))
            assert source.open_now == 0
        began = asyncio.Event()

        async def read() -> None:
            async with archives.open_members(source, entries, ArchiveLimits()) as members:
                async for _, chunks in members:
                    async for _ in chunks:
                        began.set()

        task = asyncio.create_task(read())
        await began.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert source.open_now == 0
        assert len(await read_members(archives, source, entries)) == 3
