"""RecoverJobs: what a lost message or a dead worker left behind is announced again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from forebay.application.ports.clock import Clock
from forebay.application.ports.processing import ProcessingUnitOfWorkFactory
from forebay.application.ports.queue import BrokerDepth, JobQueue
from forebay.application.processing.announcing import announce
from forebay.application.processing.processor import Processors
from forebay.domain.errors import UnavailableError
from forebay.domain.processing.job import Job

_BATCH = 5000
_PATIENCE = 10  # times the grace, for a message that is in the queue as far as anybody can tell
_LEAST_PATIENCE = timedelta(seconds=30)
_OVERDUE_BATCH = 50  # few enough for a backlog that lasts to grow by next to nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryReport:
    """How many jobs were taken for lost, and so announced again."""

    announced: int


class RecoverJobs:
    """Announces jobs that could have been claimed for a while and were not. Safe beside workers and itself.

    As many as there are due jobs without a message, so that a backlog does not grow in the broker: those due longest,
    which had their messages first. There may be messages that no job needs, behind which lost ones would hide; so where
    none seem to lack, jobs that are due for ten times the grace are announced, a few at a time. A queue that cannot say
    its depth gets each job once in ten times the grace. Nothing is changed: whoever hears of a job claims it, or finds
    that somebody has.
    """

    def __init__(
        self,
        *,
        unit_of_work: ProcessingUnitOfWorkFactory,
        processors: Processors,
        queue: JobQueue,
        is_local: bool,
        depth: BrokerDepth | None,
        clock: Clock,
    ) -> None:
        """`is_local`: workers see jobs by themselves, and there is nothing to announce. `depth`: of the queue."""
        self._unit_of_work = unit_of_work
        self._kinds = processors.kinds
        self._queue = queue
        self._is_local = is_local
        self._depth = depth
        self._clock = clock
        self._announced: dict[UUID, datetime] = {}

    async def __call__(self, *, grace: timedelta) -> RecoveryReport:
        if self._is_local:
            return RecoveryReport(announced=0)
        jobs = (
            await self._not_announced_lately(grace) if self._depth is None else await self._lacking(self._depth, grace)
        )
        for job in jobs:
            await announce(self._queue, job.id)
        return RecoveryReport(announced=len(jobs))

    async def _lacking(self, broker: BrokerDepth, grace: timedelta) -> Sequence[Job]:
        try:
            there = await broker.depth()
        except UnavailableError:  # nothing can be announced now either
            return ()
        now = self._clock.now()
        async with self._unit_of_work(write=False) as work:
            # Messages of jobs that became due just now are in the broker as well: so all that are due count here.
            lacking = (await work.jobs.depth(at=now, kinds=self._kinds)).due - there
            if lacking > 0:
                return await work.jobs.list_claimable(at=now - grace, kinds=self._kinds, limit=min(lacking, _BATCH))
            patience = max(_PATIENCE * grace, _LEAST_PATIENCE)
            overdue = await work.jobs.list_claimable(at=now - patience, kinds=self._kinds, limit=_OVERDUE_BATCH)
        return self._not_lately(overdue, now, patience)

    async def _not_announced_lately(self, grace: timedelta) -> Sequence[Job]:
        now = self._clock.now()
        async with self._unit_of_work(write=False) as work:
            due = await work.jobs.list_claimable(at=now - grace, kinds=self._kinds, limit=_BATCH)
        return self._not_lately(due, now, _PATIENCE * grace)

    def _not_lately(self, due: Sequence[Job], now: datetime, patience: timedelta) -> Sequence[Job]:
        lately = {job.id: self._announced[job.id] for job in due if job.id in self._announced}
        jobs = [job for job in due if job.id not in lately or now - lately[job.id] >= patience]
        self._announced = lately | {job.id: now for job in jobs}
        return jobs
