"""Syncs on the in-memory adapters, from sources that tell what a test wants."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self
from uuid import UUID

from forebay.adapters.memory.database import MemoryDatabase
from forebay.adapters.memory.unit_of_work import MemoryUnitOfWork, MemoryUnitOfWorkFactory
from forebay.application.pipelines.manage_pipelines import ChangePipeline, ChangePipelineCommand
from forebay.application.pipelines.schedule_syncs import ScheduleSyncs
from forebay.application.pipelines.show_sync import ShowSync
from forebay.application.pipelines.start_sync import StartSync, StartSyncCommand
from forebay.application.pipelines.sync_runs import sync_processors
from forebay.application.ports.pipelines import PipelineRunFilter, PipelinesUnitOfWorkFactory
from forebay.application.ports.run_source import RejectedRecord, RunSource, RunSources, SourcePage, SourceScope
from forebay.application.processing.processor import Processors
from forebay.domain.paging import SortOrder
from forebay.domain.pipelines.client import Client
from forebay.domain.pipelines.errors import UnknownSourceError
from forebay.domain.pipelines.pipeline import Environment, Pipeline, PipelineType, Platform, Schedule
from forebay.domain.pipelines.report import ReportedStatus, RunReport
from forebay.domain.pipelines.run import PipelineRun
from forebay.domain.pipelines.source import SyncState
from forebay.domain.processing.job import Job
from tests.unit.processing.rig import LEASE, Rig
from tests.unit.processing.virtual_time import Killed, LoopClock

__all__ = ["LEASE", "Desk", "Killed", "Told", "a_client", "a_pipeline", "page_of", "report_of"]

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def report_of(name: str, status: ReportedStatus = ReportedStatus.SUCCESS, **more: Any) -> RunReport:
    return RunReport(external_run_id=name, status=status, **more)


def page_of(*reports: RunReport, cursor: str | None, rejected: Sequence[RejectedRecord] = ()) -> SourcePage:
    return SourcePage(reports=reports, rejected=rejected, cursor=cursor)


def a_client(number: int = 1, **more: Any) -> Client:
    client = Client(
        id=UUID(int=number), name=f"Client {number}", is_active=True, revision=1, created_at=BEGIN, updated_at=BEGIN
    )
    return replace(client, **more)


def a_pipeline(number: int, **more: Any) -> Pipeline:
    pipeline = Pipeline(
        id=UUID(int=100 + number),
        client_id=UUID(int=1),
        name=f"Pipeline {number}",
        platform=Platform.VENDOR_API,
        external_id=f"p{number}",
        pipeline_type=PipelineType.INGESTION,
        environment=Environment.PROD,
        is_active=True,
        schedule=Schedule(),
        enabled_at=BEGIN,
        revision=1,
        created_at=BEGIN,
        updated_at=BEGIN,
    )
    return replace(pipeline, **more)


async def _nothing() -> None:
    """Between two pages."""


@dataclass(slots=True)
class Told:
    """A source. `tells`: by external id, what comes behind a cursor; pages, and exceptions that are raised there."""

    name: str = "acme"
    tells: Mapping[str, Mapping[Any, Sequence[Any]]] = field(default_factory=dict)
    scope: SourceScope = field(default_factory=lambda: SourceScope(client=None, platform=Platform.VENDOR_API))
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    closed: int = 0
    between: Callable[[], Awaitable[object]] = _nothing

    async def pages(self, pipeline: Pipeline, *, cursor: str | None) -> AsyncGenerator[SourcePage]:
        external_id = pipeline.external_id or ""
        self.asked.append((external_id, cursor))
        try:
            for item in self.tells[external_id][cursor]:
                if isinstance(item, Exception):
                    raise item
                yield item
                await self.between()
        finally:
            self.closed += 1


class Sources:
    """Those of a desk."""

    def __init__(self, *sources: Told) -> None:
        self._by_name = {source.name: source for source in sources}

    @property
    def names(self) -> Sequence[str]:
        return tuple(self._by_name)

    def get(self, name: str) -> Told:
        if name not in self._by_name:
            raise UnknownSourceError
        return self._by_name[name]

    def scope(self, name: str) -> SourceScope:
        return self.get(name).scope

    def forget(self, name: str) -> None:
        del self._by_name[name]


class DeskClock(LoopClock):
    """`offset`: by how much it was set wrong."""

    def __init__(self) -> None:
        self.offset = timedelta(0)

    def now(self) -> datetime:
        return super().now() + self.offset


class _Work:
    """A unit of work whose commits are counted."""

    def __init__(self, units: "CountedUnits", inner: MemoryUnitOfWork, *, write: bool) -> None:
        self._units = units
        self._inner = inner
        self._write = write

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
        self._units.count += 1
        self._units.before(self._units.count)
        await self._inner.commit()
        self._units.after(self._units.count)


class CountedUnits:
    """`before` and `after` hear the number of each commit, and may raise."""

    def __init__(self, database: MemoryDatabase) -> None:
        self._units = MemoryUnitOfWorkFactory(database)
        self.count = 0
        self.before: Callable[[int], None] = lambda number: None
        self.after: Callable[[int], None] = lambda number: None

    def __call__(self, *, write: bool = True) -> Any:
        return _Work(self, self._units(write=write), write=write)


class Desk:
    """One database, its sources, and a worker."""

    def __init__(self, *sources: Told, pipelines: int = 1) -> None:
        self.database = MemoryDatabase()
        self.sources = Sources(*sources)
        self.clock = DeskClock()
        self.units = CountedUnits(self.database)
        units: PipelinesUnitOfWorkFactory = self.units
        ids = Rig.of().ids
        made = sync_processors(sources=self.sources, unit_of_work=units, clock=self.clock, ids=ids)
        self.rig = Rig(processors=Processors(made), database=self.database)
        self._pipelines = pipelines

    async def furnish(self, *more: Client | Pipeline) -> Self:
        """Client 1 and its pipelines, and more."""
        async with self.units() as work:
            for item in (a_client(), *(a_pipeline(number + 1) for number in range(self._pipelines)), *more):
                await (work.clients if isinstance(item, Client) else work.pipelines).add(item)
            await work.commit()
        self.units.count = 0
        return self

    @property
    def start(self) -> StartSync:
        return StartSync(sources=self.sources, unit_of_work=self.units, start_job=self.rig.start_job)

    @property
    def show(self) -> ShowSync:
        return ShowSync(sources=self.sources, unit_of_work=self.units)

    @property
    def schedule(self) -> ScheduleSyncs:
        return ScheduleSyncs(sources=self.sources, start_sync=self.start, unit_of_work=self.rig.units, clock=self.clock)

    async def synced(self, **command: Any) -> Job:
        """A sync that was started and worked on once."""
        await self.start(StartSyncCommand(**command))
        await self.rig.worked_off()
        return self.rig.jobs[-1]

    async def change(self, command: ChangePipelineCommand) -> None:
        await ChangePipeline(unit_of_work=self.units, clock=self.clock)(command)

    async def cursor(self) -> str | None:
        """Of pipeline 1, which was synced."""
        state = await self.state()
        assert state is not None
        return state.cursor

    async def killed(self) -> None:
        """Works on the job until the worker is killed, which it must be."""
        with suppress(Killed):
            await self.rig.worked_off()
            raise AssertionError("nobody killed the worker")

    async def runs(self, pipeline: int = 1) -> Sequence[PipelineRun]:
        """Oldest first."""
        async with self.units(write=False) as work:
            found: Sequence[PipelineRun] = await work.pipeline_runs.list(
                UUID(int=100 + pipeline), PipelineRunFilter(), order=SortOrder.ASC, after=None, limit=1000
            )
        return found

    async def statuses(self, pipeline: int = 1) -> dict[str, str]:
        return {run.external_run_id: str(run.status) for run in await self.runs(pipeline)}

    async def state(self, pipeline: int = 1, source: str = "acme") -> SyncState | None:
        async with self.units(write=False) as work:
            state: SyncState | None = await work.sync_states.get(source, UUID(int=100 + pipeline))
        return state


def _fits(source: Told, sources: Sources) -> tuple[RunSource, RunSources]:
    return source, sources
