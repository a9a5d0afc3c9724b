"""How a pipeline is, by its latest runs and what is expected of it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from forebay.domain.pipelines.pipeline import Pipeline
from forebay.domain.pipelines.report import ReportedStatus
from forebay.domain.pipelines.run import PipelineRun

_END_OF_TIME = datetime.max.replace(tzinfo=UTC)


class Health(StrEnum):
    """The worst that holds, in this order. `disabled`: it, or its client, is. `stuck`: a run goes on for longer than

    its finish grace. `missing`: a whole expected run did not come. `late`: one should have started by now. `failing`:
    the latest final run failed. `unknown`: no final run yet. `healthy`: none of these.
    """

    DISABLED = "disabled"
    STUCK = "stuck"
    MISSING = "missing"
    LATE = "late"
    FAILING = "failing"
    UNKNOWN = "unknown"
    HEALTHY = "healthy"

    @property
    def needs_attention(self) -> bool:
        return self in {Health.STUCK, Health.MISSING, Health.LATE, Health.FAILING}


@dataclass(frozen=True, slots=True, kw_only=True)
class LatestRuns:
    """`latest`: in the order of latest_first(). `latest_final`: of those that succeeded or failed, the one that ended

    last, by effective_at; one that was canceled or skipped says nothing of how the pipeline is. So what is reported
    without a start counts, too. `last_start`: of either, when it is known to have begun.
    """

    latest: PipelineRun | None = None
    latest_final: PipelineRun | None = None

    @property
    def last_start(self) -> datetime | None:
        runs = (self.latest, self.latest_final)
        return max((run.started_at or run.effective_at for run in runs if run is not None), default=None)


def due_at(pipeline: Pipeline, last_start: datetime | None) -> datetime | None:
    """When the next run should have started, grace included; None when nothing is expected."""
    expected = pipeline.schedule.expect_every
    if expected is None:
        return None
    since = pipeline.enabled_at if last_start is None else max(last_start, pipeline.enabled_at)
    return _after(since, expected + pipeline.schedule.start_grace)


def missing_at(pipeline: Pipeline, last_start: datetime | None) -> datetime | None:
    """When a whole expected run has not come: one period after it was due."""
    due, expected = due_at(pipeline, last_start), pipeline.schedule.expect_every
    return None if due is None or expected is None else _after(due, expected)


def stuck_at(pipeline: Pipeline, latest: PipelineRun | None) -> datetime | None:
    """When the latest run, if it still goes on, counts as stuck."""
    grace = pipeline.schedule.finish_grace
    if grace is None or latest is None or latest.status is not ReportedStatus.RUNNING:
        return None
    return _after(latest.started_at or latest.created_at, grace)


def _after(moment: datetime, span: timedelta) -> datetime:
    """At the latest when the calendar ends: reporters say odd times, and nobody's health may break over one."""
    try:
        return moment + span
    except OverflowError:
        return _END_OF_TIME


def health(pipeline: Pipeline, runs: LatestRuns, *, client_is_active: bool, at: datetime) -> Health:
    if not pipeline.is_active or not client_is_active:
        return Health.DISABLED
    stuck, missing = stuck_at(pipeline, runs.latest), missing_at(pipeline, runs.last_start)
    due = due_at(pipeline, runs.last_start)
    if stuck is not None and stuck <= at:
        return Health.STUCK
    if missing is not None and missing <= at:
        return Health.MISSING
    if due is not None and due <= at:
        return Health.LATE
    if runs.latest_final is None:
        return Health.UNKNOWN
    return Health.FAILING if runs.latest_final.status is ReportedStatus.FAILED else Health.HEALTHY
