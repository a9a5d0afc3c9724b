"""Files of a run: listed in order, and their bytes read whole or in part."""

import base64
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forebay.application.intake.list_files import ListFilesQuery
from forebay.application.intake.list_runs import ListRunsQuery
from forebay.domain.errors import CursorError, InvalidInputError
from forebay.domain.intake.archive_errors import MemberUnreadableError, MemberWithoutContentError
from forebay.domain.intake.errors import FileNotFoundInRunError, RunNotFoundError
from forebay.domain.intake.file import FileRole, StoredFile
from forebay.domain.intake.member import Member, MemberFlag, MemberKind
from tests.unit.intake.archives import content_of, entry
from tests.unit.intake.rig import Rig
from tests.unit.intake.sources import SMALL, ScriptedSource, archive

Found = StoredFile | Member


async def a_run_with_members(rig: Rig, paths: Sequence[str]) -> tuple[UUID, list[Found]]:
    """An upload and what is inside, as they are to be listed."""
    stored = (await rig.upload(ScriptedSource(archive(100)))).stored
    members = await rig.catalogue(stored.files[0], [entry(path) for path in paths])
    return stored.run.id, [*stored.files, *sorted(members, key=lambda member: (member.path, member.id))]


async def all_pages(rig: Rig, query: ListFilesQuery) -> list[Found]:
    listed: list[Found] = []
    while True:
        page = await rig.list_files(query)
        assert len(page.items) == query.limit or (page.items and page.next_cursor is None) or not listed
        listed += page.items
        if page.next_cursor is None:
            return listed
        query = replace(query, cursor=page.next_cursor)


@given(paths=st.lists(st.text("ab/\U0010ffff", min_size=1, max_size=3), max_size=8), limit=st.integers(1, 10))
async def test_pages_together_are_the_upload_and_then_all_members_by_path(paths: list[str], limit: int) -> None:
    rig = Rig()
    run_id, files = await a_run_with_members(rig, paths)
    await a_run_with_members(rig, ["of another run"])
    assert await all_pages(rig, ListFilesQuery(run_id=run_id, limit=limit)) == files
    for prefix in {path[:1] for path in paths} | {"app"}:
        fitting = [file for file in files if file.path.startswith(prefix)]
        assert await all_pages(rig, ListFilesQuery(run_id=run_id, limit=limit, prefix=prefix)) == fitting


async def test_a_role_selects(rig: Rig) -> None:
    run_id, files = await a_run_with_members(rig, ["a", "b"])
    for limit in (1, 2, 3):
        uploads = await all_pages(rig, ListFilesQuery(run_id=run_id, role=FileRole.UPLOAD, limit=limit))
        members = await all_pages(rig, ListFilesQuery(run_id=run_id, role=FileRole.MEMBER, limit=limit))
        assert (uploads, members) == (files[:1], files[1:])


async def test_what_was_attached_to_messages_is_listed_between_uploads_and_members(rig: Rig) -> None:
    run_id, files = await a_run_with_members(rig, ["a", "b"])
    upload = files[0]
    assert isinstance(upload, StoredFile)
    attached = [
        replace(upload, id=rig.ids.new_id(), path=f"mail.eml!/{name}.pdf", role=FileRole.MEMBER) for name in "xyz"
    ]
    async with rig.units() as work:
        for file in attached:
            await work.files.add(file)
        await work.commit()
    for limit in (1, 2, 3, 4):
        assert await all_pages(rig, ListFilesQuery(run_id=run_id, limit=limit)) == [upload, *attached, *files[1:]]
        of_role = await all_pages(rig, ListFilesQuery(run_id=run_id, role=FileRole.MEMBER, limit=limit))
        assert of_role == [*attached, *files[1:]]
        assert await all_pages(rig, ListFilesQuery(run_id=run_id, role=FileRole.UPLOAD, limit=limit)) == [upload]
    assert await all_pages(rig, ListFilesQuery(run_id=run_id, prefix="mail.eml!/y")) == [attached[1]]
    assert (await rig.get_run(run_id)).files == (upload,)
    await rig.delete_run(run_id)
    await rig.assert_tidy()


async def test_only_the_newest_catalogue_is_shown(rig: Rig) -> None:
    run_id, files = await a_run_with_members(rig, ["old"])
    assert isinstance(files[0], StoredFile)
    new = await rig.catalogue(files[0], [entry("new")])
    assert await all_pages(rig, ListFilesQuery(run_id=run_id)) == [files[0], *new]
    with pytest.raises(FileNotFoundInRunError):
        await rig.read_file(files[1].id)


async def test_a_run_and_a_list_of_runs_show_what_was_sent_and_not_what_was_found_in_it(rig: Rig) -> None:
    run_id, files = await a_run_with_members(rig, [*"abcde"])
    assert (await rig.get_run(run_id)).files == tuple(files[:1])
    assert [item.files for item in (await rig.list_runs(ListRunsQuery())).items] == [tuple(files[:1])]


