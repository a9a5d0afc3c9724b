"""Getting a worker to look at a job."""

from datetime import timedelta
from typing import Protocol
from uuid import UUID


class JobQueue(Protocol):
    """Carries job ids to workers. Only a wake-up: the job's row is the truth, and a lost id is announced again.

    With the local queue there is nothing to carry: workers hear of the row through ChangeSignals.
    """

    async def announce(self, job_id: UUID, *, delay: timedelta = timedelta()) -> None:
        """Asks that some worker looks at the job, not before `delay` has passed. Quick: it does not wait for a broker.

        May deliver more than once, or never. QueueUnavailableError when it is known that it will not be delivered.
        """
        ...


class BrokerDepth(Protocol):
    """What a queue may be able to tell besides: how much waits in it. Without it recovery has to guess."""

    async def depth(self) -> int:
        """How many announcements wait for a worker, those included that are still on their way to the broker.

        Those that a worker has taken and not acknowledged do not count. QueueUnavailableError.
        """
        ...
