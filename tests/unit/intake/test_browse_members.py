"""What is inside a run as a tree: one folder at a time, in pages, exactly what lies in it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from forebay.application.intake.browse_members import BrowseQuery
from forebay.application.intake.member_cursor import encode_member_cursor
from forebay.domain.errors import CursorError, InvalidInputError
from forebay.domain.intake.errors import RunNotFoundError
from forebay.domain.intake.file import StoredFile
from forebay.domain.intake.member import Member, MemberEntry, MemberKind
from forebay.domain.paging import encode_id_cursor
from tests.unit.intake.archives import entry
from tests.unit.intake.rig import Rig
from tests.unit.intake.sources import ScriptedSource, archive

NAMES = st.text(["a", "b", "-", "0", "!", ".", "\U0010ffff"], min_size=1, max_size=2)
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join)
KINDS = st.sampled_from([MemberKind.FILE, MemberKind.FILE, MemberKind.DIRECTORY, MemberKind.SYMLINK])
ENTRIES = st.lists(st.builds(entry, PATHS, kind=KINDS), max_size=25)


@dataclass
class Folder:
    """A folder as somebody who unpacks would see it; of two members with one path both."""

    folders: dict[str, "Folder"] = field(default_factory=dict)
    members: list[Member] = field(default_factory=list)

    def add(self, name: str, member: Member) -> None:
        head, slash, rest = name.partition("/")
        if slash:
            self.folders.setdefault(head, Folder()).add(rest, member)
        elif member.kind is MemberKind.DIRECTORY:
            self.folders.setdefault(head, Folder())
        else:
            self.members.append(member)


async def an_archive(rig: Rig, entries: Sequence[MemberEntry]) -> tuple[StoredFile, list[Member]]:
    (upload,) = (await rig.upload(ScriptedSource(archive(100)))).stored.files
    return upload, await rig.catalogue(upload, entries)


async def browsed(rig: Rig, query: BrowseQuery) -> tuple[list[str], list[Member]]:
    """All pages together. Each is full but the last, which is empty only if there is nothing at all."""
    folders: list[str] = []
    members: list[Member] = []
    while True:
        page = await rig.browse_members(query)
        size = len(page.folders) + len(page.members)
        assert size == query.limit if page.next_cursor is not None else size <= query.limit
        assert size > 0 or query.cursor is None
        folders += page.folders
        members += page.members
        if page.next_cursor is None:
            return folders, members
        query = replace(query, cursor=page.next_cursor)


async def assert_is(rig: Rig, upload: StoredFile, folder: Folder, prefix: str, limit: int) -> None:
    folders, members = await browsed(rig, BrowseQuery(run_id=upload.run_id, prefix=prefix, limit=limit))
    assert sorted(folders) == sorted(f"{prefix}{name}/" for name in folder.folders)
    assert members == sorted(folder.members, key=lambda member: (member.path, member.id))
    for name, inner in folder.folders.items():
        await assert_is(rig, upload, inner, f"{prefix}{name}/", limit)


@given(ENTRIES, st.integers(1, 8))
@example([entry("a", kind=MemberKind.DIRECTORY), entry("a-b"), entry("a/c")], 1)
@example([entry("a", kind=MemberKind.DIRECTORY), entry("a", kind=MemberKind.DIRECTORY)], 1)
@example([entry("a", kind=MemberKind.DIRECTORY), entry("a"), entry("a", kind=MemberKind.DIRECTORY)], 1)
@example([entry("a/\U0010ffffb"), entry("b")], 1)
async def test_every_folder_shows_what_lies_in_it_whatever_the_size_of_a_page(
    entries: list[MemberEntry], limit: int
) -> None:
    rig = Rig()
    upload, members = await an_archive(rig, entries)
    root = Folder()
    for member in members:
        root.add(member.path, member)
    await assert_is(rig, upload, root, "", limit)


@pytest.mark.parametrize("limit", [1, 7, 49, 50, 51, 1000])
async def test_folders_with_many_members_and_many_folders_are_shown_once_each(rig: Rig, limit: int) -> None:
    full = [entry(f"full/{number:03}") for number in range(120)]
    beside = [entry(f"full-{number:03}") for number in range(60)]
    empty = [entry(f"empty/{number:03}", kind=MemberKind.DIRECTORY) for number in range(60)]
    folder = [entry("full", kind=MemberKind.DIRECTORY), entry("empty", kind=MemberKind.DIRECTORY)]
    upload, _ = await an_archive(rig, [*full, *beside, *empty, *folder])
    folders, members = await browsed(rig, BrowseQuery(run_id=upload.run_id, limit=limit))
    assert (folders, [member.path for member in members]) == (["empty/", "full/"], [one.path for one in beside])
    folders, members = await browsed(rig, BrowseQuery(run_id=upload.run_id, prefix="empty/", limit=limit))
    assert (folders, members) == ([f"{one.path}/" for one in empty], [])
    folders, members = await browsed(rig, BrowseQuery(run_id=upload.run_id, prefix="full/", limit=limit))
    assert (folders, [member.path for member in members]) == ([], [one.path for one in full])


async def test_a_page_of_folders_costs_a_few_statements_and_not_one_for_each(rig: Rig) -> None:
    entries = [entry(f"d{number:04}", kind=MemberKind.DIRECTORY) for number in range(1000)]
    upload, _ = await an_archive(rig, entries)
    asked = 0
    async with rig.units(write=False) as work:
        kind = type(work.members)
    original = kind.list

    async def counted(*args: object, **options: object) -> object:
        nonlocal asked
        asked += 1
        return await original(*args, **options)  # type: ignore[arg-type]  # whatever the port is asked

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kind, "list", counted)
        page = await rig.browse_members(BrowseQuery(run_id=upload.run_id, limit=1000))
    assert len(page.folders) == 1000
    assert asked <= 100


async def test_a_folder_inside_an_inner_archive_is_a_folder_like_any_other(rig: Rig) -> None:
    upload, members = await an_archive(rig, [entry("inner.tgz"), entry("inner.tgz!/a/b")])
    page = await rig.browse_members(BrowseQuery(run_id=upload.run_id))
    assert (page.folders, page.members) == (("inner.tgz!/",), (members[0],))
    page = await rig.browse_members(BrowseQuery(run_id=upload.run_id, prefix="inner.tgz!/a/"))
    assert (page.folders, page.members) == ((), (members[1],))


async def test_what_no_page_gave_is_no_cursor(rig: Rig) -> None:
    upload, _ = await an_archive(rig, [entry("a")])
    good = encode_member_cursor(("a", upload.id))
    for cursor in ("", "m.", "m.AA", good + "=", good[:-1], encode_id_cursor(upload.id), "m.é"):
        with pytest.raises(CursorError):
            await rig.browse_members(BrowseQuery(run_id=upload.run_id, cursor=cursor))


async def test_a_run_that_does_not_exist_is_not_found_and_a_limit_has_bounds(rig: Rig) -> None:
    upload, _ = await an_archive(rig, [])
    page = await rig.browse_members(BrowseQuery(run_id=upload.run_id))
    assert (page.folders, page.members, page.next_cursor) == ((), (), None)
    with pytest.raises(RunNotFoundError):
        await rig.browse_members(BrowseQuery(run_id=upload.id))
    with pytest.raises(InvalidInputError):
        await rig.browse_members(BrowseQuery(run_id=upload.run_id, limit=0))
