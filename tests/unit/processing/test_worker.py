"""The worker: it hears of work, never takes more than it can hold, never spins, and stops in time."""

import asyncio
from datetime import timedelta

import pytest

from forebay.application.ports.signals import Topic
from forebay.application.processing.holding import LeaseKeeper
from forebay.application.processing.processor import Processors, StepContext
from forebay.domain.errors import DatabaseUnavailableError
from forebay.domain.intake.run import RunStatus
from forebay.domain.processing.event import EventCode
from forebay.domain.processing.job import JobStatus
from forebay.domain.processing.step import StepStatus
from tests.unit.processing.points import Points
from tests.unit.processing.rig import LEASE, Rig
from tests.unit.processing.steps_for_tests import Gate, Telling, processor, raising
from tests.unit.processing.virtual_time import in_virtual_time


def now() -> float:
    return asyncio.get_running_loop().time()


@in_virtual_time
async def test_a_job_is_begun_the_moment_that_it_is_there() -> None:
    rig = Rig.of(processor(Telling("only")))
    async with rig.working():
        for _ in range(3):
            await asyncio.sleep(100)
            await rig.stored()
            await rig.followed(rig.jobs[-1].id)
    assert [waited for waited, _ in rig.watcher.claims] == [0.0, 0.0, 0.0]


@in_virtual_time
async def test_an_idle_worker_hardly_asks() -> None:
    points = Points()
    rig = Rig.of(processor())
    async with rig.working(rig.program(points)):
        await asyncio.sleep(3600)
    assert points.names.count("wait") <= 3600 / 30 + 1
    assert len(points.names) <= 10 * points.names.count("wait")


@in_virtual_time
async def test_a_worker_with_full_hands_does_not_ask_at_all() -> None:
    points, gate = Points(), Gate()
    rig = Rig.of(processor(Telling("only", gate)))
    await rig.stored()
    async with rig.working(rig.program(points)):
        await gate.reached.wait()
        await asyncio.sleep(0)
        await rig.stored()
        await asyncio.sleep(2)  # who holds the job has looked what is new
        asked = len(points.names)
        await asyncio.sleep(LEASE.total_seconds() / 6)
        assert len(points.names) == asked
        gate.go.set()
        await rig.followed(rig.jobs[1].id)


@pytest.mark.parametrize("concurrency", [1, 2, 5])
@in_virtual_time
async def test_as_many_jobs_as_it_has_hands_are_worked_on_at_a_time(concurrency: int) -> None:
    at_work = most = 0

    async def act(context: StepContext) -> None:
        nonlocal at_work, most
        at_work += 1
        most = max(most, at_work)
        await asyncio.sleep(10)
        at_work -= 1

    rig = Rig.of(processor(Telling("only", act)))
    for _ in range(10):
        await rig.stored()
    started = now()
    async with rig.working(concurrency=concurrency):
        for job in rig.jobs:
            await rig.followed(job.id)
    assert most == concurrency
    assert now() - started == pytest.approx(10 * 10 / concurrency, abs=1)
    assert {job.status for job in rig.jobs} == {JobStatus.SUCCEEDED}


@in_virtual_time
async def test_the_job_that_is_due_longest_comes_first() -> None:
    order = []

    async def act(context: StepContext) -> None:
        order.append(context.job.id)

    rig = Rig.of(processor(Telling("only", act)))
    for _ in range(4):
        await rig.stored()
        await asyncio.sleep(1)
    async with rig.working():
        await rig.followed(rig.jobs[-1].id)
    assert order == [job.id for job in rig.jobs]


@in_virtual_time
async def test_a_job_that_is_due_later_is_begun_then() -> None:
    rig = Rig.of(processor(Telling("only", raising(DatabaseUnavailableError(), DatabaseUnavailableError()))))
    await rig.stored()
    started = now()
    async with rig.working():
        await rig.followed(rig.job.id)
    assert now() - started == pytest.approx(70, abs=0.1)
    assert all(waited < 0.1 for waited, _ in rig.watcher.claims)


