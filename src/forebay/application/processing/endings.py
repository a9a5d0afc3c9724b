"""How an attempt at a job ends: what is written about job, steps and run, inside the caller's unit of work."""

from dataclasses import replace
from datetime import datetime

from forebay.application.ports.processing import ProcessingUnitOfWork
from forebay.application.processing.enqueue import job_event
from forebay.application.processing.processor import Processors
from forebay.application.processing.run_progress import complete_run, fail_run
from forebay.domain.intake.run import IngestionRun, RunError
from forebay.domain.processing.errors import JobCancelledError
from forebay.domain.processing.event import EventCode, EventLevel, NewEvent
from forebay.domain.processing.job import Job, JobError
from forebay.domain.processing.step import Step, StepStatus


class JobEndings:
    """Each method takes a job that the unit of work has locked, gives it as it is left, and leaves the commit to the

    caller. A job that is to be cancelled is cancelled instead of waiting for another attempt.
    """

    def __init__(self, *, processors: Processors) -> None:
        self._processors = processors

    async def succeed(self, work: ProcessingUnitOfWork, job: Job, *, at: datetime) -> Job:
        done = job.succeeded(at=at)
        await work.jobs.update(done)
        work.events.record(job_event(done, EventCode.JOB_SUCCEEDED, f"{job.kind} is done", at=at))
        run = await self._advanced(work, job)
        if run is not None:
            await complete_run(work, run, at=at)
        return done

    async def fail(self, work: ProcessingUnitOfWork, job: Job, error: JobError, *, at: datetime) -> Job:
        for step in await _running(work, job):
            await work.steps.update(step.failed(error, at=at))
            work.events.record(step_failed(job, step, error, at=at))
        failed = job.failed(error, at=at)
        await work.jobs.update(failed)
        work.events.record(_error_event(failed, EventCode.JOB_FAILED, error, EventLevel.ERROR, at=at))
        await self._give_up(work, failed, error, at=at)
        run = await self._advanced(work, job)
        if run is not None:
            await fail_run(work, run, RunError(code=error.code, detail=error.message), at=at)
        return failed

    async def cancel(self, work: ProcessingUnitOfWork, job: Job, *, at: datetime) -> Job:
        """A run that is final stays what it is: work on it had not begun again."""
        for step in await _running(work, job):
            await work.steps.update(step.cancelled(at=at))
        cancelled = job.cancelled(at=at)
        await work.jobs.update(cancelled)
        work.events.record(job_event(cancelled, EventCode.JOB_CANCELLED, f"{job.kind} was cancelled", at=at))
        await self._give_up(work, cancelled, JobError.of(JobCancelledError(_CANCELLED)), at=at)
        run = await self._advanced(work, job)
        if run is not None and not run.status.is_final:
            await fail_run(work, run, RunError.of(JobCancelledError(_CANCELLED)), at=at)
        return cancelled

    async def postpone(
        self, work: ProcessingUnitOfWork, job: Job, error: JobError, *, until: datetime, at: datetime
    ) -> Job:
        """The step under way is done again, and so are those before it whose failure passes."""
        if job.cancel_requested:
            return await self.cancel(work, job, at=at)
        for step in await work.steps.list(job.id):
            if step.status is StepStatus.RUNNING:
                work.events.record(step_failed(job, step, error, at=at))
            elif not (step.status is StepStatus.FAILED and step.is_passing):
                continue
            await work.steps.update(step.put_back())
        postponed = job.postponed(error, until=until, at=at)
        await work.jobs.update(postponed)
        work.events.record(
            _error_event(job, EventCode.JOB_POSTPONED, error, EventLevel.WARNING, at=at, next_attempt_at=_text(until))
        )
        return postponed

    async def release(self, work: ProcessingUnitOfWork, job: Job, *, at: datetime) -> Job:
        if job.cancel_requested:
            return await self.cancel(work, job, at=at)
        for step in await _running(work, job):
            await work.steps.update(step.put_back())
        released = job.released(at=at)
        await work.jobs.update(released)
        message = "its worker was told to stop; another one goes on"
        work.events.record(job_event(released, EventCode.JOB_RELEASED, message, at=at))
        return released

    async def _advanced(self, work: ProcessingUnitOfWork, job: Job) -> IngestionRun | None:
        """The run whose status the job moves, locked; None if it moves none."""
        if job.run_id is None:
            return None
        run = await work.runs.get(job.run_id, for_update=True)
        return run if self._processors.advances(job.kind, run) else None

    async def _give_up(self, work: ProcessingUnitOfWork, job: Job, error: JobError, *, at: datetime) -> None:
        processor = self._processors.find(job.kind)
        if processor is not None:
            await processor.given_up(work, job, error, at)


async def _running(work: ProcessingUnitOfWork, job: Job) -> list[Step]:
    return [step for step in await work.steps.list(job.id) if step.status is StepStatus.RUNNING]


def _error_event(
    job: Job, code: EventCode, error: JobError, level: EventLevel, *, at: datetime, **more: object
) -> NewEvent:
    return replace(job_event(job, code, error.message, at=at, code=error.code, **more), level=level)


def step_failed(job: Job, step: Step, error: JobError, *, at: datetime) -> NewEvent:
    return NewEvent(
        run_id=job.run_id,
        job_id=job.id,
        step_id=step.id,
        at=at,
        code=EventCode.STEP_FAILED,
        level=EventLevel.ERROR,
        message=error.message,
        payload={"step": step.name, "attempt": job.attempts, "code": error.code},
    )


def _text(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


_CANCELLED = "Processing was cancelled; start it again to go on."
