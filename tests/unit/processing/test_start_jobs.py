"""Jobs that somebody asks for: begun once, joined, repeated under a key, cancelled and tried again."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from forebay.adapters.memory.jobs import MemoryJobs
from forebay.application.processing.recover_jobs import RecoverJobs
from forebay.application.processing.start_job import StartedJob, StartJobCommand
from forebay.domain.errors import ConflictError
from forebay.domain.intake.archive_errors import ArchiveBrokenError
from forebay.domain.intake.errors import RunInProgressError, RunNotFoundError
from forebay.domain.intake.run import IngestionRun, RunError, RunStatus, RunType
from forebay.domain.processing.errors import (
    InvalidJobTransitionError,
    JobActiveError,
    JobKeyReusedError,
    JobKindMismatchError,
    JobNotFoundError,
    QueueUnavailableError,
    RunNotStoredError,
    UnknownJobKindError,
)
from forebay.domain.processing.event import EventCode
from forebay.domain.processing.job import Job, JobStatus
from forebay.domain.processing.step import StepStatus
from tests.unit.processing.rig import LEASE, Rig
from tests.unit.processing.steps_for_tests import Gate, Telling, processor, raising
from tests.unit.processing.virtual_time import in_virtual_time

BROKEN = ArchiveBrokenError("it is broken")


def a_rig() -> Rig:
    return Rig.of(processor(Telling("first")), processor(Telling("aside"), kind="aside", automatic=False))


async def a_run(rig: Rig, *, run_type: RunType = RunType.ARCHIVE) -> UUID:
    """One whose first job is done."""
    run_id = await rig.stored(run_type=run_type)
    await rig.worked_off()
    rig.queue.announced.clear()
    return run_id


async def a_run_without_a_file(rig: Rig, status: RunStatus) -> UUID:
    run_id = rig.ids.new_id()
    error = RunError(code="x", detail="y") if status is RunStatus.FAILED else None
    async with rig.units() as work:
        await work.runs.add(
            IngestionRun(
                id=run_id,
                type=RunType.ARCHIVE,
                status=status,
                label=None,
                notes=None,
                owner=None,
                parent_run_id=None,
                error=error,
                created_at=rig.clock.now(),
                updated_at=rig.clock.now(),
            )
        )
        await work.commit()
    return run_id


@in_virtual_time
async def test_a_job_is_begun_with_the_processor_of_the_runs_type_and_announced() -> None:
    rig = a_rig()
    run_id = await a_run(rig)
    started = await rig.start_job(StartJobCommand(run_id=run_id))
    assert started.is_new
    assert (started.job.kind, started.job.status, started.job.run_id) == ("telling", JobStatus.QUEUED, run_id)
    assert list(rig.queue.announced) == [(started.job.id, timedelta(0))]
    assert rig.codes(started.job) == [EventCode.JOB_QUEUED]
    assert await rig.worked_off() == "succeeded"


@in_virtual_time
async def test_another_kind_is_done_on_request_and_leaves_the_runs_status_alone() -> None:
    rig = a_rig()
    await a_run(rig)
    aside = await rig.start_again(kind="aside")
    again = await rig.start_again()
    assert {job.kind for job in (aside, again)} == {"aside", "telling"}, "jobs of two kinds do not get in the way"
    await rig.cancel_job(again.id)
    before = rig.run
    assert await rig.worked_off() == "succeeded"
    assert rig.run == before
    assert {event.code for event in rig.events if event.job_id is None} == {
        EventCode.RUN_STORED,
        EventCode.RUN_PARSING,
        EventCode.RUN_COMPLETE,
    }


@in_virtual_time
async def test_only_one_job_of_a_kind_is_under_way_and_whoever_likes_joins_it() -> None:
    rig = a_rig()
    run_id = await a_run(rig)
    first = await rig.start_again()
    with pytest.raises(JobActiveError, match="under way"):
        await rig.start_again()
    joined = await rig.start_job(StartJobCommand(run_id=run_id, join=True))
    assert joined == StartedJob(job=first, is_new=False)
    assert len(rig.queue.announced) == 1


@in_virtual_time
async def test_the_same_key_is_answered_with_the_same_job_even_when_it_is_done() -> None:
    rig = a_rig()
    run_id = await a_run(rig)
    first = await rig.start_job(StartJobCommand(run_id=run_id, idempotency_key="k"))
    assert first.is_new
    for kind in (None, "telling"):
        again = await rig.start_job(StartJobCommand(run_id=run_id, kind=kind, idempotency_key="k"))
        assert (again.job.id, again.is_new) == (first.job.id, False)
    await rig.worked_off()
    again = await rig.start_job(StartJobCommand(run_id=run_id, idempotency_key="k"))
    assert (again.job.id, again.job.status, again.is_new) == (first.job.id, JobStatus.SUCCEEDED, False)


@in_virtual_time
async def test_a_key_stands_for_one_request_only() -> None:
    rig = a_rig()
    run_id, other = await a_run(rig), await a_run(rig)
    await rig.start_job(StartJobCommand(run_id=run_id, kind="aside", idempotency_key="k"))
    for command in (
        StartJobCommand(run_id=other, kind="aside", idempotency_key="k"),
        StartJobCommand(run_id=run_id, kind="telling", idempotency_key="k"),
        StartJobCommand(run_id=run_id, idempotency_key="k"),
        StartJobCommand(run_id=rig.ids.new_id(), idempotency_key="k"),
    ):
        with pytest.raises(JobKeyReusedError, match="use a new key"):
            await rig.start_job(command)


@in_virtual_time
async def test_what_cannot_be_worked_on_is_refused_with_the_reason() -> None:
    rig = a_rig()
    run_id = await a_run(rig)
    with pytest.raises(UnknownJobKindError, match="there are aside, telling"):
        await rig.start_job(StartJobCommand(run_id=run_id, kind="no such"))
    with pytest.raises(RunNotFoundError):
        await rig.start_job(StartJobCommand(run_id=rig.ids.new_id()))
    with pytest.raises(RunInProgressError):
        await rig.start_job(StartJobCommand(run_id=await a_run_without_a_file(rig, RunStatus.PENDING), join=True))
    with pytest.raises(RunNotStoredError, match="upload it again"):
        await rig.start_job(StartJobCommand(run_id=await a_run_without_a_file(rig, RunStatus.FAILED), join=True))
    bundle = await rig.stored(run_type=RunType.APP_BUNDLE)
    with pytest.raises(UnknownJobKindError, match="runs of type app_bundle"):
        await rig.start_job(StartJobCommand(run_id=bundle))
    with pytest.raises(JobKindMismatchError, match=r"archive, document; run .* app_bundle"):
        await rig.start_job(StartJobCommand(run_id=bundle, kind="telling"))
    assert {job.run_id for job in rig.jobs} == {run_id}


@pytest.mark.parametrize("key", [None, "k"])
@in_virtual_time
async def test_of_many_who_ask_at_once_one_begins_and_the_others_join(key: str | None) -> None:
    rig = a_rig()
    run_id = await a_run(rig)
    command = StartJobCommand(run_id=run_id, idempotency_key=key, join=key is None)
    answers = await asyncio.gather(*(rig.start_job(command) for _ in range(20)))
    assert len({answer.job.id for answer in answers}) == 1
    assert [answer.is_new for answer in answers].count(True) == 1
    assert len(rig.queue.announced) == 1


def race(patch: pytest.MonkeyPatch, rig: Rig, *errors: Exception) -> None:
    """When a job is added it turns out that somebody was faster, as on a database with many writers."""
    repository = type(rig.units().jobs)
    add = repository.add
    left = list(errors)

    async def raced(jobs: MemoryJobs, job: Job) -> None:
        if left:
            raise left.pop()
        await add(jobs, job)

    patch.setattr(repository, "add", raced)


@in_virtual_time
async def test_a_job_that_has_ended_before_it_could_be_joined_is_begun_anew() -> None:
    rig = a_rig()
    run_id = await a_run(rig)
    with pytest.MonkeyPatch.context() as patch:
        race(patch, rig, JobActiveError(run_id, "telling"))
        assert (await rig.start_job(StartJobCommand(run_id=run_id, join=True))).is_new


@pytest.mark.parametrize(
    ("times", "command"),
    [(1, {}), (9, {"join": True}), (1, {"idempotency_key": "k"})],
    ids=["nothing to join", "again and again", "a key that is gone"],
)
@in_virtual_time
async def test_what_stands_in_the_way_and_cannot_be_found_is_told(times: int, command: dict[str, Any]) -> None:
    rig = a_rig()
    run_id = await a_run(rig)
    with pytest.MonkeyPatch.context() as patch:
        error = ConflictError("the key is taken") if "idempotency_key" in command else JobActiveError(run_id, "aside")
        race(patch, rig, *[error] * times)
        with pytest.raises(type(error)):
            await rig.start_again(kind="aside", **command)


@in_virtual_time
async def test_a_queue_that_is_away_loses_nothing() -> None:
    rig = a_rig()
    await a_run(rig)
    with pytest.MonkeyPatch.context() as patch:

        async def away(job_id: UUID, *, delay: timedelta = timedelta()) -> None:
            raise QueueUnavailableError

        patch.setattr(rig.queue, "announce", away)
        job = await rig.start_again()
    recover = RecoverJobs(
        unit_of_work=rig.units,
        processors=rig.processors,
        queue=rig.queue,
        is_local=False,
        depth=None,
        clock=rig.clock,
    )
    grace = timedelta(seconds=30)
    assert (await recover(grace=grace)).announced == 0, "a worker may be about to take it"
    await asyncio.sleep(30)
    assert (await recover(grace=grace)).announced == 1
    assert list(rig.queue.announced) == [(job.id, timedelta(0))]
    program = rig.program()
    assert await program.claim(worker="worker") is not None
    await asyncio.sleep(30)
    assert (await recover(grace=grace)).announced == 0, "somebody works on it"
    await asyncio.sleep(LEASE.total_seconds())
    assert (await recover(grace=grace)).announced == 1, "its worker went away"


@in_virtual_time
async def test_a_job_that_waits_is_cancelled_at_once_and_repeating_that_changes_nothing() -> None:
    rig = a_rig()
    await rig.stored()
    cancelled = await rig.cancel_job(rig.job.id)
    assert cancelled == rig.job
    assert cancelled.status is JobStatus.CANCELLED
    events = rig.events
    assert await rig.cancel_job(rig.job.id) == cancelled
    assert rig.events == events
    assert (rig.run.status, rig.run.error.code if rig.run.error else "") == (RunStatus.FAILED, "job_cancelled")
    assert await rig.worked_off() is None


@in_virtual_time
async def test_a_job_that_runs_is_asked_to_stop_and_does_within_seconds() -> None:
    gate = Gate()
    rig = Rig.of(processor(Telling("only", gate)))
    await rig.stored()
    attempt = asyncio.create_task(rig.worked_off())
    await gate.reached.wait()
    asked = await rig.cancel_job(rig.job.id)
    assert (asked.status, asked.cancel_requested) == (JobStatus.RUNNING, True)
    assert await rig.cancel_job(rig.job.id) == asked
    async with asyncio.timeout(2):
        assert await attempt == "cancelled"
    assert rig.job.status is JobStatus.CANCELLED
    assert rig.steps()[0].status is StepStatus.CANCELLED
    assert rig.codes().count(EventCode.JOB_CANCEL_REQUESTED) == 1
    await rig.assert_tidy()


@in_virtual_time
async def test_a_job_whose_worker_went_away_is_cancelled_by_the_next_one_that_looks() -> None:
    rig = a_rig()
    await rig.stored()
    program = rig.program()
    assert await program.claim(worker="gone") is not None
    await rig.cancel_job(rig.job.id)
    await asyncio.sleep(LEASE.total_seconds())
    assert await program.claim(worker="next") is None
    assert rig.job.status is JobStatus.CANCELLED
    assert rig.watcher.outcomes == ["cancelled"]


@in_virtual_time
async def test_what_is_done_or_failed_cannot_be_cancelled_and_what_is_done_or_waits_cannot_be_retried() -> None:
    rig = Rig.of(processor(Telling("only", raising(None, BROKEN))))
    await rig.stored()
    with pytest.raises(InvalidJobTransitionError, match="queued"):
        await rig.retry_job(rig.job.id)
    await rig.worked_off()
    done = rig.job
    with pytest.raises(InvalidJobTransitionError, match="succeeded"):
        await rig.cancel_job(done.id)
    with pytest.raises(InvalidJobTransitionError, match="succeeded"):
        await rig.retry_job(done.id)
    failed = await rig.start_again()
    assert await rig.worked_off() == "failed"
    with pytest.raises(InvalidJobTransitionError, match="failed"):
        await rig.cancel_job(failed.id)
    for change in (rig.cancel_job, rig.retry_job):
        with pytest.raises(JobNotFoundError):
            await change(rig.ids.new_id())


@in_virtual_time
async def test_a_retried_job_goes_on_with_the_step_that_failed_with_all_its_attempts() -> None:
    first, second = Telling("first"), Telling("second", raising(BROKEN))
    rig = Rig.of(processor(first, second))
    await rig.stored()
    assert await rig.worked_off() == "failed"
    rig.queue.announced.clear()
    again = await rig.retry_job(rig.job.id)
    assert again == rig.job
    assert (again.status, again.attempts, again.error) == (JobStatus.QUEUED, 0, None)
    assert list(rig.queue.announced) == [(again.id, timedelta(0))]
    assert rig.run.status is RunStatus.FAILED, "until work begins"
    assert await rig.worked_off() == "succeeded"
    assert (first.started, second.started, rig.run.status) == (1, 2, RunStatus.COMPLETE)


@in_virtual_time
async def test_a_job_is_not_retried_beside_a_newer_one() -> None:
    rig = Rig.of(processor(Telling("only", raising(BROKEN))))
    await rig.stored()
    await rig.worked_off()
    old = rig.job
    newer = await rig.start_again()
    with pytest.raises(JobActiveError):
        await rig.retry_job(old.id)
    assert await rig.worked_off() == "succeeded"
    assert rig.database.state.jobs[newer.id].status is JobStatus.SUCCEEDED
    await rig.retry_job(old.id)
    assert await rig.worked_off() == "succeeded"


@in_virtual_time
async def test_a_run_shows_what_came_of_the_last_job_that_moves_it() -> None:
    rig = Rig.of(processor(Telling("only", raising(None, BROKEN, None))))
    await rig.stored()
    statuses = [rig.run.status]
    for job_ends in ("succeeded", "failed", "succeeded"):
        if len(statuses) > 1:
            await rig.start_again()
        statuses.append(rig.run.status)
        assert await rig.worked_off() == job_ends
        statuses.append(rig.run.status)
    stored, complete, failed = RunStatus.STORED, RunStatus.COMPLETE, RunStatus.FAILED
    assert statuses == [stored, stored, complete, complete, failed, failed, complete]
    assert rig.run.error is None


@pytest.mark.parametrize("before", [RunStatus.COMPLETE, RunStatus.FAILED])
@in_virtual_time
async def test_a_repetition_that_is_cancelled_before_it_began_leaves_the_run_as_it_was(before: RunStatus) -> None:
    rig = Rig.of(processor(Telling("only", raising(BROKEN if before is RunStatus.FAILED else None))))
    await rig.stored()
    await rig.worked_off()
    run = rig.run
    assert run.status is before
    await rig.cancel_job((await rig.start_again()).id)
    assert rig.run == run


@pytest.mark.parametrize("before", [RunStatus.COMPLETE, RunStatus.FAILED])
@in_virtual_time
async def test_a_repetition_that_is_cancelled_in_the_middle_says_so(before: RunStatus) -> None:
    gate = Gate()
    step = Telling("only", raising(BROKEN if before is RunStatus.FAILED else None))
    rig = Rig.of(processor(step))
    await rig.stored()
    await rig.worked_off()
    step.does = gate
    job = await rig.start_again()
    attempt = asyncio.create_task(rig.worked_off())
    await gate.reached.wait()
    assert (rig.run.status, rig.run.error) == (RunStatus.PARSING, None)
    await rig.cancel_job(job.id)
    assert await attempt == "cancelled"
    assert (rig.run.status, rig.run.error.code if rig.run.error else "") == (RunStatus.FAILED, "job_cancelled")


@pytest.mark.parametrize("ends", ["failed", "cancelled"])
@in_virtual_time
async def test_a_job_that_does_not_move_the_run_leaves_it_alone_however_it_ends(ends: str) -> None:
    gate = Gate()
    aside = Telling("aside", raising(BROKEN) if ends == "failed" else gate)
    rig = Rig.of(processor(Telling("first")), processor(aside, kind="aside", automatic=False))
    await a_run(rig)
    before = rig.run
    job = await rig.start_again(kind="aside")
    attempt = asyncio.create_task(rig.worked_off())
    if ends == "cancelled":
        await gate.reached.wait()
        await rig.cancel_job(job.id)
    assert await attempt == ends
    assert rig.run == before
