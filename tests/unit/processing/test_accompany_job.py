"""A job is accompanied to its end, and worked on right here whenever nobody else holds it."""

import asyncio
from uuid import UUID

import pytest

from forebay.application.processing.accompany_job import AccompanyJob
from forebay.domain.processing.errors import JobNotFoundError
from forebay.domain.processing.event import Event, EventCode
from forebay.domain.processing.job import JobStatus
from tests.unit.processing.history import Story
from tests.unit.processing.rig import LEASE, Rig
from tests.unit.processing.steps_for_tests import Gate, Telling, processor
from tests.unit.processing.virtual_time import in_virtual_time


def accompanying(rig: Rig) -> AccompanyJob:
    program = rig.program()
    return AccompanyJob(claim=program.claim, work_on=program.work_on, follow=rig.follow)


async def accompanied(rig: Rig, job_id: UUID) -> list[Event]:
    async with accompanying(rig)(job_id, worker="here") as events:
        return [event async for event in events]


@in_virtual_time
async def test_a_job_that_waits_is_worked_on_here_and_no_other() -> None:
    rig = Rig.of(processor(Telling("only")))
    await rig.stored()
    other = rig.job.id
    await rig.stored()
    job_id = rig.jobs[1].id
    events = await accompanied(rig, job_id)
    assert Story(events).status == "succeeded"
    assert [event.code for event in events] == rig.codes(rig.database.state.jobs[job_id])
    assert rig.database.state.jobs[other].attempts == 0


@in_virtual_time
async def test_a_job_that_somebody_works_on_is_only_watched() -> None:
    gate = Gate()
    step = Telling("only", gate)
    rig = Rig.of(processor(step))
    await rig.stored()
    async with rig.working():
        await gate.reached.wait()
        watching = asyncio.create_task(accompanied(rig, rig.job.id))
        await asyncio.sleep(10)
        gate.go.set()
        assert Story(await watching).attempts == 1
    assert step.started == 1


@in_virtual_time
async def test_a_job_whose_worker_goes_away_is_taken_over_here_also_beside_noise() -> None:
    rig = Rig.of(processor(Telling("only")))
    await rig.stored()
    job_id = rig.job.id
    assert await rig.program().claim(worker="dies") is not None

    async def noise() -> None:
        while True:
            await rig.stored()
            await asyncio.sleep(0.3)

    noisy = asyncio.create_task(noise())
    async with asyncio.timeout(LEASE.total_seconds() + 5):
        assert Story(await accompanied(rig, job_id)).attempts == 2
    noisy.cancel()
    await asyncio.wait({noisy})


@in_virtual_time
async def test_leaving_early_lets_go_of_it() -> None:
    gate = Gate()
    rig = Rig.of(processor(Telling("only", gate)))
    await rig.stored()
    async with accompanying(rig)(rig.job.id, worker="here") as events:
        async for event in events:
            if event.code == EventCode.STEP_STARTED:
                break
    assert (rig.job.status, rig.job.attempts) == (JobStatus.QUEUED, 0)
    gate.go.set()
    assert await rig.worked_off() == "succeeded"


@in_virtual_time
async def test_a_job_that_does_not_exist_is_not_found() -> None:
    rig = Rig.of()
    with pytest.raises(JobNotFoundError):
        await accompanied(rig, rig.ids.new_id())
