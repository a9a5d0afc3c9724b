"""Jobs that may be what kills their workers: each is worked on alone, and none waits for ever."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import pytest

from forebay.application.processing.processor import StepContext
from forebay.domain.processing.event import EventCode
from forebay.domain.processing.job import Job, JobStatus
from tests.unit.processing.points import Points
from tests.unit.processing.rig import LEASE, Rig
from tests.unit.processing.steps_for_tests import Gate, Telling, processor
from tests.unit.processing.virtual_time import in_virtual_time

STEP_SECONDS = 100


class Diary:
    """What was begun, and which other jobs were in somebody's hands at any time meanwhile."""

    def __init__(self) -> None:
        self.begun: list[UUID] = []
        self.beside: dict[UUID, set[UUID]] = {}
        self._at_work: set[UUID] = set()

    async def __call__(self, context: StepContext) -> None:
        mine = context.job.id
        self.begun.append(mine)
        self.beside[mine] = set(self._at_work)
        for other in self._at_work:
            self.beside[other].add(mine)
        self._at_work.add(mine)
        await asyncio.sleep(STEP_SECONDS)
        self._at_work.remove(mine)


async def lost(rig: Rig, count: int, *, workers: int) -> Sequence[Job]:
    """That many jobs, each of which had that many workers that went away; all are due."""
    known = {job.id for job in rig.jobs}
    for _ in range(count):
        await rig.stored()
    for _ in range(workers):
        for _ in range(count):
            assert await rig.program().claim(worker="dead") is not None
        await asyncio.sleep(LEASE.total_seconds())
    return [job for job in rig.jobs if job.id not in known]


@pytest.mark.parametrize(("workers", "alone"), [(1, False), (2, True), (3, True)])
@in_virtual_time
async def test_jobs_that_lost_two_workers_are_worked_on_alone(workers: int, alone: bool) -> None:
    diary = Diary()
    rig = Rig.of(processor(Telling("only", diary)))
    jobs = await lost(rig, 4, workers=workers)
    others = [await rig.stored() for _ in range(4)]
    async with rig.working(concurrency=4):
        for job in rig.jobs:
            await rig.followed(job.id)
    assert {job.status for job in rig.jobs} == {JobStatus.SUCCEEDED}
    assert {len(diary.beside[job.id]) for job in jobs} == ({0} if alone else {3})
    assert all(len(diary.beside[job.id]) == 3 for job in rig.jobs if job.run_id in others)


@in_virtual_time
async def test_a_busy_worker_claims_nothing_new_until_it_is_free_for_the_job_that_must_be_alone() -> None:
    diary = Diary()
    rig = Rig.of(processor(Telling("only", diary)))
    (suspect,) = await lost(rig, 1, workers=2)
    claimed = await rig.program().claim(worker="dead")  # due again a lease from now
    assert claimed is not None
    await rig.stored()
    await rig.stored()
    async with rig.working(concurrency=4):
        await asyncio.sleep(LEASE.total_seconds() - 10)
        await rig.stored()  # due before it
        await asyncio.sleep(20)
        for _ in range(5):
            await rig.stored()
            await asyncio.sleep(STEP_SECONDS / 5)
        await rig.followed(suspect.id)
        assert diary.begun.index(suspect.id) == 3
        assert diary.beside[suspect.id] == set()
        for job in rig.jobs:
            await rig.followed(job.id)
    ended = [event for event in rig.events if event.code == EventCode.JOB_SUCCEEDED]
    assert ended[3].job_id == suspect.id
    assert ended[3].at - ended[2].at == timedelta(seconds=STEP_SECONDS), "it was begun as soon as nothing else was"


@in_virtual_time
async def test_a_worker_that_waits_for_its_hands_hardly_asks_and_goes_on_when_another_took_the_job() -> None:
    points, gate = Points(), Gate()
    rig = Rig.of(processor(Telling("only", gate)))
    (suspect,) = await lost(rig, 1, workers=1)
    assert await rig.program().claim(worker="dead") is not None
    await rig.stored()
    async with rig.working(rig.program(points), concurrency=2):
        await gate.reached.wait()
        await asyncio.sleep(LEASE.total_seconds() + 5)
        before = points.names.count("wait")
        await asyncio.sleep(10)
        assert points.names.count("wait") - before <= 11
        await rig.stored()
        await asyncio.sleep(1)
        assert rig.codes(rig.jobs[-1]) == [EventCode.JOB_QUEUED]
        assert await rig.program().claim(worker="another", job_id=suspect.id) is not None
        await asyncio.sleep(2)
        assert EventCode.JOB_STARTED in rig.codes(rig.jobs[-1])
        gate.go.set()
        await rig.followed(rig.jobs[-1].id)


@pytest.mark.parametrize("cancelled", [True, False])
@in_virtual_time
async def test_one_that_is_over_is_ended_by_a_worker_with_jobs_in_its_hands(cancelled: bool) -> None:
    gate = Gate()
    rig = Rig.of(processor(Telling("only", gate)))
    (suspect,) = await lost(rig, 1, workers=4)
    claimed = await rig.program().claim(worker="dead")
    assert claimed is not None
    assert claimed.attempts == claimed.max_attempts
    if cancelled:
        await rig.cancel_job(suspect.id)
    await rig.stored()
    async with rig.working(concurrency=2):
        await gate.reached.wait()
        await asyncio.sleep(LEASE.total_seconds() + 1)
        assert rig.jobs[0].status is (JobStatus.CANCELLED if cancelled else JobStatus.FAILED)
        gate.go.set()
        await rig.followed(rig.jobs[1].id)


@in_virtual_time
async def test_one_that_is_named_is_given_to_whoever_names_it() -> None:
    rig = Rig.of(processor(Telling("only")))
    (suspect,) = await lost(rig, 1, workers=2)
    claimed = await rig.program().claim(worker="celery", job_id=suspect.id)
    assert claimed is not None
    assert claimed.attempts == 3
