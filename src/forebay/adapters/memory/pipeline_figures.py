"""Figures about runs in memory: the same answers as in SQL, by looking at every run."""

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from typing import TypeVar
from uuid import UUID

from forebay.adapters.memory.pipeline_runs import latest_key
from forebay.adapters.memory.state import State
from forebay.adapters.memory.work import Work
from forebay.application.ports.pipeline_figures import SHORT_MESSAGE, Extent, PipelineFigures
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
from forebay.domain.pipelines.pipeline import Pipeline, Platform
from forebay.domain.pipelines.report import ReportedStatus
from forebay.domain.pipelines.run import PipelineRun

K = TypeVar("K")

_EVERYWHERE = Extent()
_TELLING = frozenset({ReportedStatus.SUCCESS, ReportedStatus.FAILED})


def _by_end(run: PipelineRun) -> tuple[datetime, UUID]:
    return run.effective_at, run.id


class MemoryPipelineFigures:
    """Figures about runs."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def latest_runs(self, pipeline_ids: Sequence[UUID]) -> Mapping[UUID, LatestRuns]:
        asked, found = frozenset(pipeline_ids), dict[UUID, LatestRuns]()
        runs = [run for run in (await self._work.state()).pipeline_runs.values() if run.pipeline_id in asked]
        for run in sorted(runs, key=latest_key):
            short = replace(run, payload=None, error_message=run.error_message and run.error_message[:SHORT_MESSAGE])
            telling = found.get(run.pipeline_id, LatestRuns()).latest_final
            if run.status in _TELLING and (telling is None or _by_end(telling) < _by_end(short)):
                telling = short
            found[run.pipeline_id] = LatestRuns(latest=short, latest_final=telling)
        return found

    async def figures(self, extent: Extent, window: Window) -> RunFigures:
        runs = [run for _, run in await self._within(extent, window)]
        lengths = sorted(_lengths(runs))
        return RunFigures(
            counts=Counter(run.status for run in runs),
            mean_seconds=math.fsum(lengths) / len(lengths) if lengths else None,
            p95_seconds=lengths[-(-95 * len(lengths) // 100) - 1] if lengths else None,
        )

    async def failed_count(self, pipeline_id: UUID, window: Window) -> int:
        return (await self.failed_counts([pipeline_id], window)).get(pipeline_id, 0)

    async def failed_counts(self, pipeline_ids: Sequence[UUID], window: Window) -> Mapping[UUID, int]:
        asked = frozenset(pipeline_ids)
        runs = (await self._work.state()).pipeline_runs.values()
        return Counter(
            run.pipeline_id
            for run in runs
            if run.pipeline_id in asked
            and run.status is ReportedStatus.FAILED
            and window.since <= run.effective_at < window.until
        )

    async def failures_over_time(self, extent: Extent, window: Window, bucket: Bucket) -> Sequence[FailuresAt]:
        counted = _rates(await self._telling(extent, window), lambda _, run: _beginning(run.effective_at, bucket))
        return tuple(FailuresAt(at=at, failed=failed, total=total) for at, (failed, total) in sorted(counted.items()))

    async def flakiest(self, extent: Extent, window: Window, *, limit: int) -> Sequence[FlakyPipeline]:
        state = await self._work.state()
        of_pipelines: dict[UUID, list[PipelineRun]] = {}
        for pipeline, run in await self._telling(extent, window):
            of_pipelines.setdefault(pipeline.id, []).append(run)
        found = [_flaky(state, state.pipelines[one], runs) for one, runs in of_pipelines.items()]
        flaky = [one for one in found if one.flips]
        flaky.sort(key=lambda one: (-one.flips, -one.failed, one.pipeline_name, one.pipeline_id))
        return tuple(flaky[:limit])

    async def failure_rate_by_platform(self, window: Window) -> Sequence[PlatformRate]:
        counted: Mapping[Platform, tuple[int, int]] = _rates(
            await self._telling(_EVERYWHERE, window), lambda pipeline, _: pipeline.platform
        )
        return tuple(
            PlatformRate(platform=platform, failed=failed, total=total)
            for platform, (failed, total) in sorted(counted.items())
        )

    async def duration_histogram(self, extent: Extent, window: Window) -> Sequence[DurationBin]:
        counts = Counter(
            bisect_right(DURATION_EDGES, length) - 1
            for length in _lengths([run for _, run in await self._within(extent, window)])
        )
        edges = (*DURATION_EDGES, None)
        return tuple(
            DurationBin(from_seconds=start or 0.0, to_seconds=end, count=counts[number])
            for number, (start, end) in enumerate(pairwise(edges))
        )

    async def _telling(self, extent: Extent, window: Window) -> Sequence[tuple[Pipeline, PipelineRun]]:
        return [(pipeline, run) for pipeline, run in await self._within(extent, window) if run.status in _TELLING]

    async def _within(self, extent: Extent, window: Window) -> Sequence[tuple[Pipeline, PipelineRun]]:
        state = await self._work.state()
        pipelines = {pipeline.id: pipeline for pipeline in state.pipelines.values() if _covers(state, extent, pipeline)}
        return [
            (pipelines[run.pipeline_id], run)
            for run in state.pipeline_runs.values()
            if run.pipeline_id in pipelines and window.since <= run.effective_at < window.until
        ]


def _covers(state: State, extent: Extent, pipeline: Pipeline) -> bool:
    if extent.pipeline_id is not None:
        return pipeline.id == extent.pipeline_id and extent.client_id in {None, pipeline.client_id}
    if extent.client_id is not None:
        return pipeline.is_active and pipeline.client_id == extent.client_id
    return pipeline.is_active and state.clients[pipeline.client_id].is_active


def _lengths(runs: Sequence[PipelineRun]) -> Iterator[float]:
    for run in runs:
        if run.status.is_final and run.elapsed_seconds is not None:
            yield run.elapsed_seconds


def _rates(
    runs: Sequence[tuple[Pipeline, PipelineRun]], key: Callable[[Pipeline, PipelineRun], K]
) -> Mapping[K, tuple[int, int]]:
    failed: Counter[K] = Counter(key(*one) for one in runs if one[1].status is ReportedStatus.FAILED)
    total: Counter[K] = Counter(key(*one) for one in runs)
    return {value: (failed[value], count) for value, count in total.items()}


def _beginning(at: datetime, bucket: Bucket) -> datetime:
    hour = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return hour if bucket is Bucket.HOUR else hour.replace(hour=0)


def _flaky(state: State, pipeline: Pipeline, runs: Sequence[PipelineRun]) -> FlakyPipeline:
    outcomes = [run.status for run in sorted(runs, key=lambda run: (run.effective_at, run.id))]
    return FlakyPipeline(
        pipeline_id=pipeline.id,
        pipeline_name=pipeline.name,
        client_id=pipeline.client_id,
        client_name=state.clients[pipeline.client_id].name,
        flips=sum(one is not other for one, other in pairwise(outcomes)),
        failed=sum(outcome is ReportedStatus.FAILED for outcome in outcomes),
        total=len(outcomes),
    )


def _fits(work: Work) -> PipelineFigures:
    return MemoryPipelineFigures(work)