async def test_the_files_of_a_run_that_does_not_exist_are_not_found(rig: Rig) -> None:
    with pytest.raises(RunNotFoundError):
        await rig.list_files(ListFilesQuery(run_id=uuid4()))
    with pytest.raises(RunNotFoundError):
        await rig.get_run(uuid4())


@given(st.text() | st.binary(max_size=24).map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
async def test_what_no_list_gave_is_no_cursor(cursor: str) -> None:
    with pytest.raises(CursorError) as refused:
        await Rig().list_files(ListFilesQuery(run_id=uuid4(), cursor=cursor))
    assert refused.value.field == "cursor"


async def test_another_spelling_of_a_cursor_is_no_cursor(rig: Rig) -> None:
    run_id, _ = await a_run_with_members(rig, ["a"])
    cursor = (await rig.list_files(ListFilesQuery(run_id=run_id, limit=1))).next_cursor
    assert cursor is not None
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".index(cursor[-1])
    other_unused_bits = cursor[:-1] + "BRhx"[last // 16]
    for spelling in (cursor + "==", other_unused_bits):
        with pytest.raises(CursorError):
            await rig.list_files(ListFilesQuery(run_id=run_id, cursor=spelling))


async def test_a_cursor_of_another_role_is_refused(rig: Rig) -> None:
    run_id, _ = await a_run_with_members(rig, ["a", "b"])
    among_uploads = (await rig.list_files(ListFilesQuery(run_id=run_id, limit=1))).next_cursor
    among_members = (await rig.list_files(ListFilesQuery(run_id=run_id, limit=2))).next_cursor
    for role, cursor in ((FileRole.MEMBER, among_uploads), (FileRole.UPLOAD, among_members)):
        with pytest.raises(CursorError, match="keep role the same") as refused:
            await rig.list_files(ListFilesQuery(run_id=run_id, role=role, cursor=cursor))
        assert refused.value.field == "cursor"


@pytest.mark.parametrize("limit", [0, 1001])
async def test_a_limit_out_of_bounds_is_refused(rig: Rig, limit: int) -> None:
    with pytest.raises(InvalidInputError, match="expected 1 to 1000"):
        await rig.list_files(ListFilesQuery(run_id=uuid4(), limit=limit))


@pytest.mark.parametrize(
    ("start", "stop"), [(0, None), (0, 1), (10, 20), (SMALL, None), (0, 10**9), (10**9, None), (5, 5)]
)
async def test_a_part_of_a_file_is_that_part(rig: Rig, start: int, stop: int | None) -> None:
    data = archive(2 * SMALL)
    file = (await rig.upload(ScriptedSource(data))).stored.files[0]
    readable = await rig.read_file(file.id)
    assert readable.file == file
    async with readable.open(start=start, stop=stop) as chunks:
        assert b"".join([chunk async for chunk in chunks]) == data[start:stop]


async def test_a_file_of_a_second_copy_reads_the_first_ones_bytes(rig: Rig) -> None:
    data = archive(1000)
    await rig.upload(ScriptedSource(data))
    file = (await rig.upload(ScriptedSource(data, file_name="copy.tgz"))).stored.files[0]
    async with (await rig.read_file(file.id)).open() as chunks:
        assert b"".join([chunk async for chunk in chunks]) == data


async def test_a_file_that_does_not_exist_is_not_found(rig: Rig) -> None:
    with pytest.raises(FileNotFoundInRunError):
        await rig.read_file(uuid4())


async def test_a_member_is_read_like_a_file_and_has_its_own_digest_and_size(rig: Rig) -> None:
    _, (_, member) = await a_run_with_members(rig, ["etc/a.conf"])
    readable = await rig.read_file(member.id)
    assert (readable.file.role, readable.file.path, readable.file.sha256) == (
        FileRole.MEMBER,
        "etc/a.conf",
        member.sha256,
    )
    async with readable.open(start=5, stop=9) as chunks:
        assert b"".join([chunk async for chunk in chunks]) == content_of("etc/a.conf")[5:9]


async def test_a_member_without_bytes_or_with_bytes_that_nobody_can_read_says_so(rig: Rig) -> None:
    (upload,) = (await rig.upload(ScriptedSource(archive(100)))).stored.files
    folder, locked = await rig.catalogue(
        upload,
        [entry("etc", kind=MemberKind.DIRECTORY), entry("key", flags=frozenset({MemberFlag.ENCRYPTED}))],
    )
    with pytest.raises(MemberWithoutContentError, match="etc is a directory"):
        await rig.read_file(folder.id)
    with pytest.raises(MemberUnreadableError, match="key cannot be read: encrypted"):
        await rig.read_file(locked.id)
