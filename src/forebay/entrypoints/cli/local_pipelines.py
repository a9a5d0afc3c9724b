"""The clients, pipelines and runs of pipelines of a Forebay right here."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from forebay.application.pipelines.manage_clients import ChangeClientCommand, ListClientsQuery
from forebay.application.pipelines.manage_pipelines import ChangePipelineCommand, ListPipelinesQuery, PipelineDraft
from forebay.application.pipelines.record_runs import AddressedReport, RecordRunsCommand
from forebay.application.pipelines.show_figures import FiguresQuery
from forebay.application.pipelines.show_health import PipelinesHealthQuery, SummaryQuery
from forebay.application.pipelines.show_runs import ListPipelineRunsQuery
from forebay.application.ports.pipelines import Extent
from forebay.application.use_cases import UseCases
from forebay.domain.errors import InternalStateError
from forebay.domain.pipelines.pipeline import Schedule
from forebay.domain.pipelines.report import RunReport
from forebay.entrypoints.cli import local_pipeline_views as views
from forebay.entrypoints.cli.local_documents import LocalDocuments
from forebay.entrypoints.cli.pipeline_gateway import PipelineGateway
from forebay.entrypoints.cli.pipeline_queries import (
    ClientChange,
    ClientsQuery,
    FailuresQuery,
    PipelineRunsQuery,
    PipelineSaid,
    PipelinesQuery,
    StatesQuery,
    WindowQuery,
)
from forebay.entrypoints.cli.pipeline_views import (
    BatchView,
    ClientSummaryView,
    ClientView,
    DurationsView,
    FailuresView,
    FlakiestView,
    PipelineRunView,
    PipelineStateView,
    PipelineView,
    PlatformRatesView,
    RecordedRunView,
)
from forebay.entrypoints.cli.views import PageView


class LocalPipelines(LocalDocuments):
    """Uses `use_cases` while they are open; does not close them."""

    def __init__(self, use_cases: UseCases) -> None:
        super().__init__(use_cases)
        self._pipelines = use_cases.pipelines

    async def list_clients(self, query: ClientsQuery) -> PageView[ClientView]:
        page = await self._pipelines.list_clients(
            ListClientsQuery(where=query.where, order=query.order, cursor=query.cursor, limit=query.limit)
        )
        return PageView(items=[views.client(item) for item in page.items], next_cursor=page.next_cursor)

    async def get_client(self, client_id: UUID) -> ClientView:
        return views.client(await self._pipelines.get_client(client_id))

    async def create_client(self, name: str, *, is_active: bool) -> ClientView:
        return views.client(await self._pipelines.create_client(name, is_active=is_active))

    async def change_client(self, client_id: UUID, change: ClientChange) -> ClientView:
        command = ChangeClientCommand(
            client_id=client_id, name=change.name, is_active=change.is_active, revision=change.revision
        )
        return views.client(await self._pipelines.change_client(command))

    async def summarise_client(self, query: WindowQuery) -> ClientSummaryView:
        if query.client_id is None:
            raise InternalStateError("a summary of no client was asked for")
        asked = SummaryQuery(client_id=query.client_id, since=query.since, until=query.until)
        return views.summary(await self._pipelines.summarise_client(asked))

    async def list_pipelines(self, query: PipelinesQuery) -> PageView[PipelineView]:
        page = await self._pipelines.list_pipelines(
            ListPipelinesQuery(where=query.where, order=query.order, cursor=query.cursor, limit=query.limit)
        )
        return PageView(items=[views.pipeline(item) for item in page.items], next_cursor=page.next_cursor)

    async def create_pipeline(self, client_id: UUID, said: PipelineSaid) -> PipelineView:
        usual = PipelineDraft(client_id=client_id, name=said.name or "")
        draft = PipelineDraft(
            client_id=client_id,
            name=usual.name,
            platform=said.platform or usual.platform,
            external_id=said.external_id or None,
            pipeline_type=said.pipeline_type or usual.pipeline_type,
            environment=said.environment or usual.environment,
            is_active=said.is_active is not False,
            schedule=Schedule(
                expect_every=said.expect_every or None,
                start_grace=said.start_grace or timedelta(0),
                finish_grace=said.finish_grace or None,
            ),
        )
        return views.pipeline(await self._pipelines.create_pipeline(draft))

    async def change_pipeline(self, pipeline_id: UUID, said: PipelineSaid, *, revision: int) -> PipelineView:
        command = ChangePipelineCommand(
            pipeline_id=pipeline_id,
            name=said.name,
            platform=said.platform,
            external_id=said.external_id,
            pipeline_type=said.pipeline_type,
            environment=said.environment,
            is_active=said.is_active,
            expect_every=said.expect_every,
            start_grace=said.start_grace,
            finish_grace=said.finish_grace,
            revision=revision,
        )
        return views.pipeline(await self._pipelines.change_pipeline(command))

    async def list_states(self, query: StatesQuery) -> PageView[PipelineStateView]:
        page = await self._pipelines.pipelines_health(
            PipelinesHealthQuery(where=query.where, health=query.health, cursor=query.cursor, limit=query.limit)
        )
        return PageView(items=[views.state(item) for item in page.items], next_cursor=page.next_cursor)

    async def get_state(self, pipeline_id: UUID) -> PipelineStateView:
        return views.state(await self._pipelines.get_state(pipeline_id))

    async def report_run(self, pipeline_id: UUID, report: RunReport) -> RecordedRunView:
        recorded = await self._pipelines.record_run(pipeline_id, report)
        return RecordedRunView(verdict=recorded.verdict.value, run=views.run(recorded.run))

    async def report_runs(self, reports: Sequence[AddressedReport], *, create_missing: bool) -> BatchView:
        command = RecordRunsCommand(reports=reports, create_missing=create_missing)
        return BatchView(verdicts=[views.verdict(item) for item in await self._pipelines.record_runs(command)])

    async def list_pipeline_runs(self, query: PipelineRunsQuery) -> PageView[PipelineRunView]:
        page = await self._pipelines.list_runs(
            ListPipelineRunsQuery(
                pipeline_id=query.pipeline_id,
                where=query.where,
                order=query.order,
                cursor=query.cursor,
                limit=query.limit,
            )
        )
        return PageView(items=[views.run(item) for item in page.items], next_cursor=page.next_cursor)

    async def get_pipeline_run(self, pipeline_id: UUID, run_id: UUID) -> PipelineRunView:
        return views.run(await self._pipelines.get_run(pipeline_id, run_id))

    async def latest_run(self, pipeline_id: UUID) -> PipelineRunView:
        return views.run(await self._pipelines.latest_run(pipeline_id))

    async def failures_over_time(self, query: FailuresQuery) -> FailuresView:
        found = await self._pipelines.failures_over_time(_figures(query), bucket=query.bucket)
        return FailuresView(bucket=query.bucket.value, items=[views.failures(item) for item in found])

    async def flakiest(self, query: WindowQuery, *, limit: int) -> FlakiestView:
        found = await self._pipelines.flakiest(_figures(query), limit=limit)
        return FlakiestView(items=[views.flaky(item) for item in found])

    async def failure_rate_by_platform(self, query: WindowQuery) -> PlatformRatesView:
        found = await self._pipelines.failure_rate_by_platform(_figures(query))
        return PlatformRatesView(items=[views.rate(item) for item in found])

    async def duration_histogram(self, query: WindowQuery) -> DurationsView:
        found = await self._pipelines.duration_histogram(_figures(query))
        return DurationsView(items=[views.duration_bin(item) for item in found])


def _figures(query: WindowQuery) -> FiguresQuery:
    extent = Extent(client_id=query.client_id, pipeline_id=query.pipeline_id)
    return FiguresQuery(extent=extent, since=query.since, until=query.until)


def _proof(pipelines: LocalPipelines) -> PipelineGateway:
    """What mypy must agree to."""
    return pipelines
