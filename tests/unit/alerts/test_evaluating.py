"""Alerts open, are updated, and close, as the state of pipelines warrants."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from forebay.application.pipelines.manage_alert_rules import ChangeAlertRuleCommand
from forebay.domain.pipelines.alert import CloseReason, DeliveryStatus
from forebay.domain.pipelines.alert_rule import AlertRule, RuleType, Scope
from forebay.domain.pipelines.findings import Finding, PipelineFacts, findings
from forebay.domain.pipelines.pipeline import Schedule
from forebay.domain.pipelines.report import ReportedStatus, RunReport
from tests.unit.alerts.desk import HOUR, MINUTE, NOON, SECOND, Desk

FAILED, SUCCESS, RUNNING = ReportedStatus.FAILED, ReportedStatus.SUCCESS, ReportedStatus.RUNNING
WAITING = DeliveryStatus.WAITING


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def test_a_failure_opens_an_alert_once_and_a_success_closes_it(desk: Desk) -> None:
    pipeline, rule = await desk.pipeline(), await desk.rule()
    await desk.report(pipeline, "1", FAILED, error="no\n  such table")
    assert (await desk.use.evaluate()).opened == 1
    [alert] = await desk.alerts()
    assert (alert.rule_id, alert.pipeline_id, alert.summary) == (rule.id, pipeline.id, "run 1 failed: no such table")
    assert (await desk.use.evaluate()).pipelines == 0  # nothing is to be looked at
    desk.clock.time += MINUTE
    await desk.report(pipeline, "2", FAILED)
    await desk.use.evaluate()
    [again] = await desk.alerts()
    assert (again.id, again.summary, again.occurrences) == (alert.id, "run 2 failed", 2)
    assert await desk.statuses() == [("opened", WAITING)]
    desk.clock.time += MINUTE
    await desk.report(pipeline, "3", SUCCESS)
    assert (await desk.use.evaluate()).closed == 1
    [closed] = await desk.alerts(is_open=None)
    assert (closed.close_reason, closed.closed_at) == (CloseReason.RECOVERED, desk.clock.time)
    assert await desk.statuses() == [("opened", WAITING), ("closed", WAITING)]


async def test_a_failure_that_does_not_say_when_it_began_opens_an_alert_as_well(desk: Desk) -> None:
    pipeline = await desk.pipeline()
    await desk.rule()
    await desk.report(pipeline, "1", SUCCESS)
    desk.clock.time += MINUTE
    await desk.record(pipeline, RunReport(external_run_id="2", status=FAILED))
    assert (await desk.use.evaluate()).opened == 1
    [alert] = await desk.alerts()
    assert alert.summary == "run 2 failed"


async def test_a_run_that_goes_on_or_was_canceled_neither_opens_nor_closes(desk: Desk) -> None:
    pipeline = await desk.pipeline()
    await desk.rule()
    for run, status in (("1", RUNNING), ("2", ReportedStatus.CANCELED), ("3", ReportedStatus.SKIPPED)):
        await desk.report(pipeline, run, status)
    assert (await desk.use.evaluate()).opened == 0
    await desk.report(pipeline, "4", FAILED)
    await desk.use.evaluate()
    desk.clock.time += MINUTE
    await desk.report(pipeline, "5", RUNNING)
    await desk.report(pipeline, "6", ReportedStatus.CANCELED)
    await desk.use.evaluate()
    assert len(await desk.alerts()) == 1


async def test_an_earlier_success_that_comes_late_does_not_close(desk: Desk) -> None:
    pipeline = await desk.pipeline()
    await desk.rule()
    await desk.report(pipeline, "2", FAILED, started_at=NOON, finished_at=NOON + MINUTE)
    await desk.use.evaluate()
    await desk.report(pipeline, "1", SUCCESS, started_at=NOON - HOUR, finished_at=NOON - MINUTE)
    await desk.use.evaluate()
    assert len(await desk.alerts()) == 1


async def test_failures_in_a_window_open_at_the_threshold_and_close_when_they_have_passed(desk: Desk) -> None:
    pipeline = await desk.pipeline()
    await desk.rule(RuleType.FAILURES_IN_WINDOW, threshold=2, window_minutes=60)
    await desk.report(pipeline, "1", FAILED)
    await desk.use.evaluate(timed=True)
    assert await desk.alerts() == ()
    desk.clock.time += 30 * MINUTE
    await desk.report(pipeline, "2", FAILED)
    await desk.use.evaluate()
    [alert] = await desk.alerts()
    assert alert.summary == "2 runs failed within the last 60 minutes; 2 or more are too many"
    desk.clock.time += SECOND
    await desk.report(pipeline, "3", SUCCESS)
    await desk.use.evaluate()
    assert len(await desk.alerts()) == 1  # a success does not make the failures undone
    desk.clock.time = NOON + HOUR + SECOND
    await desk.use.evaluate(timed=True)
    assert await desk.alerts() == ()


async def test_a_reporter_whose_clock_is_fast_has_failed_all_the_same(desk: Desk) -> None:
    pipeline = await desk.pipeline()
    await desk.rule(RuleType.FAILURES_IN_WINDOW, threshold=1, window_minutes=1)
    await desk.report(pipeline, "1", FAILED, finished_at=NOON + 5 * MINUTE)
    await desk.use.evaluate()
    assert len(await desk.alerts()) == 1


async def test_time_alone_makes_a_pipeline_late_then_missing_until_a_run_starts(desk: Desk) -> None:
    schedule = Schedule(expect_every=HOUR, start_grace=5 * MINUTE)
    pipeline = await desk.pipeline(schedule=schedule)
    await desk.rule(RuleType.LATE)
    desk.clock.time = NOON + HOUR + 5 * MINUTE - SECOND
    await desk.use.evaluate(timed=True)
    assert await desk.alerts() == ()
    desk.clock.time += SECOND
    await desk.use.evaluate(timed=True)
    [late] = await desk.alerts()
    assert late.summary == "no run has started that was due 2026-03-01 13:05:00Z; none ever has"
    desk.clock.time += HOUR
    await desk.use.evaluate(timed=True)
    [missing] = await desk.alerts()
    assert (missing.id, missing.occurrences) == (late.id, 1)
    assert missing.summary == "no run has started that was due 2026-03-01 13:05:00Z, nor the next; none ever has"
    await desk.report(pipeline, "1", RUNNING)
    await desk.use.evaluate()
    assert await desk.alerts() == ()
    assert [name for name, _ in await desk.statuses()] == ["opened", "closed"]


async def test_a_run_that_goes_on_for_too_long_is_stuck_until_it_ends(desk: Desk) -> None:
    pipeline = await desk.pipeline(schedule=Schedule(finish_grace=HOUR))
    await desk.rule(RuleType.STUCK)
    await desk.report(pipeline, "1", RUNNING)
    desk.clock.time += HOUR
    await desk.use.evaluate(timed=True)
    [alert] = await desk.alerts()
    assert "run 1 goes on since 2026-03-01 12:00:00Z" in alert.summary
    await desk.report(pipeline, "1", FAILED, started_at=NOON)
    await desk.use.evaluate()
    assert await desk.alerts() == ()


async def test_without_the_timer_time_is_not_looked_at(desk: Desk) -> None:
    await desk.pipeline(schedule=Schedule(expect_every=HOUR))
    await desk.rule(RuleType.LATE)
    await desk.use.evaluate()
    desk.clock.time += 5 * HOUR
    assert (await desk.use.evaluate()).opened == 0
    assert (await desk.use.evaluate(timed=True)).opened == 1


async def test_a_more_specific_rule_holds_instead_and_what_it_replaces_closes_without_a_message(desk: Desk) -> None:
    client = await desk.client()
    pipeline = await desk.pipeline(client)
    everywhere = await desk.rule()
    await desk.report(pipeline, "1", FAILED)
    await desk.use.evaluate()
    special = await desk.rule(scope=Scope(client_id=client.id), destination="https://other.example/")
    await desk.use.evaluate()
    [alert] = await desk.alerts()
    assert alert.rule_id == special.id
    [old] = [alert for alert in await desk.alerts(is_open=None) if not alert.is_open]
    assert (old.rule_id, old.close_reason) == (everywhere.id, CloseReason.REPLACED)
    assert sorted(await desk.statuses()) == [("opened", WAITING), ("opened", WAITING)]
    await desk.use.change_rule(ChangeAlertRuleCommand(rule_id=special.id, is_enabled=False))
    await desk.use.evaluate()
    [back] = await desk.alerts()
    assert back.rule_id == everywhere.id


async def test_several_rules_of_one_scope_each_have_their_alert(desk: Desk) -> None:
    pipeline = await desk.pipeline()
    await desk.rule(destination="https://a.example/")
    await desk.rule(destination="https://b.example/")
    await desk.report(pipeline, "1", FAILED)
    await desk.use.evaluate()
    assert len(await desk.alerts()) == 2


@pytest.mark.parametrize("what", ["rule", "pipeline", "client"])
async def test_what_is_disabled_closes_its_alerts_without_a_message(desk: Desk, what: str) -> None:
    client = await desk.client()
    pipeline = await desk.pipeline(client)
    rule = await desk.rule()
    await desk.report(pipeline, "1", FAILED)
    await desk.use.evaluate()
    if what == "rule":
        await desk.use.change_rule(ChangeAlertRuleCommand(rule_id=rule.id, is_enabled=False))
    elif what == "pipeline":
        await desk.change(replace(pipeline, is_active=False))
    else:
        await desk.change(replace(client, is_active=False))
    await desk.use.evaluate(timed=True)
    [alert] = await desk.alerts(is_open=None)
    assert alert.close_reason is CloseReason.DISABLED
    assert await desk.statuses() == [("opened", WAITING)]


async def test_a_disabled_pipeline_opens_nothing_and_its_reports_are_recorded(desk: Desk) -> None:
    pipeline = await desk.pipeline()
    await desk.rule()
    await desk.change(replace(pipeline, is_active=False))
    await desk.report(pipeline, "1", FAILED)
    await desk.use.evaluate(timed=True)
    assert await desk.alerts() == ()
    await desk.change(pipeline)
    await desk.use.evaluate()
    assert len(await desk.alerts()) == 1


async def test_a_new_rule_looks_at_what_has_happened_already(desk: Desk) -> None:
    pipeline = await desk.pipeline()
    await desk.report(pipeline, "1", FAILED)
    await desk.use.evaluate()
    await desk.rule(scope=Scope(pipeline_id=pipeline.id))
    await desk.use.evaluate()
    assert len(await desk.alerts()) == 1


async def test_a_changed_threshold_is_looked_at_again(desk: Desk) -> None:
    pipeline = await desk.pipeline()
    rule = await desk.rule(RuleType.FAILURES_IN_WINDOW, threshold=1, window_minutes=60)
    await desk.report(pipeline, "1", FAILED)
    await desk.use.evaluate()
    await desk.use.change_rule(ChangeAlertRuleCommand(rule_id=rule.id, threshold=5))
    await desk.use.evaluate()
    assert await desk.alerts() == ()


async def test_one_pipeline_that_cannot_be_dealt_with_does_not_stop_the_others(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = await desk.pipeline(name="good"), await desk.pipeline(name="bad")
    await desk.rule()
    await desk.report(good, "1", FAILED)
    await desk.report(bad, "1", FAILED)

    def broken(rules: Iterable[AlertRule], facts: PipelineFacts, *, at: datetime) -> Mapping[UUID, Finding]:
        if facts.pipeline.id == bad.id:
            raise ZeroDivisionError
        return findings(rules, facts, at=at)

    monkeypatch.setattr("forebay.application.pipelines.evaluate_alerts.findings", broken)
    assert (await desk.use.evaluate()).opened == 1
    [alert] = await desk.alerts()
    assert alert.pipeline_id == good.id
    [(about, error)] = desk.noted.defects
    assert about == bad.id
    assert isinstance(error, ZeroDivisionError)


async def test_thousands_of_pipelines_are_looked_at_with_a_few_questions(desk: Desk) -> None:
    client = await desk.client()
    pipelines = [await desk.pipeline(client, name=f"p{number}") for number in range(1200)]
    await desk.rule(RuleType.FAILURES_IN_WINDOW, threshold=1, window_minutes=5)
    for pipeline in pipelines[::100]:
        await desk.report(pipeline, "1", FAILED)
    report = await desk.use.evaluate()
    assert (report.pipelines, report.opened) == (1200, 12)


async def test_a_muted_alert_that_recovers_says_nothing(desk: Desk) -> None:
    pipeline = await desk.pipeline()
    await desk.rule()
    await desk.report(pipeline, "1", FAILED)
    await desk.use.evaluate()
    await desk.use.deliver()
    [alert] = await desk.alerts()
    await desk.use.mute(alert.id, until=NOON + timedelta(hours=2))
    desk.clock.time += HOUR
    await desk.report(pipeline, "2", SUCCESS)
    await desk.use.evaluate()
    assert await desk.statuses() == [("opened", DeliveryStatus.DELIVERED), ("closed", DeliveryStatus.SUPPRESSED)]
