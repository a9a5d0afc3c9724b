"""Whatever order reports come in, whenever somebody looks: at the end the alerts are open that the state warrants."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from forebay.domain.pipelines.alert import CloseReason, DeliveryStatus
from forebay.domain.pipelines.alert_rule import RuleType
from forebay.domain.pipelines.pipeline import Schedule
from forebay.domain.pipelines.report import ReportedStatus
from tests.unit.alerts.desk import HOUR, MINUTE, NOON, Desk

THRESHOLD, WINDOW = 2, 60


@dataclass(frozen=True)
class Said:
    """One report: of which run, when that run began, and what became of it."""

    run: int
    begun: int  # minutes after noon
    status: ReportedStatus


_said = st.builds(
    Said,
    run=st.integers(0, 5),
    begun=st.integers(0, 100),
    status=st.sampled_from([ReportedStatus.RUNNING, ReportedStatus.SUCCESS, ReportedStatus.FAILED]),
)


@st.composite
def _stories(draw: st.DrawFn) -> tuple[list[Said], list[bool]]:
    said = draw(st.lists(_said, max_size=12))
    begun = {one.run: one.begun for one in said}  # a run begins once
    said = draw(st.permutations([Said(one.run, begun[one.run], one.status) for one in said]))
    return list(said), draw(st.lists(st.booleans(), min_size=len(said), max_size=len(said)))


@settings(max_examples=150, deadline=None)
@given(story=_stories(), at_the_end=st.integers(100, 400))
def test_the_open_alerts_are_those_that_the_state_warrants(
    story: tuple[list[Said], list[bool]], at_the_end: int
) -> None:
    asyncio.run(_play(*story, NOON + timedelta(minutes=at_the_end)))


async def _play(said: Sequence[Said], looks: Sequence[bool], end: datetime) -> None:
    desk = Desk()
    schedule = Schedule(expect_every=2 * HOUR, finish_grace=HOUR)
    pipeline = await desk.pipeline(schedule=schedule)
    for rule_type in RuleType:
        counts = rule_type is RuleType.FAILURES_IN_WINDOW
        await desk.rule(
            rule_type,
            threshold=THRESHOLD if counts else None,
            window_minutes=WINDOW if counts else None,
            destination=f"https://{rule_type.value.replace('_', '-')}.example/",
        )
    final: dict[int, Said] = {}
    for one, looked in zip(said, looks, strict=True):
        begun = NOON + timedelta(minutes=one.begun)
        finished = begun + MINUTE if one.status.is_final else None
        desk.clock.time = max(desk.clock.time, NOON + timedelta(minutes=100))
        await desk.report(pipeline, str(one.run), one.status, started_at=begun, finished_at=finished)
        known = final.get(one.run)
        worse = known is None or _rank(one.status) > _rank(known.status)
        final[one.run] = one if worse else known or one
        if looked:
            await desk.use.evaluate(timed=True)
    desk.clock.time = end
    await desk.use.evaluate(timed=True)

    found = {alert.rule_type for alert in await desk.alerts()}
    assert found == await _warranted(desk, pipeline_runs=final, end=end)
    for alert in await desk.alerts(is_open=None):
        async with desk.units(write=False) as work:
            told = [delivery.transition.value for delivery in await work.deliveries.of_alert(alert.id)]
        assert told == (["opened"] if alert.is_open else ["opened", "closed"])
        assert alert.close_reason in {None, CloseReason.RECOVERED}
    assert {delivery.status for delivery in await desk.deliveries()} <= {DeliveryStatus.WAITING}


async def _warranted(desk: Desk, *, pipeline_runs: dict[int, Said], end: datetime) -> set[RuleType]:
    """By the rules as the issue words them, from the runs alone."""
    warranted: set[RuleType] = set()
    runs = sorted(pipeline_runs.values(), key=lambda one: one.begun)
    ended = [one for one in runs if one.status.is_final]
    newest_begun = max((one.begun for one in runs), default=None)
    newest_final = max((one.begun for one in ended), default=None)
    # of several runs that began at once ids decide, which the story does not know: ask for their order
    async with desk.units(write=False) as work:
        ids = await work.checks.timed(after=None, limit=1)
        latest = (await work.figures.latest_runs(ids)).get(ids[0])
    if latest is not None and latest.latest is not None:
        assert latest.latest.started_at == NOON + timedelta(minutes=newest_begun or 0)
    if newest_final is not None:
        assert latest is not None
        assert latest.latest_final is not None
        assert latest.latest_final.started_at == NOON + timedelta(minutes=newest_final)
        if latest.latest_final.status is ReportedStatus.FAILED:
            warranted.add(RuleType.ON_FAILURE)
    since = end - timedelta(minutes=WINDOW)
    failures = [one for one in ended if one.status is ReportedStatus.FAILED]
    if sum(NOON + timedelta(minutes=one.begun + 1) >= since for one in failures) >= THRESHOLD:
        warranted.add(RuleType.FAILURES_IN_WINDOW)
    if end >= NOON + timedelta(minutes=newest_begun or 0) + 2 * HOUR:
        warranted.add(RuleType.LATE)
    running = latest is not None and latest.latest is not None and latest.latest.status is ReportedStatus.RUNNING
    if running and newest_begun is not None and end >= NOON + timedelta(minutes=newest_begun) + HOUR:
        warranted.add(RuleType.STUCK)
    return warranted


def _rank(status: ReportedStatus) -> int:
    """Which of two reports of the same time counts."""
    return [ReportedStatus.RUNNING, ReportedStatus.SUCCESS, ReportedStatus.FAILED].index(status)
