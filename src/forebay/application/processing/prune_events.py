"""PruneEvents: events are not kept for ever."""

from datetime import timedelta

from forebay.application.ports.clock import Clock
from forebay.application.ports.processing import ProcessingUnitOfWorkFactory

_BATCH = 5000  # events in one transaction


class PruneEvents:
    """Removes events older than `keep`, oldest first, in short transactions; positions are never used again.

    Runs, jobs and what came of them stay. Safe beside itself and everything else.
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
                pruned = await work.events.prune(before=before, limit=_BATCH)
                await work.commit()
            removed += pruned
            if pruned < _BATCH:
                return removed
