"""An attempt at a job: how it ends, what is written about it, and what is tried again."""

import asyncio
from datetime import timedelta

import pytest

from forebay.application.processing.policy import ProcessingPolicy
from forebay.application.processing.processor import Processors, StepContext
from forebay.domain.errors import DatabaseUnavailableError, ForebayError, StorageUnavailableError
from forebay.domain.intake.archive_errors import ArchiveBrokenError
from forebay.domain.intake.run import RunStatus
from forebay.domain.processing.backoff import Backoff
from forebay.domain.processing.errors import JobNotFoundError, LeaseLostError
from forebay.domain.processing.event import EventCode
from forebay.domain.processing.job import JobStatus
from forebay.domain.processing.model import ModelSpec
from forebay.domain.processing.step import StepStatus
from tests.unit.processing.points import Points
from tests.unit.processing.rig import LEASE, Rig
from tests.unit.processing.steps_for_tests import Gate, Telling, processor, raising
from tests.unit.processing.virtual_time import in_virtual_time

BROKEN = ArchiveBrokenError("member 3 contradicts member 2")


@in_virtual_time
async def test_steps_are_done_in_order_and_recorded_with_what_they_say() -> None:
    model = ModelSpec(name="reader", kind="parser", version="7", parameters={"depth": 3})
    rig = Rig.of(processor(Telling("first", model=model), Telling("second")))
    await rig.stored()
    assert await rig.worked_off() == "succeeded"
    first, second = rig.steps()
    assert [(step.ordinal, step.name, step.status) for step in (first, second)] == [
        (1, "first", StepStatus.SUCCEEDED),
        (2, "second", StepStatus.SUCCEEDED),
    ]
    assert first.metadata == {"bytes": 16}
    assert first.model_id is not None
    assert rig.database.state.models[first.model_id].parameters == {"depth": 3}
    assert second.model_id is None
    assert {one.name for one in rig.database.state.artifacts.values()} == {"first.json", "second.json"}
    assert (rig.watcher.outcomes, rig.watcher.claims) == (["succeeded"], [(0.0, False)])
    assert rig.watcher.steps == [("first", "succeeded"), ("second", "succeeded")]
    assert await rig.worked_off() is None
    await rig.assert_tidy()


@in_virtual_time
async def test_a_processor_without_steps_is_done_at_once() -> None:
    rig = Rig.of(processor())
    await rig.stored()
    assert await rig.worked_off() == "succeeded"
    assert (rig.steps(), rig.run.status) == ([], RunStatus.COMPLETE)


@in_virtual_time
async def test_a_failure_that_passes_is_tried_again_later_from_the_step_that_failed() -> None:
    first, second = Telling("first"), Telling("second", raising(*[StorageUnavailableError()] * 4))
    rig = Rig.of(processor(first, second))
    await rig.stored()
    rig.queue.announced.clear()
    for delay in (10, 60, 300, 300):
        now = rig.clock.now()
        assert await rig.worked_off() == "postponed"
        assert (rig.job.status, rig.job.run_after) == (JobStatus.QUEUED, now + timedelta(seconds=delay))
        assert rig.job.error is not None
        assert rig.job.error.code == "storage_unavailable"
        assert (rig.run.status, rig.steps()[1].status) == (RunStatus.PARSING, StepStatus.PENDING)
        assert rig.queue.announced.pop() == (rig.job.id, timedelta(seconds=delay))
        assert await rig.worked_off() is None, "it is not due yet"
        await asyncio.sleep(delay)
    assert await rig.worked_off() == "succeeded"
    assert (first.started, second.started, rig.job.attempts, rig.job.error) == (1, 5, 5, None)
    assert rig.codes().count(EventCode.STEP_FAILED) == 4
    assert rig.run.status is RunStatus.COMPLETE


@in_virtual_time
async def test_after_the_last_attempt_it_has_failed_and_says_why() -> None:
    policy = ProcessingPolicy(max_attempts=2, backoff=Backoff(delays=(0.0,)))
    rig = Rig.of(processor(Telling("only", raising(*[StorageUnavailableError("the disk is away")] * 2))), policy=policy)
    await rig.stored()
    assert [await rig.worked_off(), await rig.worked_off()] == ["postponed", "failed"]
    assert rig.job.status is JobStatus.FAILED
    assert rig.steps()[0].status is StepStatus.FAILED
    assert (rig.run.status, rig.run.error.detail if rig.run.error else "") == (RunStatus.FAILED, "the disk is away")
    assert rig.codes()[-3:] == [EventCode.STEP_FAILED, EventCode.JOB_FAILED, EventCode.RUN_FAILED]
    assert await rig.worked_off() is None