@in_virtual_time
async def test_a_job_whose_worker_died_is_taken_over_when_its_lease_is_over() -> None:
    rig = Rig.of(processor(Telling("only")))
    await rig.stored()
    assert await rig.program().claim(worker="dead") is not None
    started = now()
    async with rig.working():
        await rig.followed(rig.job.id)
    assert now() - started == pytest.approx(60, abs=0.1)
    assert (rig.job.attempts, rig.job.status) == (2, JobStatus.SUCCEEDED)
    assert rig.watcher.claims[-1][1] is True
    (event,) = [event for event in rig.events if event.code == EventCode.JOB_TAKEN_OVER]
    assert str(event.payload["before"]).startswith("dead/")


@in_virtual_time
async def test_jobs_of_kinds_that_are_not_known_here_are_left_for_others() -> None:
    rig = Rig.of(processor(Telling("only")))
    await rig.stored()
    points = Points()
    stranger = rig.program(points, processors=Processors((processor(kind="other", automatic=False),)))
    async with rig.working(stranger):
        await asyncio.sleep(600)
    assert rig.job.status is JobStatus.QUEUED
    assert points.names.count("wait") <= 600 / 30 + 2, "they are no reason to spin"
    async with rig.working(rig.program(processors=Processors(()))):
        await asyncio.sleep(600)
    assert rig.job.attempts == 0


@in_virtual_time
async def test_a_database_that_is_away_is_asked_once_a_second_until_it_is_back() -> None:
    points = Points()
    rig = Rig.of(processor(Telling("only")))
    points.away = True
    async with rig.working(rig.program(points)):
        await asyncio.sleep(60)
        assert 20 <= len(rig.watcher.troubles) <= 130
        await rig.stored()
        points.away = False
        async with asyncio.timeout(3):
            await rig.followed(rig.job.id)


@in_virtual_time
async def test_told_to_stop_it_begins_nothing_new_and_ends_the_step_that_it_is_in() -> None:
    gate = Gate()
    second = Telling("second")
    rig = Rig.of(processor(Telling("first", gate), second))
    await rig.stored()
    async with rig.working() as stopping:
        await gate.reached.wait()
        await rig.stored()
        stopping.set()
        await asyncio.sleep(5)
        gate.go.set()
    assert [job.status for job in rig.jobs] == [JobStatus.QUEUED, JobStatus.QUEUED]
    assert [step.status for step in rig.steps(rig.jobs[0])] == [StepStatus.SUCCEEDED, StepStatus.PENDING]
    assert second.started == 0


@in_virtual_time
async def test_a_step_that_takes_longer_than_the_grace_is_let_go_of() -> None:
    gate = Gate()
    rig = Rig.of(processor(Telling("only", gate)))
    await rig.stored()
    async with rig.working() as stopping:
        await gate.reached.wait()
        stopping.set()
        before = now()
    assert now() - before == pytest.approx(30, abs=1)
    assert (rig.job.status, rig.job.attempts) == (JobStatus.QUEUED, 0)
    assert rig.watcher.outcomes == ["released"]


@in_virtual_time
async def test_told_to_stop_before_it_began_it_does_nothing() -> None:
    rig = Rig.of(processor(Telling("only")))
    await rig.stored()
    stopping = asyncio.Event()
    stopping.set()
    await rig.program().worker(name="worker", concurrency=1, stopping=stopping, grace_seconds=1)
    assert rig.job.attempts == 0


@in_virtual_time
async def test_a_worker_that_falls_over_lets_go_of_all_jobs() -> None:
    gate = Gate()
    rig = Rig.of(processor(Telling("only", gate)))
    await rig.stored()
    program = rig.program()
    worker = asyncio.create_task(
        program.worker(name="worker", concurrency=3, stopping=asyncio.Event(), grace_seconds=30)
    )
    await gate.reached.wait()
    with pytest.MonkeyPatch.context() as patch:

        async def broken(**_: object) -> None:
            raise ZeroDivisionError

        patch.setattr(program.claim, "next", broken)
        await rig.stored()
        with pytest.raises(ZeroDivisionError):
            await worker
    assert {job.status for job in rig.jobs} == {JobStatus.QUEUED}


