"""The clients, pipelines and runs of pipelines of a Forebay behind a URL."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

import httpx
from msgspec import Raw

from forebay.application.pipelines.record_runs import AddressedReport
from forebay.application.ports.pipelines import PipelineFilter
from forebay.domain.errors import InternalStateError
from forebay.domain.pipelines.report import RunReport
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
from forebay.entrypoints.cli.remote_client import instant
from forebay.entrypoints.cli.remote_documents import RemoteDocuments
from forebay.entrypoints.cli.views import PageView

_PATIENT = httpx.Timeout(60.0, connect=10.0, read=600.0)  # ten thousand records may take their time


class RemotePipelines(RemoteDocuments):
    """Speaks through `client`; does not close it."""

    async def list_clients(self, query: ClientsQuery) -> PageView[ClientView]:
        parameters = {
            "text": query.where.text,
            "is_active": _flag(query.where.is_active),
            "order": query.order.value,
            "cursor": query.cursor,
            "limit": str(query.limit),
        }
        return await self._get("v1/clients", PageView[ClientView], parameters)

    async def get_client(self, client_id: UUID) -> ClientView:
        return await self._get(f"v1/clients/{client_id}", ClientView)

    async def create_client(self, name: str, *, is_active: bool) -> ClientView:
        return await self._post("v1/clients", ClientView, body={"name": name, "is_active": is_active})

    async def change_client(self, client_id: UUID, change: ClientChange) -> ClientView:
        body = _said({"name": change.name, "is_active": change.is_active})
        return await self._patch(f"v1/clients/{client_id}", ClientView, body=body, headers=_if_match(change.revision))

    async def summarise_client(self, query: WindowQuery) -> ClientSummaryView:
        if query.client_id is None:
            raise InternalStateError("a summary of no client was asked for")
        parameters = {"since": instant(query.since), "until": instant(query.until)}
        return await self._get(f"v1/clients/{query.client_id}/summary", ClientSummaryView, parameters)

    async def list_pipelines(self, query: PipelinesQuery) -> PageView[PipelineView]:
        parameters = {**_filter(query.where), "order": query.order.value}
        return await self._get(
            "v1/pipelines", PageView[PipelineView], {**parameters, "cursor": query.cursor, "limit": str(query.limit)}
        )

    async def create_pipeline(self, client_id: UUID, said: PipelineSaid) -> PipelineView:
        known = {name: value for name, value in _fields(said).items() if value is not None}
        return await self._post("v1/pipelines", PipelineView, body={**known, "client_id": client_id})

    async def change_pipeline(self, pipeline_id: UUID, said: PipelineSaid, *, revision: int) -> PipelineView:
        return await self._patch(
            f"v1/pipelines/{pipeline_id}", PipelineView, body=_fields(said), headers=_if_match(revision)
        )

    async def list_states(self, query: StatesQuery) -> PageView[PipelineStateView]:
        parameters = {
            **_filter(query.where),
            "health": ",".join(sorted(query.health)) or None,
            "cursor": query.cursor,
            "limit": str(query.limit),
        }
        return await self._get("v1/pipelines/health", PageView[PipelineStateView], parameters)

    async def get_state(self, pipeline_id: UUID) -> PipelineStateView:
        return await self._get(f"v1/pipelines/{pipeline_id}/health", PipelineStateView)

    async def report_run(self, pipeline_id: UUID, report: RunReport) -> RecordedRunView:
        return await self._post(f"v1/pipelines/{pipeline_id}/runs", RecordedRunView, body=_report(report))

    async def report_runs(self, reports: Sequence[AddressedReport], *, create_missing: bool) -> BatchView:
        body = [{**_address(item), **_report(item.report)} for item in reports]
        path = f"v1/pipeline-runs:batch?create_missing={_flag(create_missing)}"
        return await self._post(path, BatchView, body=body, timeout=_PATIENT)

    async def list_pipeline_runs(self, query: PipelineRunsQuery) -> PageView[PipelineRunView]:
        parameters = {
            "status": query.where.status,
            "since": instant(query.where.since),
            "until": instant(query.where.until),
            "order": query.order.value,
            "cursor": query.cursor,
            "limit": str(query.limit),
        }
        return await self._get(f"v1/pipelines/{query.pipeline_id}/runs", PageView[PipelineRunView], parameters)

    async def get_pipeline_run(self, pipeline_id: UUID, run_id: UUID) -> PipelineRunView:
        return await self._get(f"v1/pipelines/{pipeline_id}/runs/{run_id}", PipelineRunView)

    async def latest_run(self, pipeline_id: UUID) -> PipelineRunView:
        return await self._get(f"v1/pipelines/{pipeline_id}/runs/latest", PipelineRunView)

    async def failures_over_time(self, query: FailuresQuery) -> FailuresView:
        parameters = {**_window(query), "bucket": query.bucket.value}
        return await self._get("v1/pipelines/failures-over-time", FailuresView, parameters)

    async def flakiest(self, query: WindowQuery, *, limit: int) -> FlakiestView:
        return await self._get("v1/pipelines/flakiest", FlakiestView, {**_window(query), "limit": str(limit)})

    async def failure_rate_by_platform(self, query: WindowQuery) -> PlatformRatesView:
        return await self._get("v1/pipelines/failure-rate-by-platform", PlatformRatesView, _window(query))

    async def duration_histogram(self, query: WindowQuery) -> DurationsView:
        return await self._get("v1/pipelines/duration-histogram", DurationsView, _window(query))


def _filter(where: PipelineFilter) -> dict[str, str | None]:
    return {
        "client_id": str(where.client_id) if where.client_id is not None else None,
        "platform": where.platform,
        "environment": where.environment,
        "pipeline_type": where.pipeline_type,
        "is_active": _flag(where.is_active),
        "text": where.text,
    }


def _window(query: WindowQuery) -> dict[str, str | None]:
    return {
        "client_id": str(query.client_id) if query.client_id is not None else None,
        "pipeline_id": str(query.pipeline_id) if query.pipeline_id is not None else None,
        "since": instant(query.since),
        "until": instant(query.until),
    }


def _fields(said: PipelineSaid) -> dict[str, object]:
    """What is said, under the names of the API. What is to be taken away is null there."""
    fields = _said(
        {
            "name": said.name,
            "platform": said.platform,
            "pipeline_type": said.pipeline_type,
            "environment": said.environment,
            "is_active": said.is_active,
        }
    )
    if said.external_id is not None:
        fields["external_id"] = said.external_id or None
    for name, time in (
        ("expect_every_seconds", said.expect_every),
        ("start_grace_seconds", said.start_grace),
        ("finish_grace_seconds", said.finish_grace),
    ):
        if time is not None:
            fields[name] = _seconds(time)
    return fields


def _address(item: AddressedReport) -> dict[str, object]:
    if isinstance(item.pipeline, UUID):
        return {"pipeline_id": item.pipeline}
    return {
        "client": item.pipeline.client,
        "platform": item.pipeline.platform,
        "external_id": item.pipeline.external_id,
    }


def _report(report: RunReport) -> dict[str, object]:
    return _said(
        {
            "external_run_id": report.external_run_id,
            "status": report.status,
            "started_at": report.started_at,
            "finished_at": report.finished_at,
            "duration_seconds": report.duration_seconds,
            "rows_processed": report.rows_processed,
            "error_message": report.error_message,
            "status_reason": report.status_reason,
            "payload": Raw(report.payload.encode()) if report.payload is not None else None,
            "reported_at": report.reported_at,
        }
    )


def _said(fields: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value is not None}


def _if_match(revision: int) -> dict[str, str]:
    return {"If-Match": f'"{revision}"'}


def _flag(value: bool | None) -> str | None:
    return None if value is None else str(value).lower()


def _seconds(time: timedelta) -> int | None:
    return int(time.total_seconds()) or None


def _proof(pipelines: RemotePipelines) -> PipelineGateway:
    """What mypy must agree to."""
    return pipelines
