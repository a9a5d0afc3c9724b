"""One message from the broker: the job that it names is claimed and worked on, if that can be done now."""

import asyncio
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

from forebay.application.cancellation import until_done
from forebay.application.processing.claim_job import ClaimJob
from forebay.application.processing.show_jobs import GetJob
from forebay.application.processing.work_on_job import WorkOnJob
from forebay.domain.processing.errors import JobNotFoundError
from forebay.domain.processing.job import Job, JobStatus


class JobUseCases(Protocol):
    """What a message needs of ProcessingUseCases."""

    @property
    def claim_job(self) -> ClaimJob: ...
    @property
    def work_on_job(self) -> WorkOnJob: ...
    @property
    def get_job(self) -> GetJob: ...


async def work_on_message(
    processing: JobUseCases,
    job_id: UUID,
    *,
    worker: str,
    stopping: asyncio.Event,
    grace_seconds: float,
    now: datetime,
    redelivered: bool,
) -> timedelta | None:
    """None when the message has done its work; else after how long the job should be announced again.

    A message says only that somebody should look: that the job is done, not due yet or in other hands is no error.
    `redelivered`: a worker may have died on this message, in the middle of the job.
    """
    if stopping.is_set():
        return timedelta()
    job = await processing.claim_job(worker=worker, job_id=job_id)
    if job is None:
        return await _look_again(processing, job_id, now=now, redelivered=redelivered)
    hand = asyncio.ensure_future(processing.work_on_job(job, stopping=stopping))
    stopped = asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait({hand, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if not hand.done():
            await asyncio.wait({hand}, timeout=grace_seconds)
    finally:
        for task in (stopped, hand):
            task.cancel()
            await until_done(task)
    if hand.cancelled():  # let go of in the middle of a step, when the grace time was over
        return timedelta()
    hand.result()
    return None


async def _look_again(processing: JobUseCases, job_id: UUID, *, now: datetime, redelivered: bool) -> timedelta | None:
    try:
        job = (await processing.get_job(job_id)).job
    except JobNotFoundError:
        return None
    due = _due(job, redelivered=redelivered)
    # one that is due already was not for us: its processor is not installed here, or somebody was quicker
    return due - now if due is not None and due > now else None


def _due(job: Job, *, redelivered: bool) -> datetime | None:
    """When a job that could not be claimed may be: None if that is somebody else's affair."""
    if job.status is JobStatus.QUEUED:
        return job.run_after
    if job.lease is not None and redelivered:
        return job.lease.expires_at
    return None
