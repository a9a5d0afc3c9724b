"""Questions about many runs at once, answered by the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from forebay.domain.pipelines.figures import (
    Bucket,
    DurationBin,
    FailuresAt,
    FlakyPipeline,
    PlatformRate,
    RunFigures,
    Window,
)
from forebay.domain.pipelines.health import LatestRuns

SHORT_MESSAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """Of one pipeline, whether it is enabled or not; else of the enabled pipelines of one client, or of all enabled

    clients.
    """

    client_id: UUID | None = None
    pipeline_id: UUID | None = None


class PipelineFigures(Protocol):
    """Reads only. Windows go by effective_at, since inclusive, until exclusive."""

    async def latest_runs(self, pipeline_ids: Sequence[UUID]) -> Mapping[UUID, LatestRuns]:
        """Of each pipeline: `latest` as PipelineRunRepository.latest() has it, `latest_final` by (effective_at, id).

        Those without any run are left out. Payloads are not needed here, and None; of error messages there are the
        first SHORT_MESSAGE characters.
        """
        ...

    async def figures(self, extent: Extent, window: Window) -> RunFigures: ...

    async def failed_count(self, pipeline_id: UUID, window: Window) -> int: ...

    async def failed_counts(self, pipeline_ids: Sequence[UUID], window: Window) -> Mapping[UUID, int]:
        """The same of many at once; those without a failed run are left out."""
        ...

    async def failures_over_time(self, extent: Extent, window: Window, bucket: Bucket) -> Sequence[FailuresAt]:
        """Runs that succeeded or failed, by the bucket (in UTC) they fall in, in order; empty buckets left out."""
        ...

    async def flakiest(self, extent: Extent, window: Window, *, limit: int) -> Sequence[FlakyPipeline]:
        """Most flips first, then most failures, then by name and id. Those without a flip are left out."""
        ...

    async def failure_rate_by_platform(self, window: Window) -> Sequence[PlatformRate]:
        """Platforms with runs that succeeded or failed, by platform."""
        ...

    async def duration_histogram(self, extent: Extent, window: Window) -> Sequence[DurationBin]:
        """Final runs by elapsed_seconds, in the bins of DURATION_EDGES, all of them, in order."""
        ...
