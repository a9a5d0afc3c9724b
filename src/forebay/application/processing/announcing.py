"""Telling the queue about a job whose row is committed."""

from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from forebay.application.ports.queue import JobQueue
from forebay.domain.errors import UnavailableError


async def announce(queue: JobQueue, job_id: UUID, *, delay: timedelta = timedelta()) -> None:
    """What the queue cannot carry now is announced again by RecoverJobs: the job is safe in its row."""
    with suppress(UnavailableError):
        await queue.announce(job_id, delay=delay)