@in_virtual_time
async def test_a_failure_that_stays_is_not_tried_again() -> None:
    rig = Rig.of(processor(Telling("first"), Telling("second", raising(BROKEN)), Telling("third")))
    await rig.stored()
    assert await rig.worked_off() == "failed"
    assert rig.job.error is not None
    assert (rig.job.error.code, rig.job.error.message) == (BROKEN.code, BROKEN.message)
    assert [step.status for step in rig.steps()] == [StepStatus.SUCCEEDED, StepStatus.FAILED, StepStatus.PENDING]
    assert rig.watcher.steps == [("first", "succeeded"), ("second", "failed")]
    await rig.assert_tidy()


@pytest.mark.parametrize("message", ["a\0b", "half \ud800", "long" * 100_000])
@in_virtual_time
async def test_an_error_may_quote_whatever_came_in(message: str) -> None:
    rig = Rig.of(processor(Telling("only", raising(ArchiveBrokenError(message)))))
    await rig.stored()
    assert await rig.worked_off() == "failed"
    assert rig.job.error is not None
    assert rig.job.error.message[:1] == message[:1]


@in_virtual_time
async def test_a_defect_is_told_with_its_traceback_and_tried_again() -> None:
    error = ZeroDivisionError("secret detail")
    rig = Rig.of(processor(Telling("only", raising(error))))
    await rig.stored()
    assert await rig.worked_off() == "postponed"
    assert rig.watcher.defects == [error]
    assert rig.job.error is not None
    assert rig.job.error.code == "step_failed"
    assert "ZeroDivisionError" in rig.job.error.message
    assert "secret" not in rig.job.error.message
    await asyncio.sleep(10)
    assert await rig.worked_off() == "succeeded"


@in_virtual_time
async def test_a_step_that_cancels_itself_has_a_defect_and_does_not_go_round_for_ever() -> None:
    rig = Rig.of(processor(Telling("only", raising(*[asyncio.CancelledError()] * 9))))
    await rig.stored()
    assert await rig.worked_off() == "postponed"
    assert (rig.job.attempts, len(rig.watcher.defects)) == (1, 1)
    assert rig.watcher.steps == [("only", "failed")]


@in_virtual_time
async def test_a_step_that_is_not_known_any_more_fails_the_job_with_advice() -> None:
    rig = Rig.of(processor(Telling("old", raising(StorageUnavailableError()))))
    await rig.stored()
    await rig.worked_off()
    await asyncio.sleep(10)
    newer = rig.program(processors=Processors((processor(Telling("new")),)))
    assert await rig.worked_off(newer) == "failed"
    assert rig.job.error is not None
    assert "no step 'old' any more; start a new job" in rig.job.error.message


@in_virtual_time
async def test_told_to_stop_it_lets_go_behind_the_step_and_the_attempt_does_not_count() -> None:
    gate = Gate()
    first, second = Telling("first", gate), Telling("second")
    rig = Rig.of(processor(first, second))
    await rig.stored()
    rig.queue.announced.clear()
    program, stopping = rig.program(), asyncio.Event()
    job = await program.claim(worker="stopped")
    assert job is not None
    attempt = asyncio.create_task(program.work_on(job, stopping=stopping))
    await gate.reached.wait()
    stopping.set()
    gate.go.set()
    assert await attempt == "released"
    assert (rig.job.status, rig.job.attempts, rig.job.lease) == (JobStatus.QUEUED, 0, None)
    assert [step.status for step in rig.steps()] == [StepStatus.SUCCEEDED, StepStatus.PENDING]
    assert list(rig.queue.announced) == [(rig.job.id, timedelta(0))]
    assert await rig.worked_off() == "succeeded"
    assert (first.started, second.started) == (1, 1)


@in_virtual_time
async def test_cancelled_from_outside_it_lets_go_at_once_and_says_so() -> None:
    gate = Gate()
    rig = Rig.of(processor(Telling("only", gate)))
    await rig.stored()
    rig.queue.announced.clear()
    program = rig.program()
    job = await program.claim(worker="cancelled")
    assert job is not None
    attempt = asyncio.create_task(program.work_on(job, stopping=asyncio.Event()))
    await gate.reached.wait()
    attempt.cancel()
    with pytest.raises(asyncio.CancelledError):
        await attempt
    assert (rig.job.status, rig.job.attempts) == (JobStatus.QUEUED, 0)
    assert list(rig.queue.announced) == [(rig.job.id, timedelta(0))], "nobody waits for a sweep"
    assert rig.watcher.outcomes == ["released"]


@in_virtual_time
async def test_cancelled_from_outside_without_a_database_it_is_still_cancelled() -> None:
    gate = Gate()
    rig = Rig.of(processor(Telling("only", gate)))
    await rig.stored()
    points = Points()
    program = rig.program(points)
    job = await program.claim(worker="cancelled")
    assert job is not None
    attempt = asyncio.create_task(program.work_on(job, stopping=asyncio.Event()))
    await gate.reached.wait()
    points.away = True
    attempt.cancel()
    with pytest.raises(asyncio.CancelledError):
        await attempt
    assert rig.job.status is JobStatus.RUNNING
    assert DatabaseUnavailableError in {type(trouble) for trouble in rig.watcher.troubles}


