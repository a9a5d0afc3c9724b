"""The receiver of OpenLineage's events on the in-memory adapters."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from forebay.adapters.memory.database import MemoryDatabase
from forebay.adapters.memory.unit_of_work import MemoryUnitOfWork, MemoryUnitOfWorkFactory
from forebay.adapters.system.ids import SystemIds
from forebay.application.pipelines.lineage_pipelines import LineagePipelines
from forebay.application.pipelines.receive_lineage import LineageVerdict, ReceiveLineage
from forebay.application.ports.pipelines import PipelineFilter, PipelinesUnitOfWork, RunIdentity
from forebay.domain.errors import ForebayError
from forebay.domain.paging import SortOrder
from forebay.domain.pipelines.lineage import LineageEvent
from forebay.domain.pipelines.lineage_clients import LineageClients
from forebay.domain.pipelines.pipeline import Pipeline
from forebay.domain.pipelines.run import PipelineRun

NOW = datetime(2026, 3, 2, tzinfo=UTC)


class StandingClock:
    def now(self) -> datetime:
        return NOW


class Refusing:
    """The lineage of a unit of work, which refuses batches of events that hold one of these."""

    def __init__(self, inner: Any, refusals: "dict[str, ForebayError]") -> None:
        self._inner = inner
        self._refusals = refusals

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def add_events(self, events: Sequence[LineageEvent]) -> frozenset[str]:
        for text, error in self._refusals.items():
            if any(text in event.document for event in events):
                raise error
        found: frozenset[str] = await self._inner.add_events(events)
        return found


class WatchedWork:
    """Counts commits, and refuses as told."""

    def __init__(self, desk: "LineageDesk", inner: MemoryUnitOfWork) -> None:
        self._desk = desk
        self._inner = inner
        self.lineage = Refusing(inner.lineage, desk.refusals)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def __aenter__(self) -> Self:
        await self._inner.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._inner.__aexit__(kind, error, trace)

    async def commit(self) -> None:
        self._desk.commits += 1
        await self._inner.commit()


@dataclass
class LineageDesk:
    """`refusals`: errors by a text in the events that they are about. `commits`: how many there were."""

    rule: str = ""
    database: MemoryDatabase = field(default_factory=MemoryDatabase)
    refusals: dict[str, ForebayError] = field(default_factory=dict)
    commits: int = 0

    def unit_of_work(self, *, write: bool = True) -> PipelinesUnitOfWork:
        return WatchedWork(self, MemoryUnitOfWorkFactory(self.database)(write=write))

    async def receive(self, *events: object) -> Sequence[LineageVerdict]:
        clock, ids = StandingClock(), SystemIds()
        pipelines = LineagePipelines(
            unit_of_work=self.unit_of_work, clients=LineageClients.parse(self.rule), clock=clock, ids=ids
        )
        receive = ReceiveLineage(unit_of_work=self.unit_of_work, pipelines=pipelines, clock=clock, ids=ids)
        return await receive(events)

    async def pipelines(self) -> dict[str, Pipeline]:
        """By `client's name: name`."""
        async with self.unit_of_work(write=False) as work:
            found = await work.pipelines.list(PipelineFilter(), order=SortOrder.ASC, after=None, limit=1000)
            clients = await work.clients.get_many([pipeline.client_id for pipeline in found])
        return {f"{clients[pipeline.client_id].name}: {pipeline.name}": pipeline for pipeline in found}

    async def pipeline(self, name: str = "analytics: orders.load") -> Pipeline:
        return (await self.pipelines())[name]

    async def run(self, run_id: str, pipeline: str = "analytics: orders.load") -> PipelineRun | None:
        async with self.unit_of_work(write=False) as work:
            return await work.pipeline_runs.find(RunIdentity((await self.pipeline(pipeline)).id, run_id))

    async def events(self, run_id: str, pipeline: str = "analytics: orders.load") -> Sequence[LineageEvent]:
        pipeline_id = (await self.pipeline(pipeline)).id
        async with self.unit_of_work(write=False) as work:
            return await work.lineage.events(pipeline_id=pipeline_id, external_run_id=run_id, limit=1000)
