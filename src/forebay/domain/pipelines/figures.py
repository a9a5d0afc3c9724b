"""Figures about runs in a window of time: since inclusive, until exclusive, by each run's effective_at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from forebay.domain.pipelines.client import Client
from forebay.domain.pipelines.health import Health
from forebay.domain.pipelines.pipeline import Pipeline, Platform
from forebay.domain.pipelines.report import ReportedStatus
from forebay.domain.pipelines.run import PipelineRun


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """`since` ≤ `until`."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFigures:
    """`counts`: by status, zeros left out. Durations in seconds, of final runs that say how long they took.

    `p95_seconds`: nearest rank, the smallest duration that at least 95 % of the runs do not exceed.
    """

    counts: Mapping[ReportedStatus, int]
    mean_seconds: float | None
    p95_seconds: float | None

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def success_rate(self) -> float | None:
        """Of those that succeeded or failed; None when there are none."""
        good, bad = self.counts.get(ReportedStatus.SUCCESS, 0), self.counts.get(ReportedStatus.FAILED, 0)
        return good / (good + bad) if good + bad else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineState:
    """A pipeline as it is now. `due_at`: when its next run should have started, grace included."""

    pipeline: Pipeline
    client: Client
    latest: PipelineRun | None
    health: Health
    due_at: datetime | None
    open_alerts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSummary:
    """`pipelines`: the enabled ones, those that need attention first, then by name. `late`: or missing."""

    client: Client
    window: Window
    figures: RunFigures
    pipelines: tuple[PipelineState, ...]

    @property
    def late(self) -> tuple[PipelineState, ...]:
        return tuple(state for state in self.pipelines if state.health in {Health.LATE, Health.MISSING})


class Bucket(StrEnum):
    """How finely time is divided; in UTC."""

    HOUR = "hour"
    DAY = "day"


@dataclass(frozen=True, slots=True, kw_only=True)
class FailuresAt:
    """Final runs in one bucket of time. `at`: its beginning."""

    at: datetime
    failed: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FlakyPipeline:
    """`flips`: how often a success followed a failure or a failure a success, among runs that did either."""

    pipeline_id: UUID
    pipeline_name: str
    client_id: UUID
    client_name: str
    flips: int
    failed: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformRate:
    """Runs that succeeded or failed, by platform."""

    platform: Platform
    failed: int
    total: int

    @property
    def failure_rate(self) -> float:
        return self.failed / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DurationBin:
    """Final runs that took at least `from_seconds` and less than `to_seconds` (None: no end)."""

    from_seconds: float
    to_seconds: float | None
    count: int


DURATION_EDGES = (0.0, 1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0, 10800.0, 43200.0)  # seconds