@in_virtual_time
async def test_a_step_of_many_leases_keeps_its_lease() -> None:
    async def act(context: StepContext) -> None:
        for _ in range(100):
            await asyncio.sleep(LEASE.total_seconds() / 10)
            lease = rig.job.lease
            assert lease is not None
            assert lease.expires_at - rig.clock.now() > LEASE / 2

    rig = Rig.of(processor(Telling("only", act)))
    await rig.stored()
    async with rig.working(), rig.working():
        await rig.followed(rig.job.id)
    assert (rig.job.attempts, rig.watcher.outcomes) == (1, ["succeeded"])
    assert rig.watcher.defects == []


@in_virtual_time
async def test_a_lease_is_renewed_as_soon_as_the_database_is_back() -> None:
    points = Points()

    async def act(context: StepContext) -> None:
        points.away = True
        await asyncio.sleep(LEASE.total_seconds() * 0.9)
        points.away = False
        await asyncio.sleep(LEASE.total_seconds())

    rig = Rig.of(processor(Telling("only", act)))
    await rig.stored()
    async with rig.working(rig.program(points)), rig.working():
        await rig.followed(rig.job.id)
    assert rig.job.attempts == 1


@in_virtual_time
async def test_a_worker_that_was_overtaken_stops_and_writes_nothing_more() -> None:
    points, gate = Points(), Gate()

    async def act(context: StepContext) -> None:
        if len(step.contexts) > 1:
            return
        points.away = True
        try:
            await gate(context)
        finally:  # as careless as can be
            async with context.writing() as work:
                await work.runs.delete(context.run.id)

    step = Telling("only", act)
    rig = Rig.of(processor(step))
    await rig.stored()
    first = asyncio.create_task(rig.worked_off(rig.program(points)))
    await gate.reached.wait()
    async with rig.working():
        await rig.followed(rig.job.id)
    events = rig.events
    points.away = False
    assert await first == "lost"
    assert rig.events == events
    assert (rig.job.status, rig.run.status) == (JobStatus.SUCCEEDED, RunStatus.COMPLETE)
    assert sorted(rig.watcher.outcomes) == ["lost", "succeeded"]


@in_virtual_time
async def test_a_busy_database_costs_a_holder_one_look_a_second() -> None:
    points = Points()

    async def act(context: StepContext) -> None:
        before = len(points.names)
        for _ in range(1000):
            await asyncio.sleep(0.01)
            rig.database.signals.listeners.tell([Topic.JOBS])
        assert len(points.names) - before < 100

    rig = Rig.of(processor(Telling("only", act)))
    await rig.stored()
    program = rig.program(points)
    assert await rig.worked_off(program) == "succeeded"


@in_virtual_time
async def test_a_defect_in_renewing_is_told_and_does_not_end_the_renewing() -> None:
    async def act(context: StepContext) -> None:
        await asyncio.sleep(2 * LEASE.total_seconds())

    rig = Rig.of(processor(Telling("only", act)))
    await rig.stored()
    renew = LeaseKeeper._renew
    errors = [ZeroDivisionError("once")]

    async def sometimes(keeper: LeaseKeeper, *args: object) -> None:
        if errors:
            raise errors.pop()
        await renew(keeper, *args)  # type: ignore[arg-type]  # whatever it is given

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LeaseKeeper, "_renew", sometimes)
        async with rig.working(), rig.working():
            await rig.followed(rig.job.id)
    assert (rig.job.attempts, len(rig.watcher.defects)) == (1, 1)


@in_virtual_time
async def test_of_two_workers_each_job_has_one() -> None:
    async def act(context: StepContext) -> None:
        await asyncio.sleep(1)

    step = Telling("only", act)
    rig = Rig.of(processor(step))
    async with rig.working(concurrency=3), rig.working(concurrency=3):
        for _ in range(30):
            await rig.stored()
        for job in rig.jobs:
            await rig.followed(job.id)
    assert step.started == 30
    assert {(job.status, job.attempts) for job in rig.jobs} == {(JobStatus.SUCCEEDED, 1)}
    assert rig.clock.now() - rig.jobs[0].created_at < timedelta(seconds=10)
