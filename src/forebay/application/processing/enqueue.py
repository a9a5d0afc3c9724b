"""How a job comes into being: its row, in the transaction of whoever wants it."""

from datetime import datetime
from uuid import UUID

from forebay.application.ports.intake import IntakeUnitOfWork
from forebay.application.ports.processing import ProcessingUnitOfWork
from forebay.domain.processing.event import EventCode, NewEvent
from forebay.domain.processing.job import Job, JobStatus


async def enqueue(
    work: ProcessingUnitOfWork | IntakeUnitOfWork,
    *,
    run_id: UUID | None = None,
    subject: str | None = None,
    job_id: UUID,
    kind: str,
    max_attempts: int,
    at: datetime,
    key_hash: str | None = None,
    trace_context: str | None = None,
) -> Job:
    """Adds a queued job of a run or of a subject, and its event. Errors as of JobRepository.add."""
    job = Job(
        id=job_id,
        kind=kind,
        run_id=run_id,
        subject=subject,
        status=JobStatus.QUEUED,
        attempts=0,
        max_attempts=max_attempts,
        lease=None,
        run_after=at,
        cancel_requested=False,
        idempotency_key_hash=key_hash,
        error=None,
        created_at=at,
        updated_at=at,
        started_at=None,
        finished_at=None,
        trace_context=trace_context,
    )
    await work.jobs.add(job)
    work.events.record(job_event(job, EventCode.JOB_QUEUED, f"{kind} waits for a worker", at=at))
    return job


def job_event(job: Job, code: EventCode, message: str, /, *, at: datetime, **more: object) -> NewEvent:
    """An event about a job; `more` is its payload. Without a run, the payload says what it is about."""
    about = {"subject": job.subject} if job.subject is not None else {}
    payload = {"kind": job.kind, **about, "attempt": job.attempts, **more}
    return NewEvent(run_id=job.run_id, job_id=job.id, at=at, code=code, message=message, payload=payload)


async def active_beside(
    work: ProcessingUnitOfWork, *, run_id: UUID | None, subject: str | None, kind: str
) -> Job | None:
    """The job of this kind that is under way for the run or subject."""
    if run_id is not None:
        active = await work.jobs.active_of_run(run_id)
    else:
        active = await work.jobs.active_of_subject(subject or "")
    return next((job for job in active if job.kind == kind), None)
