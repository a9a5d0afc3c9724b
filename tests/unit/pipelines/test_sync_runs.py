"""Pulling runs as a job: page by page, pipeline by pipeline, and after a worker was killed."""

import asyncio
from dataclasses import replace
from uuid import UUID

import pytest

from forebay.application.pipelines import sync_runs
from forebay.application.pipelines.manage_pipelines import ChangePipelineCommand
from forebay.application.pipelines.start_sync import StartSyncCommand
from forebay.application.ports.run_source import RejectedRecord, SourceScope
from forebay.domain.pipelines.errors import SourceRefusedError, SourceUnavailableError
from forebay.domain.pipelines.pipeline import Platform
from forebay.domain.pipelines.report import ReportedStatus
from forebay.domain.processing.job import JobStatus
from forebay.domain.processing.step import StepStatus
from tests.unit.pipelines.sync_desk import LEASE, Desk, Killed, Told, a_client, a_pipeline, page_of, report_of
from tests.unit.processing.virtual_time import in_virtual_time

RUNNING, FAILED = ReportedStatus.RUNNING, ReportedStatus.FAILED
ONE = page_of(report_of("a", RUNNING), report_of("b"), cursor="1")
TWO = page_of(report_of("a"), report_of("b"), report_of("c"), cursor="2")
THREE = page_of(report_of("a", RUNNING), report_of("d", FAILED), cursor="3")
END = {"a": "success", "b": "success", "c": "success", "d": "failed"}


def a_source() -> Told:
    """Three pages, whose records repeat, come in any order, and change."""
    return Told(tells={"p1": {None: [ONE, TWO, THREE], "1": [TWO, THREE], "2": [THREE], "3": [THREE]}})


@in_virtual_time
async def test_all_pages_are_recorded_and_counted() -> None:
    desk = await Desk(a_source()).furnish()
    job = await desk.synced()
    assert job.status is JobStatus.SUCCEEDED
    assert job.subject == "acme"
    assert await desk.statuses() == END
    (step,) = desk.rig.steps(job)
    assert step.name == f"Pipeline 1 ({UUID(int=101)})"
    assert step.metadata == {
        "source": "acme",
        "pipeline_id": str(UUID(int=101)),
        "pages": 3,
        "verdicts": {"created": 4, "updated": 1, "unchanged": 1, "stale": 1, "rejected": 0},
        "rejections": [],
    }


@in_virtual_time
async def test_the_next_sync_goes_on_where_the_last_one_stopped() -> None:
    source = a_source()
    desk = await Desk(source).furnish()
    await desk.synced()
    await asyncio.sleep(60)
    await desk.synced()
    assert source.asked == [("p1", None), ("p1", "3")]
    state = await desk.state()
    assert state is not None
    assert (state.cursor, state.error, state.synced_at) == ("3", None, desk.clock.now())
    assert await desk.statuses() == END


@pytest.mark.parametrize("commit", [1, 2, 3])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_sync_that_is_killed_goes_on_without_loss_or_double(commit: int, when: str) -> None:
    @in_virtual_time
    async def killed_and_resumed() -> None:
        source = a_source()
        desk = await Desk(source).furnish()

        def kill(number: int) -> None:
            if number == commit:
                raise Killed

        setattr(desk.units, when, kill)
        await desk.start(StartSyncCommand())
        await desk.killed()
        assert desk.rig.job.status is JobStatus.RUNNING
        await asyncio.sleep(LEASE.total_seconds() + 1)
        assert await desk.rig.worked_off() == "succeeded"
        recorded = commit if when == "after" else commit - 1
        assert source.asked == [("p1", None), ("p1", str(recorded) if recorded else None)]
        assert await desk.statuses() == END
        assert len({run.id for run in await desk.runs()}) == 4
        state = await desk.state()
        assert state is not None
        assert state.cursor == "3"

    killed_and_resumed()


@in_virtual_time
async def test_one_broken_pipeline_does_not_stop_the_others() -> None:
    whole = {None: [page_of(report_of("x"), cursor="9")]}
    broken = {None: [ONE, SourceRefusedError("it answers with poems")]}
    source = Told(tells={"p1": whole, "p2": broken, "p3": whole})
    desk = await Desk(source, pipelines=3).furnish()
    job = await desk.synced()
    assert job.status is JobStatus.FAILED
    assert job.error is not None
    assert job.error.code == "steps_failed"
    assert "1 of 3 steps failed: Pipeline 2" in job.error.message
    assert [step.status for step in desk.rig.steps(job)] == [
        StepStatus.SUCCEEDED,
        StepStatus.FAILED,
        StepStatus.SUCCEEDED,
    ]
    assert await desk.statuses(1) == await desk.statuses(3) == {"x": "success"}
    state = await desk.state(2)
    assert state is not None
    assert (state.cursor, state.error) == ("1", "it answers with poems")
    assert await desk.statuses(2) == {"a": "running", "b": "success"}
    metadata = desk.rig.steps(job)[1].metadata
    assert metadata["pages"] == 1
    assert source.closed == 3


@in_virtual_time
async def test_a_source_that_is_away_is_asked_again_for_what_is_missing_only() -> None:
    tells: dict[str, dict[str | None, list[object]]] = {
        "p1": {None: [ONE], "1": [ONE]},
        "p2": {None: [ONE, SourceUnavailableError("it sleeps")], "1": [TWO]},
    }
    source = Told(tells=tells)
    desk = await Desk(source, pipelines=2).furnish()
    job = await desk.synced()
    assert job.status is JobStatus.QUEUED
    away = await desk.state(2)
    assert away is not None
    assert away.error == "it sleeps"
    await asyncio.sleep(60)
    assert await desk.rig.worked_off() == "succeeded"
    assert source.asked == [("p1", None), ("p2", None), ("p2", "1")]
    back = await desk.state(2)
    assert back is not None
    assert (back.cursor, back.error) == ("2", None)


