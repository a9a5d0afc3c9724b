"""What there is to see: jobs in pages, a job with its steps, artifacts, models, and how much waits."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from forebay.application.ports.jobs import JobFilter
from forebay.application.processing.processor import StepContext
from forebay.application.processing.show_jobs import (
    GetJob,
    ListArtifacts,
    ListJobs,
    ListJobsQuery,
    ListModels,
    QueueStatus,
)
from forebay.application.processing.start_job import StartJobCommand
from forebay.domain.errors import CursorError, InvalidInputError
from forebay.domain.intake.archive_errors import ArchiveBrokenError
from forebay.domain.paging import SortOrder
from forebay.domain.processing.errors import JobNotFoundError
from forebay.domain.processing.job import Job, JobStatus
from forebay.domain.processing.model import ModelSpec
from forebay.domain.processing.step import StepStatus
from tests.unit.processing.rig import LEASE, Rig
from tests.unit.processing.steps_for_tests import Telling, processor, raising
from tests.unit.processing.virtual_time import in_virtual_time


async def jobs_of(rig: Rig, query: ListJobsQuery) -> list[Job]:
    listing = ListJobs(unit_of_work=rig.units)
    listed: list[Job] = []
    while True:
        page = await listing(query)
        listed += page.items
        if page.next_cursor is None:
            return listed
        assert len(page.items) == query.limit
        query = replace(query, cursor=page.next_cursor)


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
@in_virtual_time
async def test_pages_together_are_all_jobs_that_fit_newest_or_oldest_first(limit: int) -> None:
    rig = Rig.of(processor(), processor(Telling("only"), kind="aside", automatic=False))
    for number in range(4):
        run_id = await rig.stored()
        await rig.worked_off()
        if number % 2:
            await asyncio.sleep(1)
    await rig.start_job(StartJobCommand(run_id=run_id, kind="aside"))
    everything = rig.jobs
    middle = everything[2].created_at
    for where, fits in (
        (JobFilter(), lambda job: True),
        (JobFilter(run_id=run_id), lambda job: job.run_id == run_id),
        (JobFilter(kind="aside"), lambda job: job.kind == "aside"),
        (JobFilter(status=JobStatus.SUCCEEDED), lambda job: job.status is JobStatus.SUCCEEDED),
        (JobFilter(created_after=middle), lambda job: job.created_at >= middle),
        (JobFilter(created_before=middle), lambda job: job.created_at < middle),
        (JobFilter(run_id=run_id, kind="aside", status=JobStatus.FAILED), lambda job: False),
    ):
        oldest_first = [job for job in everything if fits(job)]
        assert await jobs_of(rig, ListJobsQuery(where=where, order=SortOrder.ASC, limit=limit)) == oldest_first
        assert await jobs_of(rig, ListJobsQuery(where=where, limit=limit)) == oldest_first[::-1]


@in_virtual_time
async def test_a_cursor_belongs_to_its_order_and_a_limit_has_bounds() -> None:
    rig = Rig.of(processor())
    for _ in range(2):
        await rig.stored()
    listing = ListJobs(unit_of_work=rig.units)
    cursor = (await listing(ListJobsQuery(limit=1))).next_cursor
    with pytest.raises(CursorError, match="another order"):
        await listing(ListJobsQuery(order=SortOrder.ASC, cursor=cursor))
    with pytest.raises(InvalidInputError):
        await listing(ListJobsQuery(limit=0))


@in_virtual_time
async def test_a_job_is_shown_with_its_steps_and_how_many_of_them_are_where() -> None:
    rig = Rig.of(processor(Telling("first"), Telling("second", raising(ArchiveBrokenError())), Telling("third")))
    await rig.stored()
    get = GetJob(unit_of_work=rig.units)
    assert (await get(rig.job.id)).steps == ()
    await rig.worked_off()
    shown = await get(rig.job.id)
    assert (shown.job, [step.name for step in shown.steps]) == (rig.job, ["first", "second", "third"])
    assert shown.summary == {
        StepStatus.PENDING: 1,
        StepStatus.RUNNING: 0,
        StepStatus.SUCCEEDED: 1,
        StepStatus.FAILED: 1,
        StepStatus.CANCELLED: 0,
    }
    with pytest.raises(JobNotFoundError):
        await get(rig.ids.new_id())


@in_virtual_time
async def test_artifacts_and_models_come_in_pages_in_the_order_in_which_they_were_made() -> None:
    names = [f"step {number}" for number in range(5)]
    rig = Rig.of(processor(*(Telling(name, model=ModelSpec(name=name, kind="k", version="1")) for name in names)))
    for _ in range(2):
        await rig.stored()
        await rig.worked_off()
    for limit in (1, 2, 5, 6):
        artifacts: list[str] = []
        models: list[str] = []
        cursor: str | None = None
        while True:
            page = await ListArtifacts(unit_of_work=rig.units)(rig.jobs[0].id, cursor=cursor, limit=limit)
            artifacts += [artifact.name for artifact in page.items]
            if (cursor := page.next_cursor) is None:
                break
        while True:
            shown = await ListModels(unit_of_work=rig.units)(cursor=cursor, limit=limit)
            models += [model.name for model in shown.items]
            if (cursor := shown.next_cursor) is None:
                break
        assert artifacts == [f"{name}.json" for name in names]
        assert models == names, "used twice, there once"
    for cursor in ("", "x"):
        with pytest.raises(CursorError):
            await ListArtifacts(unit_of_work=rig.units)(rig.jobs[0].id, cursor=cursor)
        with pytest.raises(CursorError):
            await ListModels(unit_of_work=rig.units)(cursor=cursor)
    with pytest.raises(JobNotFoundError):
        await ListArtifacts(unit_of_work=rig.units)(rig.ids.new_id())


@in_virtual_time
async def test_the_queue_says_how_much_waits_and_for_how_long() -> None:
    async def act(context: StepContext) -> None:
        depth, _ = await status()
        assert (depth.queued, depth.running) == (2, 1)

    rig = Rig.of(processor(Telling("only", act)))
    status = QueueStatus(unit_of_work=rig.units, clock=rig.clock)
    depth, age = await status()
    assert (depth.queued, depth.running, depth.due, depth.oldest_due, age) == (0, 0, 0, None, 0.0)
    for _ in range(3):
        await rig.stored()
        await asyncio.sleep(10)
    depth, age = await status()
    assert (depth.queued, depth.running, depth.due, age) == (3, 0, 3, 30.0)
    assert await rig.worked_off() == "succeeded"
    await rig.program().claim(worker="gone")
    await asyncio.sleep(LEASE.total_seconds() + 5)
    depth, age = await status()
    assert (depth.queued, depth.running, depth.due) == (1, 1, 2), "one that was abandoned is due, too"
    assert timedelta(seconds=age) == rig.clock.now() - rig.jobs[-1].run_after
    assert Counter(job.status for job in rig.jobs) == {
        JobStatus.SUCCEEDED: 1,
        JobStatus.RUNNING: 1,
        JobStatus.QUEUED: 1,
    }
