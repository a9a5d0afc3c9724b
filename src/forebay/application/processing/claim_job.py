"""ClaimJob: a worker takes a job that waits, or one whose worker went away."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from forebay.application.ports.clock import Clock
from forebay.application.ports.ids import IdGenerator
from forebay.application.ports.observer import ProcessingObserver
from forebay.application.ports.processing import ProcessingUnitOfWork, ProcessingUnitOfWorkFactory
from forebay.application.processing.endings import JobEndings
from forebay.application.processing.enqueue import job_event
from forebay.application.processing.policy import ProcessingPolicy
from forebay.application.processing.processor import Processors
from forebay.domain.processing.errors import JobNotFoundError, WorkerLostError
from forebay.domain.processing.event import EventCode
from forebay.domain.processing.job import Job, JobError, JobStatus, Lease


@dataclass(frozen=True, slots=True)
class Claim:
    """`job`: what was claimed. `alone`: it is a suspect, beside which nothing else must be in its worker's hands.

    Without a job, `alone` says that such a one is next, and waits for a worker that has nothing in its hands.
    """

    job: Job | None = None
    alone: bool = False


class ClaimJob:
    """The job due longest of the kinds that are installed here, or the one that is named; None if there is none.

    A job whose worker went away is ended on the way if it was to be cancelled or has no attempt left: so a job that
    kills its workers does not go round for ever. Before that, a suspect is worked on alone, so that it does not take
    others along; it keeps its turn: a busy worker claims nothing that became due later, and so gets its hands free.
    """

    def __init__(
        self,
        *,
        unit_of_work: ProcessingUnitOfWorkFactory,
        processors: Processors,
        endings: JobEndings,
        policy: ProcessingPolicy,
        observer: ProcessingObserver,
        clock: Clock,
        ids: IdGenerator,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._processors = processors
        self._endings = endings
        self._policy = policy
        self._observer = observer
        self._clock = clock
        self._ids = ids

    async def __call__(self, *, worker: str, job_id: UUID | None = None) -> Job | None:
        return (await self._take(worker, job_id, busy=False)).job

    async def next(self, *, worker: str, busy: bool) -> Claim:
        """For a worker that may have several jobs at a time. `busy`: it has some."""
        return await self._take(worker, None, busy=busy)

    async def _take(self, worker: str, job_id: UUID | None, *, busy: bool) -> Claim:
        while True:
            async with self._unit_of_work() as work:
                now = self._clock.now()
                found = await self._find(work, job_id, now)
                if found is None:
                    return Claim()
                ended = await self._end_lost(work, found, now)
                alone = found.is_suspect(now)
                if ended is None and alone and busy:
                    return Claim(alone=True)
                claimed = ended or await self._claim(work, found, worker, now)
                await work.commit()
            if claimed.status is JobStatus.RUNNING:
                since = found.lease.expires_at if found.lease else found.run_after
                waited = max(0.0, (now - since).total_seconds())
                self._observer.job_claimed(claimed, waited=waited, taken_over=found.lease is not None)
                return Claim(claimed, alone)
            if found.lease is not None:
                outcome = "cancelled" if found.cancel_requested else "failed"
                self._observer.job_ended(found, outcome=outcome, seconds=0.0)

    async def _find(self, work: ProcessingUnitOfWork, job_id: UUID | None, now: datetime) -> Job | None:
        if job_id is None:
            return await work.jobs.find_claimable(at=now, kinds=self._processors.kinds)
        try:
            job = await work.jobs.get(job_id, for_update=True)
        except JobNotFoundError:
            return None
        return job if job.is_claimable(now) and job.kind in self._processors.kinds else None

    async def _end_lost(self, work: ProcessingUnitOfWork, job: Job, now: datetime) -> Job | None:
        if job.status is not JobStatus.RUNNING:
            return None
        if job.cancel_requested:
            return await self._endings.cancel(work, job, at=now)
        if job.is_exhausted:
            lost = WorkerLostError(f"The worker went away in the middle of the job, at attempt {job.attempts} of it.")
            return await self._endings.fail(work, job, JobError.of(lost), at=now)
        return None

    async def _claim(self, work: ProcessingUnitOfWork, found: Job, worker: str, now: datetime) -> Job:
        owner = f"{worker}/{self._ids.random_id()}"
        job = found.claimed(Lease(owner=owner, expires_at=now + self._policy.lease), at=now)
        await work.jobs.update(job)
        if found.lease is not None:
            message = "its worker went away; another one goes on"
            event = job_event(job, EventCode.JOB_TAKEN_OVER, message, at=now, worker=worker, before=found.lease.owner)
        else:
            event = job_event(job, EventCode.JOB_STARTED, f"attempt {job.attempts} has begun", at=now, worker=worker)
        work.events.record(event)
        return job
