"""Lists of runs: whole, in order, a page at a time, whatever arrives meanwhile."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forebay.application.intake.list_runs import ListRunsQuery
from forebay.application.intake.results import RunWithFiles
from forebay.application.ports.intake import RunFilter
from forebay.domain.errors import CursorError, InvalidInputError
from forebay.domain.intake.errors import UploadInterruptedError
from forebay.domain.intake.run import RunStatus, RunType
from forebay.domain.paging import SortOrder
from tests.unit.intake.rig import Rig
from tests.unit.intake.sources import ARCHIVE, ScriptedSource, archive

DESC, ASC = SortOrder.DESC, SortOrder.ASC


async def some_runs(rig: Rig, count: int) -> list[RunWithFiles]:
    return [
        (await rig.upload(ScriptedSource(archive(100, seed), details=replace(ARCHIVE, label=f"n{seed}")))).stored
        for seed in range(count)
    ]


async def every_page(rig: Rig, query: ListRunsQuery) -> list[tuple[RunWithFiles, ...]]:
    pages = []
    while True:
        page = await rig.list_runs(query)
        pages.append(page.items)
        if page.next_cursor is None:
            return pages
        query = replace(query, cursor=page.next_cursor)


async def test_without_runs_there_is_one_empty_page(rig: Rig) -> None:
    page = await rig.list_runs(ListRunsQuery())
    assert (page.items, page.next_cursor) == ((), None)


async def test_the_newest_run_comes_first_with_its_file(rig: Rig) -> None:
    runs = await some_runs(rig, 3)
    page = await rig.list_runs(ListRunsQuery())
    assert page.items == tuple(reversed(runs))
    assert page.next_cursor is None


@given(count=st.integers(0, 9), limit=st.integers(1, 10), order=st.sampled_from(SortOrder))
async def test_pages_together_are_the_whole_list(count: int, limit: int, order: SortOrder) -> None:
    rig = Rig()
    runs = await some_runs(rig, count)
    pages = await every_page(rig, ListRunsQuery(limit=limit, order=order))
    listed = [item for page in pages for item in page]
    assert listed == (runs if order is ASC else runs[::-1])
    assert [len(page) for page in pages[:-1]] == [limit] * (len(pages) - 1)
    assert len(pages) == max(1, -(-count // limit))


async def test_runs_born_in_the_same_moment_are_neither_repeated_nor_hidden(rig: Rig) -> None:
    runs = await some_runs(rig, 5)
    birth = runs[0].run.created_at
    rig.database.state.runs.update({item.run.id: replace(item.run, created_at=birth) for item in runs})
    for order in SortOrder:
        listed = [item.run.id for page in await every_page(rig, ListRunsQuery(limit=2, order=order)) for item in page]
        assert sorted(listed) == sorted(item.run.id for item in runs)


@pytest.mark.parametrize("order", SortOrder)
async def test_runs_that_arrive_or_go_meanwhile_neither_repeat_nor_hide_one(rig: Rig, order: SortOrder) -> None:
    runs = await some_runs(rig, 6)
    in_order = runs if order is ASC else runs[::-1]
    first = await rig.list_runs(ListRunsQuery(limit=2, order=order))
    assert list(first.items) == in_order[:2]
    await rig.delete_run(in_order[1].run.id)
    later = (await rig.upload(ScriptedSource(archive(100, 99)))).stored
    rest = await every_page(rig, ListRunsQuery(limit=2, order=order, cursor=first.next_cursor))
    expected = in_order[2:] + ([later] if order is ASC else [])
    assert [item for page in rest for item in page] == expected


async def test_a_filter_holds_on_every_page(rig: Rig) -> None:
    await some_runs(rig, 4)
    for seed in range(3):
        details = replace(ARCHIVE, type=RunType.APP_BUNDLE, label="Nightly Build", owner="ops")
        await rig.upload(ScriptedSource(archive(100, 50 + seed), details=details))
    with pytest.raises(UploadInterruptedError):
        await rig.upload(ScriptedSource(archive(100), UploadInterruptedError()))
    for where in (
        RunFilter(type=RunType.APP_BUNDLE),
        RunFilter(label="LY BU"),
        RunFilter(owner="ops", status=RunStatus.STORED),
    ):
        pages = await every_page(rig, ListRunsQuery(where=where, limit=2))
        assert [len(page) for page in pages] == [2, 1]
        assert all(item.run.type is RunType.APP_BUNDLE for page in pages for item in page)
    failed = await rig.list_runs(ListRunsQuery(where=RunFilter(status=RunStatus.FAILED)))
    assert [item.files for item in failed.items] == [()]


async def test_the_time_of_birth_is_a_window_with_its_beginning_and_without_its_end(rig: Rig) -> None:
    runs = await some_runs(rig, 3)
    middle = runs[1].run.created_at
    after = await rig.list_runs(ListRunsQuery(where=RunFilter(created_after=middle)))
    before = await rig.list_runs(ListRunsQuery(where=RunFilter(created_before=middle)))
    assert after.items == (runs[2], runs[1])
    assert before.items == (runs[0],)
    nothing = RunFilter(created_after=middle, created_before=middle - timedelta(seconds=1))
    assert (await rig.list_runs(ListRunsQuery(where=nothing))).items == ()


async def test_a_cursor_of_the_other_order_is_refused(rig: Rig) -> None:
    await some_runs(rig, 2)
    page = await rig.list_runs(ListRunsQuery(limit=1, order=DESC))
    with pytest.raises(CursorError, match="keep order the same"):
        await rig.list_runs(ListRunsQuery(limit=1, order=ASC, cursor=page.next_cursor))


@pytest.mark.parametrize("cursor", ["", "x", "null", "0" * 34, "ä", "\0", "x" * 100_000])
async def test_what_is_no_cursor_is_refused_before_the_database_is_asked(rig: Rig, cursor: str) -> None:
    with pytest.raises(CursorError):
        await rig.list_runs(ListRunsQuery(cursor=cursor))
    assert rig.faults.calls == []


@pytest.mark.parametrize("limit", [0, -1, 1001])
async def test_a_limit_out_of_bounds_is_refused(rig: Rig, limit: int) -> None:
    with pytest.raises(InvalidInputError, match="expected 1 to 1000"):
        await rig.list_runs(ListRunsQuery(limit=limit))
