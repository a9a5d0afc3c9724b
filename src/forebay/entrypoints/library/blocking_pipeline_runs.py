"""Runs that pipelines report, how pipelines are, and figures about them, for callers without an event loop."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Unpack
from uuid import UUID

from forebay.application.pipelines.receive_lineage import LineageVerdict
from forebay.application.pipelines.record_runs import ReportVerdict
from forebay.domain.paging import DEFAULT_LIMIT, MAX_LIMIT, Page, SortOrder
from forebay.domain.pipelines.figures import Bucket, DurationBin, FailuresAt, FlakyPipeline, PlatformRate
from forebay.domain.pipelines.health import Health
from forebay.entrypoints.library.blocking_pipelines import BlockingPipelines
from forebay.entrypoints.library.pipeline_fields import (
    FiguresWhere,
    PipelineRunWhere,
    PipelineWhere,
    RunRecord,
    RunReport,
    parse_health,
)
from forebay.entrypoints.library.pipeline_results import PipelineRun, PipelineState, RecordedRun


class BlockingPipelineRuns(BlockingPipelines):
    """The side of what pipelines report. The same reports in any order, however often, end in the same runs."""

    def report_run(self, pipeline_id: UUID | str, **report: Unpack[RunReport]) -> RecordedRun:
        """One report of a run; without `external_run_id` it is a new run, `manual-<uuid>`.

        PipelineNotFoundError; InvalidReportError names the field.
        """
        return self._thread.run(self._forebay.report_run(pipeline_id, **report))

    def report_runs(
        self, records: Iterable[RunRecord | Mapping[str, object]], *, create_missing: bool = False
    ) -> list[ReportVerdict]:
        """Any number of reports, 10,000 at a time, each with a verdict of its own: what is rejected keeps none out.

        `create_missing`: clients and pipelines that are named and do not exist are created. When this raises, earlier
        thousands have landed; to send all of them once more changes nothing about these.
        """
        return self._thread.run(self._forebay.report_runs(records, create_missing=create_missing))

    def receive_lineage(self, events: Iterable[Mapping[str, object]]) -> list[LineageVerdict]:
        """Events of OpenLineage, as parsed JSON, each with a verdict of its own: what is refused keeps none out.

        UnavailableError when none could be kept and trying again may help.
        """
        return self._thread.run(self._forebay.receive_lineage(events))

    def list_pipeline_runs(
        self,
        pipeline_id: UUID | str,
        *,
        order: SortOrder | str = SortOrder.DESC,
        cursor: str | None = None,
        limit: int = DEFAULT_LIMIT,
        **where: Unpack[PipelineRunWhere],
    ) -> Page[PipelineRun]:
        """One page, by effective_at, newest first. `cursor`: the `next_cursor` of the page before. `limit`: 1 to 1000.

        PipelineNotFoundError.
        """
        return self._thread.run(
            self._forebay.list_pipeline_runs(pipeline_id, order=order, cursor=cursor, limit=limit, **where)
        )

    def pipeline_runs(
        self, pipeline_id: UUID | str, *, order: SortOrder | str = SortOrder.DESC, **where: Unpack[PipelineRunWhere]
    ) -> Iterator[PipelineRun]:
        """All of them, page by page. PipelineNotFoundError."""
        cursor: str | None = None
        while True:
            page = self.list_pipeline_runs(pipeline_id, order=order, cursor=cursor, limit=MAX_LIMIT, **where)
            yield from page.items
            if (cursor := page.next_cursor) is None:
                return

    def get_pipeline_run(self, pipeline_id: UUID | str, run_id: UUID | str) -> PipelineRun:
        """PipelineRunNotFoundError."""
        return self._thread.run(self._forebay.get_pipeline_run(pipeline_id, run_id))

    def latest_run(self, pipeline_id: UUID | str) -> PipelineRun:
        """The one that started last. NoRunYetError when there is none; PipelineNotFoundError."""
        return self._thread.run(self._forebay.latest_run(pipeline_id))

    def pipeline_state(self, pipeline_id: UUID | str) -> PipelineState:
        """A pipeline as it is now. PipelineNotFoundError."""
        return self._thread.run(self._forebay.pipeline_state(pipeline_id))

    def list_pipelines_health(
        self,
        *,
        health: Iterable[Health | str] | Health | str | None = None,
        order: SortOrder | str = SortOrder.ASC,
        cursor: str | None = None,
        limit: int = DEFAULT_LIMIT,
        **where: Unpack[PipelineWhere],
    ) -> Page[PipelineState]:
        """One page of pipelines as they are now, oldest first. `health`: only those that are so, one or several.

        Enabled ones, unless `is_active` says otherwise.
        """
        return self._thread.run(
            self._forebay.list_pipelines_health(health=health, order=order, cursor=cursor, limit=limit, **where)
        )

    def pipelines_health(
        self,
        *,
        health: Iterable[Health | str] | Health | str | None = None,
        order: SortOrder | str = SortOrder.ASC,
        **where: Unpack[PipelineWhere],
    ) -> Iterator[PipelineState]:
        """All of them, page by page; as list_pipelines_health()."""
        wanted, cursor = parse_health(health), None
        while True:
            page = self.list_pipelines_health(health=wanted, order=order, cursor=cursor, limit=MAX_LIMIT, **where)
            yield from page.items
            if (cursor := page.next_cursor) is None:
                return

    def failures_over_time(
        self, *, bucket: Bucket | str = Bucket.DAY, **where: Unpack[FiguresWhere]
    ) -> tuple[FailuresAt, ...]:
        """Runs that succeeded or failed, by hour or day (UTC); those without any are left out."""
        return self._thread.run(self._forebay.failures_over_time(bucket=bucket, **where))

    def flakiest_pipelines(self, *, limit: int = 20, **where: Unpack[FiguresWhere]) -> tuple[FlakyPipeline, ...]:
        """Those that went from success to failure and back most often; those that never did are left out."""
        return self._thread.run(self._forebay.flakiest_pipelines(limit=limit, **where))

    def failure_rate_by_platform(
        self, *, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[PlatformRate, ...]:
        """Of all enabled pipelines, in the last 30 days unless said."""
        return self._thread.run(self._forebay.failure_rate_by_platform(since=since, until=until))

    def duration_histogram(self, **where: Unpack[FiguresWhere]) -> tuple[DurationBin, ...]:
        """How long final runs took."""
        return self._thread.run(self._forebay.duration_histogram(**where))
