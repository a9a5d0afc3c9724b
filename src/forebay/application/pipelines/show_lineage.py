"""ShowLineage and PruneLineage: the events of OpenLineage that are kept."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from forebay.application.ports.clock import Clock
from forebay.application.ports.pipelines import PipelinesUnitOfWorkFactory
from forebay.domain.pipelines.lineage import LineageEvent

_BATCH = 1_000  # events in one transaction


class ShowLineage:
    """The events of one run, by their time; at most `limit`. PipelineRunNotFoundError."""

    def __init__(self, *, unit_of_work: PipelinesUnitOfWorkFactory) -> None:
        self._unit_of_work = unit_of_work

    async def __call__(self, pipeline_id: UUID, run_id: UUID, *, limit: int) -> Sequence[LineageEvent]:
        async with self._unit_of_work(write=False) as work:
            run = await work.pipeline_runs.get(pipeline_id, run_id)
            return await work.lineage.events(pipeline_id=pipeline_id, external_run_id=run.external_run_id, limit=limit)


class PruneLineage:
    """Removes events that came longer than `keep` ago, in short transactions. What they said of runs stays."""

    def __init__(self, *, unit_of_work: PipelinesUnitOfWorkFactory, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    async def __call__(self, *, keep: timedelta) -> int:
        """How many it removed."""
        before = self._clock.now() - keep
        removed = 0
        while True:
            async with self._unit_of_work() as work:
                pruned = await work.lineage.prune(before=before, limit=_BATCH)
                await work.commit()
            removed += pruned
            if pruned < _BATCH:
                return removed
