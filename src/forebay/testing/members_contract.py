"""What is expected of members of archives: written in parts, shown whole, listed by path."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from forebay.domain.errors import ConflictError, InvalidInputError
from forebay.domain.intake.errors import FileNotFoundInRunError, RunNotFoundError
from forebay.domain.intake.file import StoredFile
from forebay.domain.intake.member import Catalogue, Member, MemberFlag, MemberKind
from forebay.testing.intake_examples import MORNING
from forebay.testing.job_examples import JobRecords, a_catalogue, a_member

ODD_PATHS = [
    "!/nested",
    "100%/a",
    "100_/a",
    "100x/a",
    "A",
    "Z/\\back",
    "Z/_under",
    "a",
    "a b",
    "a!/inner",
    "a.tgz",
    "a.tgz!/x",
    "a/b",
    "a/b/c",
    "ab",
    "z\x01",
    "\x7f",
    "é",
    "ß",
    "東/京",
    "\ud7ff last before the surrogates",
    "\ue000 first behind them",
    "\uffff",
    "\U00010000",
    "🌊/x",
    "\U0010ffff",
    "\U0010ffff\U0010ffff/x",
]
PREFIXES = [
    *("", "a", "a/", "a/b", "100%", "100_", "Z/\\", "Z/_", "🌊/", "東", "z", "\x7f", "nothing", "A" * 5_000),
    *("\ud7ff", "\ue000", "\uffff", "\U0010ffff", "\U0010ffff" * 2, "\U0010ffff" * 3, "a\0", "\ud800"),
]
LONG = "d" * 3_000 + "/" + "ü" * 1_500


class MembersContract:
    """Members by run."""

    async def test_a_member_comes_back_as_it_was_added(self, jobs: JobRecords) -> None:
        file = await jobs.uploaded()
        catalogue = a_catalogue(file)
        plain = a_member(file, "a", catalogue_id=catalogue.id)
        rich = replace(
            a_member(file, "größer 名前 🌊 ' \" \\ %", catalogue_id=catalogue.id),
            location=(3, 0, 12_345),
            stored_path="/../gr\\xfc\\xdfe\n\t",
            kind=MemberKind.SYMLINK,
            size_bytes=2**62,
            sha256=None,
            mtime=None,
            mode=None,
            link_target="../../etc/passwd",
            flags=frozenset(MemberFlag),
        )
        bare = replace(plain, id=uuid4(), location=(), mtime=MORNING - timedelta(days=20_000), mode=2**33)
        await jobs.members(plain, rich, bare)
        await jobs.publish(catalogue)
        async with jobs.open(write=False) as work:
            for member in (plain, rich, bare):
                assert await work.members.get(member.id) == member
            page = await work.members.list(file.run_id, prefix="", after=None, limit=10)
            assert set(page) == {plain, rich, bare}

    async def test_nothing_shows_before_the_catalogue_is_published(self, jobs: JobRecords) -> None:
        file = await jobs.uploaded()
        catalogue = a_catalogue(file, members=3)
        members = [a_member(file, path, catalogue_id=catalogue.id) for path in ("b", "a", "c")]
        for member in members:
            await jobs.members(member)
        async with jobs.open(write=False) as work:
            assert await work.members.catalogue(file.run_id) is None
            with pytest.raises(FileNotFoundInRunError):
                await work.members.get(members[0].id)
        assert await jobs.paths(file.run_id) == []
        await jobs.publish(catalogue)
        await jobs.publish(catalogue)
        assert await jobs.paths(file.run_id) == ["a", "b", "c"]
        async with jobs.open(write=False) as work:
            assert await work.members.catalogue(file.run_id) == catalogue
            assert await work.members.get(members[0].id) == members[0]

    async def test_a_new_catalogue_takes_the_place_of_the_old_one(self, jobs: JobRecords) -> None:
        file = await jobs.uploaded()
        old, old_members = await self._catalogued(jobs, file, ["x", "y"])
        new = replace(a_catalogue(file, members=1), created_at=MORNING + timedelta(days=1))
        await jobs.members(a_member(file, "z", catalogue_id=new.id))
        assert await jobs.paths(file.run_id) == ["x", "y"]
        await jobs.publish(new)
        assert await jobs.paths(file.run_id) == ["z"]
        async with jobs.open(write=False) as work:
            assert await work.members.catalogue(file.run_id) == new
            with pytest.raises(FileNotFoundInRunError):
                await work.members.get(old_members[0].id)
        await jobs.publish(old)
        assert await jobs.paths(file.run_id) == ["x", "y"]

    async def test_what_is_published_without_a_commit_is_not_shown(self, jobs: JobRecords) -> None:
        file = await jobs.uploaded()
        catalogue = a_catalogue(file)
        async with jobs.open() as work:
            await work.members.add([a_member(file, "a", catalogue_id=catalogue.id)])
            await work.members.publish(catalogue)
            assert len(await work.members.list(file.run_id, prefix="", after=None, limit=2)) == 1
        assert await jobs.paths(file.run_id) == []

    async def test_members_need_their_run_and_a_file_of_it(self, jobs: JobRecords) -> None:
        file, other = await jobs.uploaded(), await jobs.uploaded()
        catalogue = a_catalogue(file)
        member = a_member(file, "a", catalogue_id=catalogue.id)
        fine = a_member(file, "b", catalogue_id=catalogue.id)
        with pytest.raises(RunNotFoundError):
            await jobs.members(replace(member, run_id=uuid4()))
        with pytest.raises(FileNotFoundInRunError):
            await jobs.members(fine, replace(member, file_id=uuid4()))
        with pytest.raises(FileNotFoundInRunError):
            await jobs.members(fine, replace(member, file_id=other.id))
        with pytest.raises(RunNotFoundError):
            await jobs.publish(replace(catalogue, run_id=uuid4()))
        await jobs.members(fine)
        with pytest.raises(ConflictError):
            await jobs.members(fine)
        await jobs.members()

    async def test_members_with_text_that_no_database_keeps_are_refused(self, jobs: JobRecords) -> None:
        file = await jobs.uploaded()
        for bad in ("with \0 in it", "half a pair \udc80"):
            with pytest.raises(InvalidInputError):
                await jobs.members(replace(a_member(file, "a", catalogue_id=uuid4()), path=bad))
            with pytest.raises(InvalidInputError):
                await jobs.members(replace(a_member(file, "a", catalogue_id=uuid4()), link_target=bad))

    async def test_paths_are_in_the_order_of_their_code_points(self, jobs: JobRecords) -> None:
        file = await jobs.uploaded()
        await self._catalogued(jobs, file, ODD_PATHS[::-1])
        assert await jobs.paths(file.run_id) == sorted(ODD_PATHS)

    @pytest.mark.parametrize("prefix", PREFIXES, ids=range(len(PREFIXES)))
    async def test_a_prefix_finds_all_that_begins_with_it(self, jobs: JobRecords, prefix: str) -> None:
        file = await jobs.uploaded()
        await self._catalogued(jobs, file, ODD_PATHS)
        await self._catalogued(jobs, await jobs.uploaded(), ODD_PATHS)
        assert await jobs.paths(file.run_id, prefix=prefix) == sorted(p for p in ODD_PATHS if p.startswith(prefix))

    async def test_paths_of_any_length_are_found(self, jobs: JobRecords) -> None:
        file = await jobs.uploaded()
        paths = sorted([LONG, LONG + "a", LONG + "b/c", LONG[:-1], LONG[:401], LONG[:400], LONG[:399], "e", "c"])
        await self._catalogued(jobs, file, paths)
        assert await jobs.paths(file.run_id) == paths
        for prefix in (LONG, LONG + "b", LONG[:400], LONG[:401], LONG[:3_500], LONG + "\U0010ffff"):
            assert await jobs.paths(file.run_id, prefix=prefix) == [p for p in paths if p.startswith(prefix)]
        assert await self._all_pages(jobs, file, prefix="d", size=2) == [p for p in paths if p.startswith("d")]

    @pytest.mark.parametrize("prefix", ["", "a", "dir/"])
    async def test_pages_give_every_member_once_even_with_equal_paths(self, jobs: JobRecords, prefix: str) -> None:
        file = await jobs.uploaded()
        paths = [*ODD_PATHS, *["a"] * 7, *["dir/same"] * 9, *(f"dir/{n:02}" for n in range(15))]
        await self._catalogued(jobs, file, paths)
        expected = sorted(path for path in paths if path.startswith(prefix))
        for size in (1, 4, len(expected)):
            assert await self._all_pages(jobs, file, prefix=prefix, size=size) == expected

    async def test_a_place_outside_of_the_prefix_is_before_or_behind_it(self, jobs: JobRecords) -> None:
        file = await jobs.uploaded()
        await self._catalogued(jobs, file, ["a/1", "b/1", "b/2", "c/1"])
        assert await jobs.paths(file.run_id, prefix="b/", after=("a", uuid4())) == ["b/1", "b/2"]
        assert await jobs.paths(file.run_id, prefix="b/", after=("c", uuid4())) == []
        assert await jobs.paths(file.run_id, after=("b/1", UUID(int=0))) == ["b/1", "b/2", "c/1"]
        assert await jobs.paths(file.run_id, after=("b/1", UUID(int=2**128 - 1))) == ["b/2", "c/1"]

    async def test_thousands_come_in_one_call(self, jobs: JobRecords) -> None:
        file = await jobs.uploaded()
        paths = [f"dir{n % 10}/file{n:05}" for n in range(3_500)]
        await self._catalogued(jobs, file, paths)
        assert await jobs.paths(file.run_id) == sorted(paths)

    async def test_what_is_not_in_the_catalogue_is_discarded_in_portions(self, jobs: JobRecords) -> None:
        file, other = await jobs.uploaded(), await jobs.uploaded()
        await self._catalogued(jobs, file, [f"old {n}" for n in range(7)])
        await self._catalogued(jobs, file, ["new"])
        await jobs.members(*(a_member(file, f"never {n}", catalogue_id=uuid4()) for n in range(4)))
        await self._catalogued(jobs, other, ["other"])
        gone = [await self._discard(jobs, file.run_id, limit=3) for _ in range(5)]
        assert gone == [3, 3, 3, 2, 0]
        assert await jobs.paths(file.run_id) == ["new"]
        assert await jobs.paths(other.run_id) == ["other"]
        uncatalogued = await jobs.uploaded()
        await jobs.members(a_member(uncatalogued, "a", catalogue_id=uuid4()))
        assert await self._discard(jobs, uncatalogued.run_id, limit=10) == 1
        assert await self._discard(jobs, uuid4(), limit=10) == 0

    async def test_members_go_with_their_run(self, jobs: JobRecords) -> None:
        file, other = await jobs.uploaded(), await jobs.uploaded()
        _, members = await self._catalogued(jobs, file, ["a", "b"])
        await jobs.members(a_member(file, "not shown", catalogue_id=uuid4()))
        await self._catalogued(jobs, other, ["a"])
        await jobs.delete_run(file.run_id)
        async with jobs.open(write=False) as work:
            assert await work.members.catalogue(file.run_id) is None
            with pytest.raises(FileNotFoundInRunError):
                await work.members.get(members[0].id)
        assert await self._discard(jobs, file.run_id, limit=10) == 0
        assert await jobs.paths(other.run_id) == ["a"]

    async def _catalogued(self, jobs: JobRecords, file: StoredFile, paths: list[str]) -> tuple[Catalogue, list[Member]]:
        catalogue = a_catalogue(file, members=len(paths))
        members = [a_member(file, path, catalogue_id=catalogue.id) for path in paths]
        await jobs.members(*members)
        await jobs.publish(catalogue)
        return catalogue, members

    async def _all_pages(self, jobs: JobRecords, file: StoredFile, *, prefix: str, size: int) -> list[str]:
        seen: list[Member] = []
        while len(seen) < 1_000:
            after = (seen[-1].path, seen[-1].id) if seen else None
            async with jobs.open(write=False) as work:
                page = await work.members.list(file.run_id, prefix=prefix, after=after, limit=size)
            seen += page
            if len(page) < size:
                break
        assert len({member.id for member in seen}) == len(seen)
        return [member.path for member in seen]

    async def _discard(self, jobs: JobRecords, run_id: UUID, *, limit: int) -> int:
        async with jobs.open() as work:
            count = await work.members.discard(run_id, limit=limit)
            await work.commit()
        return count
