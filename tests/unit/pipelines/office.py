"""Clients, pipelines, their runs and their health on the in-memory adapters, with a clock that tests set."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from forebay.adapters.memory.unit_of_work import MemoryDatabase, MemoryUnitOfWorkFactory
from forebay.adapters.system.ids import SystemIds
from forebay.application.pipelines.manage_clients import ChangeClient, CreateClient, ListClients
from forebay.application.pipelines.manage_pipelines import (
    ChangePipeline,
    CreatePipeline,
    ListPipelines,
    PipelineDraft,
)
from forebay.application.pipelines.record_runs import RecordRun, RecordRuns
from forebay.application.pipelines.show_health import GetPipelineState, PipelinesHealth, SummariseClient
from forebay.application.pipelines.show_runs import LatestRun, ListPipelineRuns
from forebay.domain.pipelines.client import Client
from forebay.domain.pipelines.pipeline import Pipeline, Schedule

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class SetClock:
    """Noon until it is set."""

    def __init__(self) -> None:
        self.time = NOON

    def now(self) -> datetime:
        return self.time


class Office:
    """Everything about pipelines, ready to be used."""

    def __init__(self) -> None:
        self.clock = SetClock()
        self.units = MemoryUnitOfWorkFactory(MemoryDatabase())
        self.ids = SystemIds()
        self.create_client = CreateClient(unit_of_work=self.units, clock=self.clock, ids=self.ids)
        self.change_client = ChangeClient(unit_of_work=self.units, clock=self.clock)
        self.list_clients = ListClients(unit_of_work=self.units)
        self.create_pipeline = CreatePipeline(unit_of_work=self.units, clock=self.clock, ids=self.ids)
        self.change_pipeline = ChangePipeline(unit_of_work=self.units, clock=self.clock)
        self.list_pipelines = ListPipelines(unit_of_work=self.units)
        self.record_run = RecordRun(unit_of_work=self.units, clock=self.clock, ids=self.ids)
        self.record_runs = RecordRuns(unit_of_work=self.units, clock=self.clock, ids=self.ids)
        self.list_runs = ListPipelineRuns(unit_of_work=self.units)
        self.latest_run = LatestRun(unit_of_work=self.units)
        self.summarise = SummariseClient(unit_of_work=self.units, clock=self.clock)
        self.pipelines_health = PipelinesHealth(unit_of_work=self.units, clock=self.clock)
        self.state = GetPipelineState(unit_of_work=self.units, clock=self.clock)

    async def pipeline(
        self, name: str = "nightly", *, client: Client | None = None, schedule: Schedule | None = None
    ) -> Pipeline:
        """A new pipeline; of a new client, unless it is said whose."""
        client = client or await self.create_client(f"client of {name}")
        draft = PipelineDraft(client_id=client.id, name=name, external_id=name, schedule=schedule or Schedule())
        return await self.create_pipeline(draft)

    async def checks(self) -> set[UUID]:
        """The pipelines whose alerts have to be looked at; asking takes them out."""
        async with self.units() as work:
            taken = await work.checks.take(limit=1000)
            await work.commit()
        return set(taken)
