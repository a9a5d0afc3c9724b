"""FailuresOverTime, FlakiestPipelines, FailureRateByPlatform and DurationHistogram."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from forebay.application.pipelines.windows import ANALYSIS_DAYS, window_of
from forebay.application.ports.clock import Clock
from forebay.application.ports.pipelines import Extent, PipelinesUnitOfWork, PipelinesUnitOfWorkFactory
from forebay.domain.errors import InvalidInputError
from forebay.domain.paging import check_limit
from forebay.domain.pipelines.figures import Bucket, DurationBin, FailuresAt, FlakyPipeline, PlatformRate, Window

MOST_BUCKETS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresQuery:
    """`since` inclusive, `until` exclusive; None: the last 30 days until now."""

    extent: Extent = field(default_factory=Extent)
    since: datetime | None = None
    until: datetime | None = None


class _Asking:
    def __init__(self, *, unit_of_work: PipelinesUnitOfWorkFactory, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    def _window(self, query: FiguresQuery) -> Window:
        return window_of(query.since, query.until, at=self._clock.now(), days=ANALYSIS_DAYS)


class FailuresOverTime(_Asking):
    """Runs that succeeded or failed, and how many failed, by hour or day; those without any run are left out.

    ClientNotFoundError, PipelineNotFoundError; InvalidInputError when the window holds too many buckets.
    """

    async def __call__(self, query: FiguresQuery, *, bucket: Bucket = Bucket.DAY) -> Sequence[FailuresAt]:
        window = self._window(query)
        length = timedelta(hours=1) if bucket is Bucket.HOUR else timedelta(days=1)
        if (window.until - window.since) / length > MOST_BUCKETS:
            raise InvalidInputError(f"expected at most {MOST_BUCKETS} buckets; take a shorter window", field="since")
        async with self._unit_of_work(write=False) as work:
            await _check(work, query.extent)
            return await work.figures.failures_over_time(query.extent, window, bucket)


class FlakiestPipelines(_Asking):
    """Those that went from success to failure and back most often. ClientNotFoundError, PipelineNotFoundError."""

    async def __call__(self, query: FiguresQuery, *, limit: int = 20) -> Sequence[FlakyPipeline]:
        check_limit(limit)
        async with self._unit_of_work(write=False) as work:
            await _check(work, query.extent)
            return await work.figures.flakiest(query.extent, self._window(query), limit=limit)


class FailureRateByPlatform(_Asking):
    """Of all enabled pipelines; `extent` does not count here."""

    async def __call__(self, query: FiguresQuery) -> Sequence[PlatformRate]:
        async with self._unit_of_work(write=False) as work:
            return await work.figures.failure_rate_by_platform(self._window(query))


class DurationHistogram(_Asking):
    """How long final runs took. ClientNotFoundError, PipelineNotFoundError."""

    async def __call__(self, query: FiguresQuery) -> Sequence[DurationBin]:
        async with self._unit_of_work(write=False) as work:
            await _check(work, query.extent)
            return await work.figures.duration_histogram(query.extent, self._window(query))


async def _check(work: PipelinesUnitOfWork, extent: Extent) -> None:
    if extent.client_id is not None:
        await work.clients.get(extent.client_id)
    if extent.pipeline_id is not None:
        await work.pipelines.get(extent.pipeline_id)