@in_virtual_time
async def test_records_that_are_no_reports_are_counted_and_the_first_are_told() -> None:
    rejected = [RejectedRecord(index=number, reason=f"{number}: " + "x" * 1000) for number in range(4)]
    pages = [page_of(report_of("a"), cursor="1", rejected=rejected), page_of(cursor="2", rejected=rejected)]
    desk = await Desk(Told(tells={"p1": {None: pages}})).furnish()
    job = await desk.synced()
    assert job.status is JobStatus.SUCCEEDED
    metadata = desk.rig.steps(job)[0].metadata
    assert metadata["verdicts"] == {"created": 1, "updated": 0, "unchanged": 0, "stale": 0, "rejected": 8}
    told = metadata["rejections"]
    assert isinstance(told, list)
    assert [(one["page"], one["index"]) for one in told] == [(1, 0), (1, 1), (1, 2), (1, 3), (2, 0)]
    assert all(len(one["reason"]) == 300 for one in told)


@in_virtual_time
async def test_a_huge_page_is_recorded_in_parts_and_the_cursor_with_the_last() -> None:
    reports = [report_of(f"r{number}") for number in range(25)]
    desk = await Desk(Told(tells={"p1": {None: [page_of(*reports, cursor="1")]}})).furnish()
    seen: list[str | None] = []

    def look(number: int) -> None:
        states = list(desk.database.state.sync_states.values())
        seen.append(states[0].cursor if states else "none yet")

    desk.units.after = look
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sync_runs, "_CHUNK", 10)
        job = await desk.synced()
    assert job.status is JobStatus.SUCCEEDED
    assert seen == ["none yet", "none yet", "1"]
    assert len(await desk.runs()) == 25


@in_virtual_time
async def test_only_enabled_pipelines_of_the_scope_with_an_external_id_are_steps() -> None:
    pages = {None: [page_of(cursor=None)]}
    source = Told(tells={f"p{number}": pages for number in range(1, 10)})
    desk = await Desk(source).furnish(
        a_client(2),
        a_client(3, is_active=False),
        a_pipeline(2, client_id=UUID(int=2)),
        a_pipeline(3, client_id=UUID(int=3)),
        a_pipeline(4, is_active=False),
        a_pipeline(5, external_id=None),
        a_pipeline(6, platform=Platform.AIRFLOW),
    )
    job = await desk.synced()
    assert [step.name.split(" (")[0] for step in desk.rig.steps(job)] == ["Pipeline 1", "Pipeline 2"]
    source.scope = SourceScope(client=" client 2 ", platform=Platform.VENDOR_API)
    job = await desk.synced()
    assert [step.name.split(" (")[0] for step in desk.rig.steps(job)] == ["Pipeline 2"]


@in_virtual_time
async def test_one_pipeline_can_be_pulled_alone() -> None:
    source = Told(tells={"p2": {None: [ONE]}})
    desk = await Desk(source, pipelines=3).furnish()
    job = await desk.synced(pipeline_id=UUID(int=102))
    assert job.status is JobStatus.SUCCEEDED
    assert job.subject == f"acme/{UUID(int=102)}"
    assert source.asked == [("p2", None)]


@in_virtual_time
async def test_a_pipeline_that_was_disabled_meanwhile_is_left_alone() -> None:
    source = a_source()
    desk = await Desk(source).furnish()
    await desk.start(StartSyncCommand(pipeline_id=UUID(int=101)))
    async with desk.units() as work:
        await work.pipelines.update(replace(a_pipeline(1), is_active=False, revision=2))
        await work.commit()
    assert await desk.rig.worked_off() == "succeeded"
    assert source.asked == []
    assert desk.rig.steps() == []


@in_virtual_time
async def test_another_external_id_is_pulled_from_its_beginning() -> None:
    source = a_source()
    desk = await Desk(source).furnish()
    await desk.synced()
    source.tells = {**source.tells, "other": {None: [page_of(report_of("z"), cursor="1")]}}
    await desk.change(ChangePipelineCommand(pipeline_id=UUID(int=101), name="Renamed"))
    assert (await desk.cursor(), source.asked) == ("3", [("p1", None)])
    await desk.change(ChangePipelineCommand(pipeline_id=UUID(int=101), external_id="other"))
    assert await desk.cursor() is None
    await desk.synced()
    assert source.asked == [("p1", None), ("other", None)]
    assert await desk.cursor() == "1"


@in_virtual_time
async def test_a_cursor_of_another_external_id_is_never_kept() -> None:
    """It was changed while a page was on its way."""
    source = a_source()
    desk = await Desk(source).furnish()
    command = ChangePipelineCommand(pipeline_id=UUID(int=101), external_id="other")
    source.between = lambda: desk.change(command)
    job = await desk.synced()
    assert job.status is JobStatus.FAILED
    (step,) = desk.rig.steps(job)
    assert step.error is not None
    assert step.error.message == "the external_id of 'Pipeline 1' was changed during the sync; the next one begins anew"
    assert await desk.cursor() is None


@in_virtual_time
async def test_a_source_that_the_worker_does_not_know_fails_the_job() -> None:
    desk = await Desk(a_source()).furnish()
    await desk.start(StartSyncCommand())
    desk.sources.forget("acme")
    assert await desk.rig.worked_off() == "failed"
    assert desk.rig.job.error is not None
    assert desk.rig.job.error.code == "unknown_run_source"
