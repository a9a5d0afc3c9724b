"""Clients, pipelines, runs and figures of a Forebay right here, as the HTTP API shows them."""

from datetime import timedelta

import msgspec

from forebay.application.pipelines.record_runs import ReportVerdict
from forebay.domain.pipelines.client import Client
from forebay.domain.pipelines.figures import (
    ClientSummary,
    DurationBin,
    FailuresAt,
    FlakyPipeline,
    PipelineState,
    PlatformRate,
)
from forebay.domain.pipelines.pipeline import Pipeline
from forebay.domain.pipelines.report import ReportedStatus
from forebay.domain.pipelines.run import PipelineRun
from forebay.entrypoints.cli.pipeline_views import (
    ClientSummaryView,
    ClientView,
    DurationBinView,
    FailuresAtView,
    FlakyPipelineView,
    LatePipelineView,
    LatestRunView,
    PipelineRunView,
    PipelineStateView,
    PipelineView,
    PlatformRateView,
    VerdictView,
)


def client(found: Client) -> ClientView:
    return ClientView(
        id=found.id,
        name=found.name,
        is_active=found.is_active,
        revision=found.revision,
        created_at=found.created_at,
        updated_at=found.updated_at,
    )


def pipeline(found: Pipeline) -> PipelineView:
    schedule = found.schedule
    return PipelineView(
        id=found.id,
        client_id=found.client_id,
        name=found.name,
        platform=found.platform.value,
        external_id=found.external_id,
        pipeline_type=found.pipeline_type.value,
        environment=found.environment.value,
        is_active=found.is_active,
        expect_every_seconds=_seconds(schedule.expect_every),
        start_grace_seconds=int(schedule.start_grace.total_seconds()),
        finish_grace_seconds=_seconds(schedule.finish_grace),
        enabled_at=found.enabled_at,
        revision=found.revision,
        created_at=found.created_at,
        updated_at=found.updated_at,
    )


def run(found: PipelineRun) -> PipelineRunView:
    payload = None if found.payload is None else msgspec.json.decode(found.payload, type=dict[str, object])
    return PipelineRunView(
        id=found.id,
        pipeline_id=found.pipeline_id,
        external_run_id=found.external_run_id,
        status=found.status.value,
        started_at=found.started_at,
        finished_at=found.finished_at,
        duration_seconds=found.duration_seconds,
        elapsed_seconds=found.elapsed_seconds,
        rows_processed=found.rows_processed,
        error_message=found.error_message,
        status_reason=found.status_reason,
        payload=payload,
        effective_at=found.effective_at,
        created_at=found.created_at,
        ingested_at=found.ingested_at,
    )


def verdict(item: ReportVerdict) -> VerdictView:
    told = VerdictView(index=item.index, verdict=item.verdict.value, pipeline_id=item.pipeline_id, run_id=item.run_id)
    if item.error is None:
        return told
    return msgspec.structs.replace(told, code=item.error.code, reason=item.error.message, field=item.error.field)


def state(found: PipelineState) -> PipelineStateView:
    return PipelineStateView(
        pipeline=pipeline(found.pipeline),
        client_name=found.client.name,
        health=found.health.value,
        due_at=found.due_at,
        latest_run=None if found.latest is None else _latest(found.latest),
        open_alerts=found.open_alerts,
    )


def summary(found: ClientSummary) -> ClientSummaryView:
    figures = found.figures
    return ClientSummaryView(
        client=client(found.client),
        since=found.window.since,
        until=found.window.until,
        total=figures.total,
        counts={status.value: figures.counts.get(status, 0) for status in ReportedStatus},
        success_rate=figures.success_rate,
        mean_seconds=figures.mean_seconds,
        p95_seconds=figures.p95_seconds,
        late=[
            LatePipelineView(id=one.pipeline.id, name=one.pipeline.name, health=one.health.value, due_at=one.due_at)
            for one in found.late
        ],
        pipelines=[state(one) for one in found.pipelines],
    )


def failures(item: FailuresAt) -> FailuresAtView:
    return FailuresAtView(at=item.at, failed=item.failed, total=item.total)


def flaky(item: FlakyPipeline) -> FlakyPipelineView:
    return FlakyPipelineView(
        pipeline_id=item.pipeline_id,
        pipeline_name=item.pipeline_name,
        client_id=item.client_id,
        client_name=item.client_name,
        flips=item.flips,
        failed=item.failed,
        total=item.total,
    )


def rate(item: PlatformRate) -> PlatformRateView:
    return PlatformRateView(
        platform=item.platform.value, failed=item.failed, total=item.total, failure_rate=item.failure_rate
    )


def duration_bin(item: DurationBin) -> DurationBinView:
    return DurationBinView(from_seconds=item.from_seconds, to_seconds=item.to_seconds, count=item.count)


def _latest(found: PipelineRun) -> LatestRunView:
    return LatestRunView(
        id=found.id,
        external_run_id=found.external_run_id,
        status=found.status.value,
        started_at=found.started_at,
        finished_at=found.finished_at,
        elapsed_seconds=found.elapsed_seconds,
        rows_processed=found.rows_processed,
        effective_at=found.effective_at,
    )


def _seconds(time: timedelta | None) -> int | None:
    return None if time is None else int(time.total_seconds())
