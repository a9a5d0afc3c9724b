"""The local queue: workers look into the database, and hear of changes in it."""

from datetime import timedelta
from uuid import UUID

from forebay.application.ports.blobs import Probe
from forebay.application.ports.queue import JobQueue


class LocalQueue:
    """There is nothing to carry. `name` and check() are its place in /health."""

    name = "queue"

    async def announce(self, job_id: UUID, *, delay: timedelta = timedelta()) -> None:
        """The job's row says it all."""

    async def check(self) -> str:
        return "local: workers find jobs in the database"


def _fits(queue: LocalQueue) -> tuple[JobQueue, Probe]:
    return queue, queue
