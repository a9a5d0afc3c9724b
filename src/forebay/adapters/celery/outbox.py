"""What waits to be sent to the broker."""

import threading
import time
from uuid import UUID


class Outbox:
    """Job ids and when they are due (monotonic time, seconds), first in, first out; each at most once. Thread-safe."""

    def __init__(self, *, most: int) -> None:
        self._most = most
        self._waiting: dict[UUID, float] = {}
        self._changed = threading.Condition()
        self._closed = False

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def is_closed(self) -> bool:
        return self._closed

    def put(self, job_id: UUID, due: float) -> bool:
        """False when it is full or closed. The earlier of two times counts."""
        with self._changed:
            if self._closed or (len(self._waiting) >= self._most and job_id not in self._waiting):
                return False
            self._waiting[job_id] = min(due, self._waiting.get(job_id, due))
            self._changed.notify_all()
            return True

    def put_back(self, job_id: UUID, due: float) -> None:
        """First in line again, for what could not be sent; also when it is full or closed."""
        with self._changed:
            due = min(due, self._waiting.pop(job_id, due))
            self._waiting = {job_id: due, **self._waiting}

    def take(self) -> tuple[UUID, float] | None:
        """The first one, waited for; None when it is closed and empty."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            if not self._waiting:
                return None
            job_id = next(iter(self._waiting))
            return job_id, self._waiting.pop(job_id)

    def close(self) -> None:
        """Nothing more comes in; what is in it can still be taken."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def pause(self, seconds: float) -> None:
        """Returns after that time, or as soon as it is closed."""
        deadline = time.monotonic() + seconds
        with self._changed:
            self._changed.wait_for(lambda: self._closed, timeout=max(0.0, deadline - time.monotonic()))
