"""ShowSync: how far the runs of pipelines were pulled from their sources."""

from collections.abc import Sequence
from dataclasses import dataclass

from forebay.application.ports.pipelines import PipelinesUnitOfWorkFactory
from forebay.application.ports.run_source import RunSources, SourceScope
from forebay.domain.pipelines.source import SyncState


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncedPipeline:
    """`name`: of the pipeline."""

    name: str
    state: SyncState


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncedSource:
    """`scope`: None when it is not configured here (any more). `pipelines`: those that were asked for ever."""

    source: str
    scope: SourceScope | None
    pipelines: Sequence[SyncedPipeline]


class ShowSync:
    """By source, those that are configured first, then by pipeline id. UnknownSourceError for one that never was."""

    def __init__(self, *, sources: RunSources, unit_of_work: PipelinesUnitOfWorkFactory) -> None:
        self._sources = sources
        self._unit_of_work = unit_of_work

    async def __call__(self, source: str | None = None) -> Sequence[SyncedSource]:
        async with self._unit_of_work(write=False) as work:
            states = await work.sync_states.list(source)
            pipelines = await work.pipelines.get_many(sorted({state.pipeline_id for state in states}))
        if source is not None and not states:
            self._sources.scope(source)
        configured = [name for name in self._sources.names if source in {None, name}]
        gone = sorted({state.source for state in states}.difference(configured))
        return [
            SyncedSource(
                source=name,
                scope=self._sources.scope(name) if name in configured else None,
                pipelines=[
                    SyncedPipeline(name=pipelines[state.pipeline_id].name, state=state)
                    for state in states
                    if state.source == name
                ],
            )
            for name in (*configured, *gone)
        ]
