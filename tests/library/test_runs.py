"""Runs and files: pages, all of them, one of them, none."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import uuid4

import pytest

from forebay import (
    FileRole,
    Forebay,
    InvalidInputError,
    NotFoundError,
    Run,
    RunStatus,
    RunType,
    SortOrder,
    __version__,
)
from forebay.domain.errors import CursorError
from forebay.domain.intake.errors import (
    FileNotFoundInRunError,
    InvalidFieldError,
    RunNotFoundError,
    UnknownRunTypeError,
)
from tests.library.contents import SMALL


async def _upload(forebay: Forebay, number: int, run_type: str = "document", owner: str | None = None) -> Run:
    content = b"%d " % number + SMALL
    return (await forebay.upload(content, type=run_type, name=f"{number}.txt", label=f"No {number}", owner=owner)).run


async def test_runs_come_newest_first_and_page_by_page(forebay: Forebay) -> None:
    made = [await _upload(forebay, number) for number in range(5)]
    first = await forebay.list_runs(limit=2)
    second = await forebay.list_runs(limit=2, cursor=first.next_cursor)
    last = await forebay.list_runs(limit=2, cursor=second.next_cursor)
    assert [*first.items, *second.items, *last.items] == made[::-1]
    assert last.next_cursor is None
    assert [run async for run in forebay.runs()] == made[::-1]
    assert [run async for run in forebay.runs(order=SortOrder.ASC)] == made


async def test_iterating_goes_over_all_pages(forebay: Forebay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("forebay.entrypoints.library.asynchronous.MAX_LIMIT", 2)
    made = [await _upload(forebay, number) for number in range(5)]
    assert [run async for run in forebay.runs(order=SortOrder.ASC)] == made
    assert [file async for file in forebay.files(made[0].id)] == list(made[0].files)


async def test_filters_narrow_both_pages_and_iteration(forebay: Forebay) -> None:
    document = await _upload(forebay, 1, owner="ops")
    conf = await _upload(forebay, 2, "single_conf")

    async def found(**where: object) -> list[Run]:
        page = await forebay.list_runs(**where)  # type: ignore[arg-type]  # the cases below have the right types
        runs = [run async for run in forebay.runs(**where)]  # type: ignore[arg-type]  # as above
        assert list(page.items) == runs
        return runs

    assert await found(type="document") == [document]
    assert await found(type=RunType.SINGLE_CONF) == [conf]
    assert await found(status=RunStatus.STORED) == [conf, document]
    assert await found(status="failed") == []
    assert await found(label="nO 1") == [document]
    assert await found(owner="ops") == [document]
    assert await found(created_after=conf.created_at) == [conf]
    assert await found(created_before=conf.created_at) == [document]
    assert await found(type=None, status=None, label=None, owner=None) == [conf, document]


async def test_times_without_a_zone_are_utc(forebay: Forebay) -> None:
    run = await _upload(forebay, 1)
    elsewhere = run.created_at.astimezone(timezone(timedelta(hours=5)))
    for same in (run.created_at, elsewhere, run.created_at.replace(tzinfo=None)):
        assert [found.id async for found in forebay.runs(created_after=same)] == [run.id]
        assert [found.id async for found in forebay.runs(created_before=same)] == []
    assert run.created_at.tzinfo is UTC
    assert datetime.now(UTC) - run.created_at < timedelta(minutes=5)


async def test_what_is_wrong_with_a_question_is_said(forebay: Forebay) -> None:
    with pytest.raises(InvalidInputError, match="expected 1 to 1000"):
        await forebay.list_runs(limit=0)
    with pytest.raises(CursorError):
        await forebay.list_runs(cursor="nonsense")
    with pytest.raises(UnknownRunTypeError):
        await forebay.list_runs(type="nonsense")
    with pytest.raises(InvalidFieldError, match="expected one of pending, stored"):
        await forebay.list_runs(status="nonsense")
    with pytest.raises(TypeError, match="unexpected keyword argument 'colour'"):
        await forebay.list_runs(colour="red")  # type: ignore[call-arg]  # on purpose
    with pytest.raises(InvalidFieldError, match="is not a UUID"):
        await forebay.get_run("7")


async def test_files_of_a_run(forebay: Forebay) -> None:
    run = await _upload(forebay, 1)
    page = await forebay.list_files(str(run.id))
    assert page.items == run.files
    assert page.next_cursor is None
    assert (await forebay.list_files(run.id, role=FileRole.MEMBER)).items == ()
    with pytest.raises(RunNotFoundError):
        await forebay.list_files(uuid4())


async def test_a_deleted_run_is_gone_and_bytes_go_with_the_last_run_that_has_them(forebay: Forebay) -> None:
    one = (await forebay.upload(SMALL, type="document", name="a.txt")).run
    two = (await forebay.upload(SMALL, type="document", name="b.txt")).run
    await forebay.delete_run(one.id)
    with pytest.raises(NotFoundError):
        await forebay.get_run(one.id)
    with pytest.raises(FileNotFoundInRunError):
        await forebay.read_file(one.files[0].id)
    assert await forebay.read_file(two.files[0].id) == SMALL
    await forebay.delete_run(str(two.id))
    with pytest.raises(RunNotFoundError):
        await forebay.delete_run(two.id)
    assert (await forebay.sweep(dry_run=True)).orphan_objects == 0


async def test_health_names_the_parts_that_can_be_asked(forebay: Forebay) -> None:
    report = await forebay.health()
    assert report.ok
    assert "storage" in {part.name for part in report.parts}


async def test_the_system_says_what_this_is_and_that_nothing_secret_is_in_it(forebay: Forebay) -> None:
    report = await forebay.system()
    assert report.installation.version == __version__
    assert report.installation.worker is None
    assert report.activity is not None
    assert report.activity.workers == ()
    shown = {one.name: one.value for one in report.installation.settings}
    assert shown["FOREBAY_SIGNING_KEY"] in {"", "***"}


async def test_a_role_may_be_given_as_text(forebay: Forebay) -> None:
    run = (await forebay.upload(b"text\n", type="document", name="a.txt")).run
    assert [file.path async for file in forebay.files(run.id, role="upload")] == ["a.txt"]
    assert [file.path async for file in forebay.files(run.id, role="member")] == []
    with pytest.raises(InvalidFieldError, match="upload, member"):
        await forebay.list_files(run.id, role="nope")


@pytest.mark.parametrize("order", ["newest", "", "DESC"])
async def test_an_order_that_there_is_not_is_refused_with_those_there_are(forebay: Forebay, order: str) -> None:
    for pages in (forebay.list_runs(order=order), forebay.list_jobs(order=order)):
        with pytest.raises(InvalidFieldError, match="expected one of desc, asc") as refused:
            await pages
        assert refused.value.field == "order"


async def test_orders_may_be_given_as_text(forebay: Forebay) -> None:
    made = [await _upload(forebay, number) for number in range(3)]
    assert [run async for run in forebay.runs(order="asc")] == made
    assert list((await forebay.list_runs(order="desc")).items) == made[::-1]
    assert [job.run_id async for job in forebay.jobs(order="asc")] == [run.id for run in made]


@pytest.mark.parametrize("text", ["caf\udce9", "a\0b"])
async def test_what_is_no_text_is_refused(forebay: Forebay, text: str) -> None:
    """As file names of the system's that are not UTF-8 are, in Python."""
    run = await _upload(forebay, 1)
    for field, answer in (
        ("prefix", forebay.list_files(run.id, prefix=text)),
        ("folder", forebay.browse(run.id, text)),
        ("label", forebay.list_runs(label=text)),
        ("kind", forebay.list_jobs(kind=text)),
        ("kind", forebay.start_job(run.id, kind=text)),
        ("run_id", forebay.get_run(text)),
        ("Idempotency-Key", forebay.start_job(run.id, idempotency_key=text)),
        ("cursor", forebay.list_files(run.id, cursor=text)),
        ("cursor", forebay.list_runs(cursor=text)),
        ("cursor", forebay.list_models(cursor=text)),
    ):
        with pytest.raises(InvalidInputError) as refused:
            await answer
        assert refused.value.field == field
