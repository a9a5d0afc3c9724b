"""How pipelines are at present."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from forebay.domain.paging import Page
from forebay.domain.pipelines.figures import ClientSummary, PipelineState
from forebay.domain.pipelines.health import Health
from forebay.domain.pipelines.report import ReportedStatus
from forebay.domain.pipelines.run import PipelineRun
from forebay.entrypoints.http.schemas.clients import ClientBody
from forebay.entrypoints.http.schemas.fields import Cursor
from forebay.entrypoints.http.schemas.pipelines import PipelineBody

_HEALTH = (
    "The worst that holds: `disabled`, it or its client; `stuck`, a run goes on for longer than its finish grace; "
    "`missing`, a whole expected run did not come; `late`, one should have started by now; `failing`, the latest final "
    "run failed; `unknown`, no final run yet; `healthy`."
)


class LatestRunBody(msgspec.Struct, kw_only=True, frozen=True):
    """A run at a glance: without its messages and payload."""

    id: UUID
    external_run_id: str
    status: ReportedStatus
    started_at: datetime | None
    finished_at: datetime | None
    elapsed_seconds: float | None
    rows_processed: int | None
    effective_at: datetime

    @classmethod
    def of(cls, run: PipelineRun) -> "LatestRunBody":
        return cls(
            id=run.id,
            external_run_id=run.external_run_id,
            status=run.status,
            started_at=run.started_at,
            finished_at=run.finished_at,
            elapsed_seconds=run.elapsed_seconds,
            rows_processed=run.rows_processed,
            effective_at=run.effective_at,
        )


class PipelineStateBody(msgspec.Struct, kw_only=True, frozen=True):
    """A pipeline as it is now."""

    pipeline: PipelineBody
    client_name: str
    health: Annotated[Health, Meta(description=_HEALTH)]
    due_at: Annotated[datetime | None, Meta(description="When its next run should have started, grace included.")]
    latest_run: LatestRunBody | None
    open_alerts: int

    @classmethod
    def of(cls, state: PipelineState) -> "PipelineStateBody":
        return cls(
            pipeline=PipelineBody.of(state.pipeline),
            client_name=state.client.name,
            health=state.health,
            due_at=state.due_at,
            latest_run=None if state.latest is None else LatestRunBody.of(state.latest),
            open_alerts=state.open_alerts,
        )


class PipelineStatePage(msgspec.Struct, kw_only=True, frozen=True):
    """A page of pipelines as they are now."""

    items: list[PipelineStateBody]
    next_cursor: Cursor

    @classmethod
    def of(cls, page: Page[PipelineState]) -> "PipelineStatePage":
        return cls(items=[PipelineStateBody.of(item) for item in page.items], next_cursor=page.next_cursor)


class LatePipelineBody(msgspec.Struct, kw_only=True, frozen=True):
    """A pipeline whose run should have come."""

    id: UUID
    name: str
    health: Annotated[Health, Meta(description="`late` or `missing`.")]
    due_at: datetime | None


class ClientSummaryBody(msgspec.Struct, kw_only=True, frozen=True):
    """A client: its enabled pipelines as they are now, and figures of their runs in the window."""

    client: ClientBody
    since: datetime
    until: datetime
    total: Annotated[int, Meta(description="Runs in the window.")]
    counts: Annotated[dict[str, int], Meta(description="Runs in the window by status; every status is there.")]
    success_rate: Annotated[
        float | None, Meta(description="Of those that succeeded or failed; null when there are none.")
    ]
    mean_seconds: Annotated[float | None, Meta(description="Of final runs that say how long they took.")]
    p95_seconds: Annotated[
        float | None, Meta(description="The shortest time that at least 95 % of those runs did not exceed.")
    ]
    late: Annotated[list[LatePipelineBody], Meta(description="Those that are late or missing, as they are now.")]
    pipelines: Annotated[
        list[PipelineStateBody], Meta(description="Those that need attention first, then by name; with latest runs.")
    ]

    @classmethod
    def of(cls, summary: ClientSummary) -> "ClientSummaryBody":
        figures = summary.figures
        return cls(
            client=ClientBody.of(summary.client),
            since=summary.window.since,
            until=summary.window.until,
            total=figures.total,
            counts={status.value: figures.counts.get(status, 0) for status in ReportedStatus},
            success_rate=figures.success_rate,
            mean_seconds=figures.mean_seconds,
            p95_seconds=figures.p95_seconds,
            late=[
                LatePipelineBody(
                    id=state.pipeline.id, name=state.pipeline.name, health=state.health, due_at=state.due_at
                )
                for state in summary.late
            ],
            pipelines=[PipelineStateBody.of(state) for state in summary.pipelines],
        )
