"""Files of a run: listed in order, and their bytes read whole or in part."""

import base64
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forebay.application.intake.list_files import ListFilesQuery
from forebay.application.intake.list_runs import ListRunsQuery
from forebay.domain.errors import CursorError, InvalidInputError
from forebay.domain.intake.errors import FileNotFoundInRunError, RunNotFoundError
from forebay.domain.intake.file import FileRole, StoredFile
from tests.unit.intake.rig import Rig
from tests.unit.intake.sources import SMALL, ScriptedSource, archive


async def a_run_with_members(rig: Rig, members: int) -> tuple[UUID, list[StoredFile]]:
    """An upload and files found in it, as a later stage records them."""
    stored = (await rig.upload(ScriptedSource(archive(100)))).stored
    files = list(stored.files)
    async with rig.units() as work:
        for number in range(members):
            member = replace(stored.files[0], id=rig.ids.new_id(), path=f"m/{number}", role=FileRole.MEMBER)
            await work.files.add(member)
            files.append(member)
        await work.commit()
    return stored.run.id, files


@given(members=st.integers(0, 7), limit=st.integers(1, 8))
async def test_pages_together_are_all_files_in_the_order_of_their_recording(members: int, limit: int) -> None:
    rig = Rig()
    run_id, files = await a_run_with_members(rig, members)
    await rig.upload(ScriptedSource(archive(100, 1)))
    listed: list[StoredFile] = []
    query = ListFilesQuery(run_id=run_id, limit=limit)
    while True:
        page = await rig.list_files(query)
        assert len(page.items) <= limit
        listed += page.items
        if page.next_cursor is None:
            break
        query = replace(query, cursor=page.next_cursor)
    assert listed == files


async def test_a_role_selects(rig: Rig) -> None:
    run_id, files = await a_run_with_members(rig, 2)
    uploads = await rig.list_files(ListFilesQuery(run_id=run_id, role=FileRole.UPLOAD))
    members = await rig.list_files(ListFilesQuery(run_id=run_id, role=FileRole.MEMBER))
    assert (list(uploads.items), list(members.items)) == (files[:1], files[1:])


async def test_a_run_and_a_list_of_runs_show_what_was_sent_and_not_what_was_found_in_it(rig: Rig) -> None:
    run_id, files = await a_run_with_members(rig, 5)
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
    run_id, _ = await a_run_with_members(rig, 1)
    cursor = (await rig.list_files(ListFilesQuery(run_id=run_id, limit=1))).next_cursor
    assert cursor is not None
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".index(cursor[-1])
    other_unused_bits = cursor[:-1] + "BRhx"[last // 16]
    for spelling in (cursor + "==", other_unused_bits):
        with pytest.raises(CursorError):
            await rig.list_files(ListFilesQuery(run_id=run_id, cursor=spelling))


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
