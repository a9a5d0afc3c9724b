"""RecoverJobs: what a lost message or a dead worker left behind is announced again."""

from dataclasses import dataclass
from datetime import timedelta

from forebay.application.ports.clock import Clock
from forebay.application.ports.processing import ProcessingUnitOfWorkFactory
from forebay.application.ports.queue import JobQueue
from forebay.application.processing.announcing import announce

_BATCH = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryReport:
    """How many jobs were claimable for longer than the grace, and so announced again."""

    announced: int


class RecoverJobs:
    """Announces jobs that could have been claimed for a while and were not. Safe beside workers and itself.

    Nothing is changed: whoever hears of a job claims it, or finds that somebody has. With the local queue workers
    see such jobs by themselves.
    """

    def __init__(self, *, unit_of_work: ProcessingUnitOfWorkFactory, queue: JobQueue, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._queue = queue
        self._clock = clock

    async def __call__(self, *, grace: timedelta) -> RecoveryReport:
        async with self._unit_of_work(write=False) as work:
            jobs = await work.jobs.list_claimable(at=self._clock.now() - grace, limit=_BATCH)
        for job in jobs:
            await announce(self._queue, job.id)
        return RecoveryReport(announced=len(jobs))
