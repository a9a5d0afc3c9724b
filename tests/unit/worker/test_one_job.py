"""What one message from the broker leads to."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from forebay.application.processing.claim_job import ClaimJob
from forebay.application.processing.policy import ProcessingPolicy
from forebay.application.processing.processor import Processors
from forebay.application.processing.show_jobs import GetJob
from forebay.application.processing.work_on_job import WorkOnJob
from forebay.domain.errors import StorageUnavailableError
from forebay.domain.processing.backoff import Backoff
from forebay.domain.processing.job import JobStatus
from forebay.entrypoints.worker.one_job import work_on_message
from tests.unit.processing.rig import LEASE, Rig
from tests.unit.processing.steps_for_tests import Gate, Telling, processor, raising
from tests.unit.processing.virtual_time import in_virtual_time

GRACE = 30.0


@dataclass(frozen=True, kw_only=True)
class UseCases:
    """Of one worker."""

    claim_job: ClaimJob
    work_on_job: WorkOnJob
    get_job: GetJob


async def delivered(
    rig: Rig,
    job_id: UUID | None = None,
    *,
    stopping: asyncio.Event | None = None,
    redelivered: bool = False,
    processors: Processors | None = None,
) -> timedelta | None:
    """A message for the only job, or for another, comes to a worker."""
    program = rig.program(processors=processors)
    use_cases = UseCases(claim_job=program.claim, work_on_job=program.work_on, get_job=GetJob(unit_of_work=rig.units))
    return await work_on_message(
        use_cases,
        job_id or rig.job.id,
        worker="celery",
        stopping=stopping or asyncio.Event(),
        grace_seconds=GRACE,
        now=rig.clock.now(),
        redelivered=redelivered,
    )


@in_virtual_time
async def test_the_job_is_done() -> None:
    rig = Rig.of(processor(Telling("one")))
    await rig.stored()
    assert await delivered(rig) is None
    assert rig.job.status is JobStatus.SUCCEEDED


@in_virtual_time
async def test_further_messages_for_it_do_nothing() -> None:
    step = Telling("one")
    rig = Rig.of(processor(step))
    await rig.stored()
    for redelivered in (False, False, True):
        assert await delivered(rig, redelivered=redelivered) is None
    assert step.started == 1


@in_virtual_time
async def test_a_message_for_a_job_that_was_deleted_does_nothing() -> None:
    rig = Rig.of(processor(Telling("one")))
    assert await delivered(rig, rig.ids.new_id()) is None


@in_virtual_time
async def test_a_job_that_is_not_due_is_looked_at_again_when_it_is() -> None:
    step = Telling("one", raising(StorageUnavailableError()))
    policy = ProcessingPolicy(lease=LEASE, backoff=Backoff(delays=(40.0,)))
    rig = Rig.of(processor(step), policy=policy)
    await rig.stored()
    assert await delivered(rig) is None  # that the job was postponed the worker itself has announced
    assert rig.queue.announced[-1] == (rig.job.id, timedelta(seconds=40))
    await asyncio.sleep(10)
    rest = await delivered(rig)
    assert rest == timedelta(seconds=30)
    await asyncio.sleep(rest.total_seconds())
    assert await delivered(rig) is None
    assert rig.job.status is JobStatus.SUCCEEDED
    assert step.started == 2


@in_virtual_time
async def test_a_job_in_other_hands_is_left_to_them() -> None:
    gate = Gate()
    rig = Rig.of(processor(Telling("one", gate)))
    await rig.stored()
    working = asyncio.create_task(delivered(rig))
    await gate.reached.wait()
    assert await delivered(rig) is None
    gate.go.set()
    assert await working is None
    assert rig.job.attempts == 1


@in_virtual_time
async def test_a_message_that_comes_back_has_the_job_looked_at_when_its_lease_has_run_out() -> None:
    """The worker that had the message may have died on it."""
    rig = Rig.of(processor(Telling("one")))
    await rig.stored()
    await rig.program().claim(worker="dead")
    await asyncio.sleep(LEASE.total_seconds() / 4)
    rest = await delivered(rig, redelivered=True)
    assert rest == LEASE * 3 / 4
    await asyncio.sleep(rest.total_seconds())
    assert await delivered(rig) is None
    assert rig.job.status is JobStatus.SUCCEEDED
    assert "job_taken_over" in rig.codes()


@in_virtual_time
async def test_a_job_of_a_kind_that_is_not_installed_here_does_not_go_round_in_circles() -> None:
    rig = Rig.of(processor(Telling("one")))
    await rig.stored()
    assert await delivered(rig, processors=Processors(())) is None
    assert rig.job.status is JobStatus.QUEUED


@in_virtual_time
async def test_a_worker_that_stops_begins_nothing_and_passes_the_message_on() -> None:
    rig = Rig.of(processor(Telling("one")))
    await rig.stored()
    stopping = asyncio.Event()
    stopping.set()
    assert await delivered(rig, stopping=stopping) == timedelta()
    assert rig.job.attempts == 0


@in_virtual_time
async def test_a_worker_that_is_told_to_stop_lets_go_at_the_end_of_the_step() -> None:
    gate, second = Gate(), Telling("two")
    rig = Rig.of(processor(Telling("one", gate), second))
    await rig.stored()
    stopping = asyncio.Event()
    working = asyncio.create_task(delivered(rig, stopping=stopping))
    await gate.reached.wait()
    stopping.set()
    gate.go.set()
    assert await working is None
    assert rig.codes()[-1] == "job_released"
    assert rig.queue.announced[-1] == (rig.job.id, timedelta())
    assert second.started == 0


@in_virtual_time
async def test_a_step_that_takes_longer_than_the_grace_time_is_let_go_of() -> None:
    gate = Gate()
    rig = Rig.of(processor(Telling("one", gate)))
    await rig.stored()
    stopping = asyncio.Event()
    working = asyncio.create_task(delivered(rig, stopping=stopping))
    await gate.reached.wait()
    stopping.set()
    assert await working == timedelta()
    assert rig.codes()[-1] == "job_released"