@pytest.mark.parametrize("ends", ["stops", "fails for the moment"])
@in_virtual_time
async def test_a_job_that_is_to_be_cancelled_never_waits_for_another_attempt(ends: str) -> None:
    gate = Gate()

    async def act(context: StepContext) -> None:
        with pytest.raises(asyncio.CancelledError):
            await gate(context)
        raise StorageUnavailableError

    rig = Rig.of(processor(Telling("only", act if ends != "stops" else gate)))
    await rig.stored()
    program = rig.program()
    job = await program.claim(worker="worker")
    assert job is not None
    attempt = asyncio.create_task(program.work_on(job, stopping=asyncio.Event()))
    await gate.reached.wait()
    await rig.cancel_job(job.id)
    if ends == "stops":
        attempt.cancel()
    await asyncio.wait({attempt})
    assert (rig.job.status, rig.steps()[0].status) == (JobStatus.CANCELLED, StepStatus.CANCELLED)


@in_virtual_time
async def test_a_job_that_was_cancelled_before_anybody_listened_stops_before_its_first_step() -> None:
    step = Telling("only")
    rig = Rig.of(processor(step))
    await rig.stored()
    program = rig.program()
    job = await program.claim(worker="worker")
    assert job is not None
    await rig.cancel_job(job.id)
    assert await program.work_on(job, stopping=asyncio.Event()) == "cancelled"
    assert step.started == 0


@in_virtual_time
async def test_a_job_that_was_not_claimed_is_not_worked_on() -> None:
    step = Telling("only")
    rig = Rig.of(processor(step))
    await rig.stored()
    assert await rig.program().work_on(rig.job, stopping=asyncio.Event()) == "lost"
    assert step.started == 0
    assert [type(error) for error in rig.watcher.defects] == [LeaseLostError]


@in_virtual_time
async def test_a_worker_that_stayed_away_too_often_fails_the_job() -> None:
    rig = Rig.of(processor(Telling("only")), policy=ProcessingPolicy(max_attempts=3, lease=LEASE))
    await rig.stored()
    program = rig.program()
    for attempt in (1, 2, 3):
        job = await program.claim(worker=f"dies {attempt}")
        assert job is not None
        assert job.attempts == attempt
        assert await program.claim(worker="too early") is None
        await asyncio.sleep(LEASE.total_seconds())
    assert await program.claim(worker="last") is None
    assert rig.job.error is not None
    assert (rig.job.status, rig.job.error.code) == (JobStatus.FAILED, "worker_lost")
    assert rig.run.status is RunStatus.FAILED
    assert rig.watcher.outcomes == ["failed"]


@in_virtual_time
async def test_a_job_is_claimed_by_name_if_it_is_due_and_of_a_kind_that_is_known() -> None:
    rig = Rig.of(processor(Telling("only")))
    await rig.stored()
    job, program = rig.job, rig.program()
    assert await program.claim(worker="worker", job_id=rig.ids.new_id()) is None
    stranger = rig.program(processors=Processors((processor(kind="other"),)))
    assert await stranger.claim(worker="worker", job_id=job.id) is None
    assert await stranger.claim(worker="worker") is None
    claimed = await program.claim(worker="worker", job_id=job.id)
    assert claimed is not None
    assert claimed.id == job.id
    assert await program.claim(worker="worker", job_id=job.id) is None


@in_virtual_time
async def test_work_on_a_run_that_is_deleted_ends_within_seconds() -> None:
    gate = Gate()
    rig = Rig.of(processor(Telling("only", gate)))
    await rig.stored()
    attempt = asyncio.create_task(rig.worked_off())
    await gate.reached.wait()
    await rig.delete_run(rig.run.id)
    async with asyncio.timeout(2):
        assert await attempt == "lost"
    await rig.assert_tidy()


@in_virtual_time
async def test_an_error_that_is_not_told_about_a_run_that_was_deleted_is_no_defect() -> None:
    rig = Rig.of()

    async def deleted(context: StepContext) -> None:
        await rig.delete_run(context.run.id)
        raise JobNotFoundError

    rig.processors = Processors((processor(Telling("only", deleted)),))
    await rig.stored()
    assert await rig.worked_off() == "lost"
    assert rig.watcher.defects == []


@in_virtual_time
async def test_an_ending_that_cannot_be_written_at_all_is_told_and_ends_nothing_else() -> None:
    rig = Rig.of(processor(Telling("only", raising(BROKEN))))
    await rig.stored()
    program = rig.program()

    async def broken(*args: object, **options: object) -> None:
        raise ForebayError("a defect in writing")

    job = await program.claim(worker="worker")
    assert job is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("forebay.application.processing.endings.fail_run", broken)
        assert await program.work_on(job, stopping=asyncio.Event()) == "lost"
    assert [str(error) for error in rig.watcher.defects] == ["a defect in writing"]
