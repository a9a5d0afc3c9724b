"""PruneJobs: jobs without a run are not kept for ever. Those of runs go with their runs."""

from datetime import timedelta

from forebay.application.ports.clock import Clock
from forebay.application.ports.processing import ProcessingUnitOfWorkFactory

_BATCH = 100  # jobs in one transaction; each may have thousands of steps


class PruneJobs:
    """Removes jobs without a run that were finished longer than `keep` ago, in short transactions.

    Those with artifacts stay. Safe beside itself and everything else.
    """

    def __init__(self, *, unit_of_work: ProcessingUnitOfWorkFactory, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    async def __call__(self, *, keep: timedelta) -> int:
        """How many it removed."""
        before = self._clock.now() - keep
        removed = 0
        while True:
            async with self._unit_of_work() as work:
                pruned = await work.jobs.prune(before=before, limit=_BATCH)
                await work.commit()
            removed += pruned
            if pruned < _BATCH:
                return removed
