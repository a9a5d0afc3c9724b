"""What is announced again, and what is not: a job that waits in a backlog has its message already."""

import asyncio
from datetime import timedelta

from forebay.application.ports.queue import BrokerDepth
from forebay.application.processing.processor import Processors
from forebay.application.processing.recover_jobs import RecoverJobs
from forebay.domain.processing.errors import QueueUnavailableError
from tests.unit.processing.rig import LEASE, Rig
from tests.unit.processing.steps_for_tests import Telling, processor
from tests.unit.processing.virtual_time import in_virtual_time

GRACE = timedelta(seconds=30)


class Broker:
    """Says what a test tells it to."""

    def __init__(self, waiting: int) -> None:
        self.waiting: int | None = waiting

    async def depth(self) -> int:
        if self.waiting is None:
            raise QueueUnavailableError
        return self.waiting


def a_rig() -> Rig:
    return Rig.of(processor(Telling("first")))


def recovery(
    rig: Rig, depth: BrokerDepth | None = None, *, is_local: bool = False, processors: Processors | None = None
) -> RecoverJobs:
    return RecoverJobs(
        unit_of_work=rig.units,
        processors=processors or rig.processors,
        queue=rig.queue,
        is_local=is_local,
        depth=depth,
        clock=rig.clock,
    )


async def backlog(rig: Rig, jobs: int, *, age: timedelta = GRACE) -> None:
    for _ in range(jobs):
        await rig.stored()
    rig.queue.announced.clear()
    await asyncio.sleep(age.total_seconds())


async def sweep(recover: RecoverJobs) -> int:
    return (await recover(grace=GRACE)).announced


@in_virtual_time
async def test_as_many_are_announced_as_the_broker_lacks_those_due_longest_first() -> None:
    rig, broker = a_rig(), Broker(waiting=5)
    await backlog(rig, 5)
    assert await sweep(recovery(rig, broker)) == 0
    broker.waiting = 3
    assert await sweep(recovery(rig, broker)) == 2
    assert [job_id for job_id, _ in rig.queue.announced] == [job.id for job in rig.jobs[:2]]
    broker.waiting = 9  # some came twice
    assert await sweep(recovery(rig, broker)) == 0


@in_virtual_time
async def test_messages_of_jobs_that_are_due_since_a_moment_do_not_hide_a_lost_one() -> None:
    rig = a_rig()
    await backlog(rig, 3)
    lost = rig.jobs[0]
    await backlog(rig, 20, age=timedelta(seconds=1))
    assert await sweep(recovery(rig, Broker(waiting=22))) == 1
    assert list(rig.queue.announced) == [(lost.id, timedelta(0))]


@in_virtual_time
async def test_messages_that_nobody_needs_do_not_hide_a_lost_one_for_ever() -> None:
    rig = a_rig()
    recover = recovery(rig, Broker(waiting=9))  # of jobs that are done, or of the timetable
    await backlog(rig, 2)
    reports = []
    for _ in range(21):
        reports.append(await sweep(recover))
        await asyncio.sleep(GRACE.total_seconds())
    assert reports == [*[0] * 9, 2, *[0] * 9, 2, 0]


@in_virtual_time
async def test_of_a_backlog_that_lasts_only_some_are_announced_again() -> None:
    rig = a_rig()
    recover = recovery(rig, Broker(waiting=400))
    await backlog(rig, 200, age=20 * GRACE)
    assert [await sweep(recover) for _ in range(3)] == [50, 0, 0]
    assert [job_id for job_id, _ in rig.queue.announced] == [job.id for job in rig.jobs[:50]]


@in_virtual_time
async def test_a_broker_that_is_away_gets_nothing() -> None:
    rig, broker = a_rig(), Broker(waiting=0)
    await backlog(rig, 2)
    broker.waiting = None
    assert await sweep(recovery(rig, broker)) == 0
    broker.waiting = 0
    assert await sweep(recovery(rig, broker)) == 2


@in_virtual_time
async def test_only_jobs_that_can_be_worked_on_here_are_announced() -> None:
    rig = a_rig()
    await backlog(rig, 2)
    others = Processors([processor(Telling("first"), kind="another")])
    assert await sweep(recovery(rig, Broker(waiting=0), processors=others)) == 0
    assert await sweep(recovery(rig, processors=others)) == 0


@in_virtual_time
async def test_where_workers_look_into_the_database_nothing_is_announced() -> None:
    rig = a_rig()
    await backlog(rig, 2)
    assert await sweep(recovery(rig, is_local=True)) == 0
    assert not rig.queue.announced


@in_virtual_time
async def test_a_queue_that_cannot_tell_its_depth_gets_a_job_again_only_after_a_while() -> None:
    rig = a_rig()
    recover = recovery(rig)
    await backlog(rig, 2)
    reports = []
    for _ in range(21):
        reports.append(await sweep(recover))
        await asyncio.sleep(GRACE.total_seconds())
    assert reports == [2, *[0] * 9, 2, *[0] * 9, 2]


@in_virtual_time
async def test_a_job_whose_worker_went_away_is_announced_however_lately_it_was() -> None:
    rig = a_rig()
    recover = recovery(rig)
    await backlog(rig, 1)
    assert await sweep(recover) == 1
    assert await rig.program().claim(worker="worker") is not None
    await asyncio.sleep(30)
    assert await sweep(recover) == 0
    await asyncio.sleep(LEASE.total_seconds())
    assert await sweep(recover) == 1
