"""What the methods about pipelines answer with: the same facts, under the same names, as the HTTP API."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from forebay.application.pipelines import record_runs as recording
from forebay.domain.pipelines import figures as numbers
from forebay.domain.pipelines import run as runs
from forebay.domain.pipelines.client import Client
from forebay.domain.pipelines.figures import RunFigures, Window
from forebay.domain.pipelines.health import Health
from forebay.domain.pipelines.pipeline import Pipeline
from forebay.domain.pipelines.report import ReportedStatus
from forebay.domain.pipelines.run import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineRun:
    """A run of a pipeline as it is known from all reports of it. Times are in UTC.

    `elapsed_seconds`: how long it took, as it was said or else by its times. `effective_at`: the time that windows go
    by. `ingested_at`: when a report last changed it.
    """

    id: UUID
    pipeline_id: UUID
    external_run_id: str
    status: ReportedStatus
    started_at: datetime | None
    finished_at: datetime | None
    duration_seconds: float | None
    elapsed_seconds: float | None
    rows_processed: int | None
    error_message: str | None
    status_reason: str | None
    payload: Mapping[str, object] | None
    effective_at: datetime
    created_at: datetime
    ingested_at: datetime

    @classmethod
    def of(cls, known: runs.PipelineRun) -> "PipelineRun":
        return cls(
            id=known.id,
            pipeline_id=known.pipeline_id,
            external_run_id=known.external_run_id,
            status=known.status,
            started_at=known.started_at,
            finished_at=known.finished_at,
            duration_seconds=known.duration_seconds,
            elapsed_seconds=known.elapsed_seconds,
            rows_processed=known.rows_processed,
            error_message=known.error_message,
            status_reason=known.status_reason,
            payload=json.loads(known.payload) if known.payload is not None else None,
            effective_at=known.effective_at,
            created_at=known.created_at,
            ingested_at=known.ingested_at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedRun:
    """A run as it is known now, and what the report did."""

    run: PipelineRun
    verdict: Verdict

    @classmethod
    def of(cls, recorded: recording.RecordedRun) -> "RecordedRun":
        return cls(run=PipelineRun.of(recorded.run), verdict=recorded.verdict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineState:
    """A pipeline as it is now. `due_at`: when its next run should have started, grace included.

    `latest_run` is without its payload, and without most of a long error message.
    """

    pipeline: Pipeline
    client: Client
    latest_run: PipelineRun | None
    health: Health
    due_at: datetime | None
    open_alerts: int

    @classmethod
    def of(cls, state: numbers.PipelineState) -> "PipelineState":
        return cls(
            pipeline=state.pipeline,
            client=state.client,
            latest_run=PipelineRun.of(state.latest) if state.latest is not None else None,
            health=state.health,
            due_at=state.due_at,
            open_alerts=state.open_alerts,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSummary:
    """A client with its enabled pipelines as they are now, and figures of their runs in a window.

    `pipelines`: those that need attention first, then by name. `late`: those that are late or missing.
    """

    client: Client
    window: Window
    figures: RunFigures
    pipelines: tuple[PipelineState, ...]
    late: tuple[PipelineState, ...]

    @classmethod
    def of(cls, summary: numbers.ClientSummary) -> "ClientSummary":
        return cls(
            client=summary.client,
            window=summary.window,
            figures=summary.figures,
            pipelines=tuple(PipelineState.of(state) for state in summary.pipelines),
            late=tuple(PipelineState.of(state) for state in summary.late),
        )
