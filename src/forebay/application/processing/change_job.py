"""CancelJob and RetryJob: a person changes what becomes of a job."""

from uuid import UUID

from forebay.application.ports.clock import Clock
from forebay.application.ports.processing import ProcessingUnitOfWorkFactory
from forebay.application.ports.queue import JobQueue
from forebay.application.processing.announcing import announce
from forebay.application.processing.endings import JobEndings
from forebay.application.processing.enqueue import active_beside, job_event
from forebay.domain.processing.errors import JobActiveError
from forebay.domain.processing.event import EventCode
from forebay.domain.processing.job import Job, JobStatus
from forebay.domain.processing.step import StepStatus


class CancelJob:
    """A job that waits is cancelled at once, one that runs at its next safe point; repeating it changes nothing.

    JobNotFoundError; InvalidJobTransitionError when it has succeeded or failed.
    """

    def __init__(self, *, unit_of_work: ProcessingUnitOfWorkFactory, endings: JobEndings, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._endings = endings
        self._clock = clock

    async def __call__(self, job_id: UUID) -> Job:
        async with self._unit_of_work() as work:
            job = await work.jobs.get(job_id, for_update=True)
            if job.status is JobStatus.CANCELLED or (job.status is JobStatus.RUNNING and job.cancel_requested):
                return job
            now = self._clock.now()
            asked = job.asked_to_cancel(at=now)
            if asked.status is JobStatus.RUNNING:
                await work.jobs.update(asked)
                message = f"{job.kind} is asked to stop"
                work.events.record(job_event(asked, EventCode.JOB_CANCEL_REQUESTED, message, at=now))
            else:
                await self._endings.cancel(work, job, at=now)
                asked = job.cancelled(at=now)
            await work.commit()
        return asked


class RetryJob:
    """A job that failed or was cancelled goes on with its first step that is not done, with all its attempts anew.

    JobNotFoundError; InvalidJobTransitionError for any other; JobActiveError when a newer one is under way.
    """

    def __init__(self, *, unit_of_work: ProcessingUnitOfWorkFactory, queue: JobQueue, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._queue = queue
        self._clock = clock

    async def __call__(self, job_id: UUID) -> Job:
        async with self._unit_of_work() as work:
            job = await work.jobs.get(job_id, for_update=True)
            now = self._clock.now()
            again = job.retried(at=now)
            if await active_beside(work, run_id=job.run_id, subject=job.subject, kind=job.kind) is not None:
                raise JobActiveError(job.run_id, job.kind, subject=job.subject)
            for step in await work.steps.list(job_id):
                if step.status is not StepStatus.SUCCEEDED:
                    await work.steps.update(step.put_back())
            await work.jobs.update(again)
            work.events.record(job_event(again, EventCode.JOB_RETRIED, f"{job.kind} is tried again", at=now))
            await work.commit()
        await announce(self._queue, job_id)
        return again
