"""A job queue in memory, for tests and for programs that carry job ids themselves."""

from collections import deque
from datetime import timedelta
from uuid import UUID

from forebay.application.ports.blobs import Probe
from forebay.application.ports.queue import JobQueue


class MemoryQueue:
    """Remembers the last announcements, for whoever takes them."""

    name = "queue"

    def __init__(self, *, most: int = 10_000) -> None:
        self.announced: deque[tuple[UUID, timedelta]] = deque(maxlen=most)

    async def announce(self, job_id: UUID, *, delay: timedelta = timedelta()) -> None:
        self.announced.append((job_id, delay))

    async def check(self) -> str:
        return f"in memory: {len(self.announced)} announced"


def _fits(queue: MemoryQueue) -> tuple[JobQueue, Probe]:
    return queue, queue
