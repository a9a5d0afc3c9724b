"""Runs that pipelines report, how pipelines are, and figures about them, as methods to await."""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import TypeVar, Unpack
from uuid import UUID, uuid4

from forebay.application.pipelines.receive_lineage import LineageVerdict
from forebay.application.pipelines.record_runs import MAX_REPORTS, AddressedReport, RecordRunsCommand, ReportVerdict
from forebay.application.pipelines.report_records import read_record, read_report
from forebay.application.pipelines.show_figures import FiguresQuery
from forebay.application.pipelines.show_health import PipelinesHealthQuery
from forebay.application.pipelines.show_runs import ListPipelineRunsQuery
from forebay.domain.errors import InvalidInputError
from forebay.domain.paging import DEFAULT_LIMIT, MAX_LIMIT, Page, SortOrder
from forebay.domain.pipelines.figures import Bucket, DurationBin, FailuresAt, FlakyPipeline, PlatformRate
from forebay.domain.pipelines.health import Health
from forebay.entrypoints.library.fields import check_names, parse_id, parse_order, utc
from forebay.entrypoints.library.pipeline_fields import (
    FiguresWhere,
    PipelineRunWhere,
    PipelineWhere,
    RunRecord,
    RunReport,
    figures_query,
    one_of,
    parse_health,
    pipeline_filter,
    pipeline_run_filter,
)
from forebay.entrypoints.library.pipeline_results import PipelineRun, PipelineState, RecordedRun
from forebay.entrypoints.library.pipelines import AsyncPipelines

T = TypeVar("T")


