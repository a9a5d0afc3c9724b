"""Figures about runs in SQL."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from forebay.adapters.sql import pipeline_figure_queries as queries
from forebay.adapters.sql.batches import fetch_among
from forebay.adapters.sql.pipeline_run_rows import run_of
from forebay.adapters.sql.statements import Statements
from forebay.application.ports.pipeline_figures import Extent, PipelineFigures
from forebay.domain.pipelines.figures import (
    DURATION_EDGES,
    Bucket,
    DurationBin,
    FailuresAt,
    FlakyPipeline,
    PlatformRate,
    RunFigures,
    Window,
)
from forebay.domain.pipelines.health import LatestRuns
from forebay.domain.pipelines.pipeline import Platform
from forebay.domain.pipelines.report import ReportedStatus


class SqlPipelineFigures:
    """Figures about runs."""

    def __init__(self, statements: Statements) -> None:
        self._do = statements

    async def latest_runs(self, pipeline_ids: Sequence[UUID]) -> Mapping[UUID, LatestRuns]:
        latest = await fetch_among(self._do, queries.LATEST, pipeline_ids)
        runs = {row.id: run_of(row) for row in latest}
        others = [row.telling_id for row in latest if row.telling_id is not None and row.telling_id not in runs]
        runs |= {row.id: run_of(row) for row in await fetch_among(self._do, queries.BY_ID, others)}
        return {
            row.pipeline_id: LatestRuns(latest=runs[row.id], latest_final=runs.get(row.telling_id)) for row in latest
        }

    async def figures(self, extent: Extent, window: Window) -> RunFigures:
        query = queries.figures(queries.kind_of(extent), self._do.dialect)
        (row,) = await self._do.fetch(query, queries.values_of(extent, window))
        counts = {status: getattr(row, status.value) for status in ReportedStatus}
        return RunFigures(
            counts={status: count for status, count in counts.items() if count},
            mean_seconds=row.mean_seconds,
            p95_seconds=row.p95_seconds,
        )

    async def failed_count(self, pipeline_id: UUID, window: Window) -> int:
        return (await self.failed_counts([pipeline_id], window)).get(pipeline_id, 0)

    async def failed_counts(self, pipeline_ids: Sequence[UUID], window: Window) -> Mapping[UUID, int]:
        values = {"since": window.since, "until": window.until}
        rows = await fetch_among(self._do, queries.FAILED_COUNTS, pipeline_ids, values)
        return {row.pipeline_id: row.failed for row in rows}

    async def failures_over_time(self, extent: Extent, window: Window, bucket: Bucket) -> Sequence[FailuresAt]:
        query = queries.failures_over_time(queries.kind_of(extent), bucket, self._do.dialect)
        rows = await self._do.fetch(query, queries.values_of(extent, window))
        return tuple(FailuresAt(at=row.at, failed=row.failed, total=row.total) for row in rows)

    async def flakiest(self, extent: Extent, window: Window, *, limit: int) -> Sequence[FlakyPipeline]:
        query = queries.flakiest(queries.kind_of(extent), self._do.dialect)
        rows = await self._do.fetch(query, {**queries.values_of(extent, window), "most": limit})
        return tuple(
            FlakyPipeline(
                pipeline_id=row.id,
                pipeline_name=row.name,
                client_id=row.client_id,
                client_name=row.client_name,
                flips=row.flips,
                failed=row.failed,
                total=row.total,
            )
            for row in rows
        )

    async def failure_rate_by_platform(self, window: Window) -> Sequence[PlatformRate]:
        rows = await self._do.fetch(queries.rate_by_platform(), queries.values_of(Extent(), window))
        return tuple(PlatformRate(platform=Platform(row.platform), failed=row.failed, total=row.total) for row in rows)

    async def duration_histogram(self, extent: Extent, window: Window) -> Sequence[DurationBin]:
        query = queries.duration_histogram(queries.kind_of(extent))
        (row,) = await self._do.fetch(query, queries.values_of(extent, window))
        ends = (*DURATION_EDGES[1:], None)
        return tuple(
            DurationBin(from_seconds=start, to_seconds=end, count=count)
            for start, end, count in zip(DURATION_EDGES, ends, row, strict=True)
        )


def _fits(statements: Statements) -> PipelineFigures:
    return SqlPipelineFigures(statements)
