"""What rules find about a pipeline, and what that makes of its alerts. Nothing but its state decides, so whatever

order reports come in, the same alerts are open at the end.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from forebay.domain.pipelines.alert import MAX_SUMMARY, Alert, CloseReason
from forebay.domain.pipelines.alert_rule import AlertRule, RuleType
from forebay.domain.pipelines.client import Client
from forebay.domain.pipelines.health import LatestRuns, due_at, missing_at, stuck_at
from forebay.domain.pipelines.pipeline import Pipeline
from forebay.domain.pipelines.report import ReportedStatus

_LONGEST_ERROR = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineFacts:
    """What rules go by. `failures`: how many runs failed in the last so many minutes, for each window of a rule."""

    pipeline: Pipeline
    client: Client
    runs: LatestRuns
    failures: Mapping[int, int]

    @property
    def is_active(self) -> bool:
        return self.pipeline.is_active and self.client.is_active


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Why there is to be an alert. `run_id`: the run that it is about, where it is about one."""

    rule: AlertRule
    summary: str
    run_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertChanges:
    """What is to be done so that exactly the alerts that are warranted are open."""

    opened: Sequence[Finding] = ()
    updated: Sequence[Alert] = ()
    closed: Sequence[Alert] = ()

    def __bool__(self) -> bool:
        return bool(self.opened or self.updated or self.closed)


def findings(rules: Iterable[AlertRule], facts: PipelineFacts, *, at: datetime) -> Mapping[UUID, Finding]:
    """By rule. `rules`: those that hold for the pipeline, as applicable() gives them. None for disabled ones."""
    if not facts.is_active:
        return {}
    found = ((rule, _found(rule, facts, at=at)) for rule in rules)
    return {rule.id: finding for rule, finding in found if finding is not None}


def alert_changes(
    open_alerts: Iterable[Alert],
    found: Mapping[UUID, Finding],
    *,
    facts: PipelineFacts,
    enabled: Collection[UUID],
    held: Collection[UUID],
    at: datetime,
) -> AlertChanges:
    """`open_alerts` of the pipeline. `enabled`: the rules that are; `held`: those that hold for this pipeline."""
    updated: list[Alert] = []
    closed: list[Alert] = []
    known: set[UUID] = set()
    for alert in open_alerts:
        known.add(alert.rule_id)
        finding = found.get(alert.rule_id)
        if finding is not None:
            run_id = finding.run_id or alert.run_id
            after = alert.found_again(finding.summary, run_id=run_id, at=at)
            if after is not alert:
                updated.append(after)
            continue
        if not facts.is_active or alert.rule_id not in enabled:
            reason = CloseReason.DISABLED
        else:
            reason = CloseReason.RECOVERED if alert.rule_id in held else CloseReason.REPLACED
        closed.append(alert.closed(reason, at=at))
    opened = [finding for rule_id, finding in found.items() if rule_id not in known]
    return AlertChanges(opened=opened, updated=updated, closed=closed)


def _found(rule: AlertRule, facts: PipelineFacts, *, at: datetime) -> Finding | None:
    if rule.rule_type is RuleType.ON_FAILURE:
        finding = _failure(rule, facts)
    elif rule.rule_type is RuleType.FAILURES_IN_WINDOW:
        finding = _failures(rule, facts)
    elif rule.rule_type is RuleType.LATE:
        finding = _late(rule, facts, at=at)
    else:
        finding = _stuck(rule, facts, at=at)
    return None if finding is None else replace(finding, summary=_cut(finding.summary, MAX_SUMMARY))


def _failure(rule: AlertRule, facts: PipelineFacts) -> Finding | None:
    run = facts.runs.latest_final
    if run is None or run.status is not ReportedStatus.FAILED:
        return None
    said = " ".join((run.error_message or run.status_reason or "").split())
    reason = f": {_cut(said, _LONGEST_ERROR)}" if said else ""
    return Finding(rule=rule, summary=f"run {run.external_run_id} failed{reason}", run_id=run.id)


def _failures(rule: AlertRule, facts: PipelineFacts) -> Finding | None:
    assert rule.threshold is not None  # a rule of this type has both
    assert rule.window_minutes is not None
    count = facts.failures.get(rule.window_minutes, 0)
    if count < rule.threshold:
        return None
    runs = "1 run" if count == 1 else f"{count} runs"
    minutes = "minute" if rule.window_minutes == 1 else f"{rule.window_minutes} minutes"
    final = facts.runs.latest_final
    return Finding(
        rule=rule,
        summary=f"{runs} failed within the last {minutes}; {rule.threshold} or more are too many",
        run_id=final.id if final is not None and final.status is ReportedStatus.FAILED else None,
    )


def _late(rule: AlertRule, facts: PipelineFacts, *, at: datetime) -> Finding | None:
    start = facts.runs.last_start
    due, missing = due_at(facts.pipeline, start), missing_at(facts.pipeline, start)
    if due is None or missing is None or due > at:
        return None
    last = f"the last one started {_time(start)}" if start is not None else "none ever has"
    if missing <= at:
        return Finding(rule=rule, summary=f"no run has started that was due {_time(due)}, nor the next; {last}")
    return Finding(rule=rule, summary=f"no run has started that was due {_time(due)}; {last}")


def _stuck(rule: AlertRule, facts: PipelineFacts, *, at: datetime) -> Finding | None:
    run = facts.runs.latest
    over = stuck_at(facts.pipeline, run)
    if run is None or over is None or over > at:
        return None
    started = run.started_at or run.created_at
    return Finding(
        rule=rule,
        summary=f"run {run.external_run_id} goes on since {_time(started)}, and should have ended by {_time(over)}",
        run_id=run.id,
    )


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