class AsyncPipelineRuns(AsyncPipelines):
    """The side of what pipelines report. The same reports in any order, however often, end in the same runs."""

    async def report_run(self, pipeline_id: UUID | str, **report: Unpack[RunReport]) -> RecordedRun:
        """One report of a run; without `external_run_id` it is a new run, `manual-<uuid>`.

        PipelineNotFoundError; InvalidReportError names the field.
        """
        check_names(report, RunReport.__annotations__)
        found = parse_id(pipeline_id, field="pipeline_id")
        said: Mapping[str, object] = {**report, "external_run_id": report.get("external_run_id") or f"manual-{uuid4()}"}
        return RecordedRun.of(await self._pipelines.record_run(found, read_report(said)))

    async def report_runs(
        self, records: Iterable[RunRecord | Mapping[str, object]], *, create_missing: bool = False
    ) -> list[ReportVerdict]:
        """Any number of reports, 10,000 at a time, each with a verdict of its own: what is rejected keeps none out.

        `create_missing`: clients and pipelines that are named and do not exist are created. When this raises, earlier
        thousands have landed; to send all of them once more changes nothing about these.
        """
        verdicts: list[ReportVerdict] = []
        for batch in _batches(records):
            command = RecordRunsCommand(reports=[_read(record) for record in batch], create_missing=create_missing)
            start = len(verdicts)
            verdicts += [
                replace(verdict, index=start + verdict.index) for verdict in await self._pipelines.record_runs(command)
            ]
        return verdicts

    async def receive_lineage(self, events: Iterable[Mapping[str, object]]) -> list[LineageVerdict]:
        """Events of OpenLineage, as parsed JSON, each with a verdict of its own: what is refused keeps none out.

        UnavailableError when none could be kept and trying again may help.
        """
        return list(await self._pipelines.receive_lineage(list(events)))

    async def list_pipeline_runs(
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
        query = ListPipelineRunsQuery(
            pipeline_id=parse_id(pipeline_id, field="pipeline_id"),
            where=pipeline_run_filter(where),
            order=parse_order(order),
            cursor=cursor,
            limit=limit,
        )
        page = await self._pipelines.list_runs(query)
        return Page(items=tuple(PipelineRun.of(run) for run in page.items), next_cursor=page.next_cursor)

    async def pipeline_runs(
        self, pipeline_id: UUID | str, *, order: SortOrder | str = SortOrder.DESC, **where: Unpack[PipelineRunWhere]
    ) -> AsyncIterator[PipelineRun]:
        """All of them, page by page. PipelineNotFoundError."""
        cursor: str | None = None
        while True:
            page = await self.list_pipeline_runs(pipeline_id, order=order, cursor=cursor, limit=MAX_LIMIT, **where)
            for run in page.items:
                yield run
            if (cursor := page.next_cursor) is None:
                return

    async def get_pipeline_run(self, pipeline_id: UUID | str, run_id: UUID | str) -> PipelineRun:
        """PipelineRunNotFoundError."""
        found = await self._pipelines.get_run(
            parse_id(pipeline_id, field="pipeline_id"), parse_id(run_id, field="run_id")
        )
        return PipelineRun.of(found)

    async def latest_run(self, pipeline_id: UUID | str) -> PipelineRun:
        """The one that started last. NoRunYetError when there is none; PipelineNotFoundError."""
        return PipelineRun.of(await self._pipelines.latest_run(parse_id(pipeline_id, field="pipeline_id")))

    async def pipeline_state(self, pipeline_id: UUID | str) -> PipelineState:
        """A pipeline as it is now. PipelineNotFoundError."""
        return PipelineState.of(await self._pipelines.get_state(parse_id(pipeline_id, field="pipeline_id")))

    async def list_pipelines_health(
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
        query = PipelinesHealthQuery(
            where=pipeline_filter(where),
            health=parse_health(health),
            order=parse_order(order),
            cursor=cursor,
            limit=limit,
        )
        page = await self._pipelines.pipelines_health(query)
        return Page(items=tuple(PipelineState.of(state) for state in page.items), next_cursor=page.next_cursor)

    async def pipelines_health(
        self,
        *,
        health: Iterable[Health | str] | Health | str | None = None,
        order: SortOrder | str = SortOrder.ASC,
        **where: Unpack[PipelineWhere],
    ) -> AsyncIterator[PipelineState]:
        """All of them, page by page; as list_pipelines_health()."""
        wanted, cursor = parse_health(health), None
        while True:
            page = await self.list_pipelines_health(health=wanted, order=order, cursor=cursor, limit=MAX_LIMIT, **where)
            for state in page.items:
                yield state
            if (cursor := page.next_cursor) is None:
                return

    async def failures_over_time(
        self, *, bucket: Bucket | str = Bucket.DAY, **where: Unpack[FiguresWhere]
    ) -> tuple[FailuresAt, ...]:
        """Runs that succeeded or failed, by hour or day (UTC); those without any are left out."""
        found = one_of(Bucket, bucket, field="bucket") or Bucket.DAY
        return tuple(await self._pipelines.failures_over_time(figures_query(where), bucket=found))

    async def flakiest_pipelines(self, *, limit: int = 20, **where: Unpack[FiguresWhere]) -> tuple[FlakyPipeline, ...]:
        """Those that went from success to failure and back most often; those that never did are left out."""
        return tuple(await self._pipelines.flakiest(figures_query(where), limit=limit))

    async def failure_rate_by_platform(
        self, *, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[PlatformRate, ...]:
        """Of all enabled pipelines, in the last 30 days unless said."""
        return tuple(await self._pipelines.failure_rate_by_platform(FiguresQuery(since=utc(since), until=utc(until))))

    async def duration_histogram(self, **where: Unpack[FiguresWhere]) -> tuple[DurationBin, ...]:
        """How long final runs took."""
        return tuple(await self._pipelines.duration_histogram(figures_query(where)))


def _read(record: RunRecord | Mapping[str, object]) -> AddressedReport | InvalidInputError:
    try:
        return read_record(record)
    except InvalidInputError as error:
        return error


def _batches(records: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(records)
    while batch := list(islice(rest, MAX_REPORTS)):
        yield batch
