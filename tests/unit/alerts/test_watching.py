"""The watch: it looks when something changed, and sends what is due, until it is told to stop."""

import asyncio
from contextlib import AbstractAsyncContextManager
from itertools import count

import pytest

from forebay.adapters.memory.unit_of_work import MemoryDatabase, MemoryUnitOfWorkFactory
from forebay.adapters.notify.channels import ChannelNotifiers, MissingNotifier, Way
from forebay.application.pipelines.evaluate_alerts import EvaluationReport
from forebay.application.pipelines.watch_alerts import WatchAlerts
from forebay.application.ports.notifier import Notification
from forebay.application.ports.signals import ChangeListener, ChangeSignals, Topic
from forebay.bootstrap.alert_watch import AlertWatch
from forebay.bootstrap.settings import Settings
from forebay.domain.errors import DatabaseUnavailableError, UnavailableError
from forebay.domain.pipelines.alert_rule import Channel
from forebay.domain.pipelines.errors import InvalidAlertRuleError, NotificationUnavailableError
from forebay.domain.pipelines.report import ReportedStatus
from tests.unit.alerts.desk import Desk

FOR_EVER = 3600.0


class Watched:
    """A desk whose watch hears of what is committed."""

    def __init__(self) -> None:
        database = MemoryDatabase()
        self.desk = Desk(MemoryUnitOfWorkFactory(database))
        self.stopping = asyncio.Event()
        self.watch = self._watch(database.signals)

    def _watch(self, signals: ChangeSignals) -> WatchAlerts:
        return WatchAlerts(
            evaluate=self.desk.use.evaluate,
            deliver=self.desk.use.deliver,
            unit_of_work=self.desk.units,
            signals=signals,
            observer=self.desk.noted,
            clock=self.desk.clock,
        )

    def start(self) -> "asyncio.Task[None]":
        return asyncio.create_task(self.watch(interval=FOR_EVER, stopping=self.stopping, grace_seconds=10))


async def arrived(desk: Desk, count: int) -> None:
    """Once so many messages have."""
    async with asyncio.timeout(30):
        while len(desk.notifiers.webhooks.arrived) < count:
            desk.notifiers.webhooks.begun.clear()
            await desk.notifiers.webhooks.begun.wait()
            await asyncio.sleep(0)


async def test_a_report_is_told_of_without_waiting_for_the_timer() -> None:
    watched = Watched()
    desk = watched.desk
    pipeline = await desk.pipeline()
    await desk.rule()
    task = watched.start()
    await desk.report(pipeline, "1", ReportedStatus.FAILED)
    await arrived(desk, 1)
    await desk.report(pipeline, "2", ReportedStatus.SUCCESS)
    await arrived(desk, 2)
    watched.stopping.set()
    await task
    assert [one.transition.value for one in desk.notifiers.webhooks.arrived] == ["opened", "closed"]


async def test_a_destination_that_hangs_does_not_keep_it_from_looking() -> None:
    watched = Watched()
    desk = watched.desk
    hold = asyncio.Event()
    desk.notifiers.webhooks.behaviour = lambda notification: hold if "slow" in notification.rule.destination else None
    pipeline, other = await desk.pipeline(), await desk.pipeline(name="other")
    await desk.rule(destination="https://slow.example/")
    await desk.rule(destination="https://fast.example/")
    task = watched.start()
    await desk.report(pipeline, "1", ReportedStatus.FAILED)
    await arrived(desk, 1)
    await desk.report(other, "1", ReportedStatus.FAILED)
    await arrived(desk, 2)
    assert {one.rule.destination for one in desk.notifiers.webhooks.arrived} == {"https://fast.example/"}
    hold.set()
    watched.stopping.set()
    await task


async def test_trouble_is_told_and_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    watched = Watched()
    desk = watched.desk
    monkeypatch.setattr("forebay.application.pipelines.watch_alerts._TROUBLE_SECONDS", 0.01)
    pipeline = await desk.pipeline()
    await desk.rule()
    await desk.report(pipeline, "1", ReportedStatus.FAILED)
    errors: list[Exception] = [DatabaseUnavailableError(), ZeroDivisionError()]
    plain = desk.units

    class Flaky:
        def __call__(self, *, write: bool = True) -> object:
            if errors:
                raise errors.pop(0)
            return plain(write=write)

    monkeypatch.setattr(desk.use.evaluate, "_unit_of_work", Flaky())
    task = watched.start()
    await arrived(desk, 1)
    watched.stopping.set()
    await task
    assert [type(error) for error in desk.noted.troubles] == [DatabaseUnavailableError]
    assert [type(error) for _, error in desk.noted.defects] == [ZeroDivisionError]


async def test_switched_off_it_says_so_and_does_nothing() -> None:
    watched = Watched()
    watch = AlertWatch(Settings(alert_interval_seconds=0))
    async with watch.running(watched.watch):
        assert await watch.check() == "off (FOREBAY_ALERT_INTERVAL_SECONDS=0)"


async def test_a_watch_that_falls_over_is_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("forebay.bootstrap.alert_watch._PAUSE_SECONDS", 0.05)
    watched = Watched()
    fell, again = asyncio.Event(), asyncio.Event()

    class Broken:
        def listen(self, topic: Topic) -> AbstractAsyncContextManager[ChangeListener]:
            if fell.is_set():
                again.set()
            fell.set()
            raise ZeroDivisionError

    monkeypatch.setattr(watched.watch, "_signals", Broken())
    watch = AlertWatch(Settings(alert_interval_seconds=30))
    async with watch.running(watched.watch):
        await fell.wait()
        await asyncio.sleep(0)
        await again.wait()
    monkeypatch.setattr(watch, "_failure", "ZeroDivisionError")
    with pytest.raises(UnavailableError, match="fell over"):
        await watch.check()


async def test_without_the_extra_rules_are_refused_and_messages_wait() -> None:
    missing = MissingNotifier("apprise")
    way = Way(missing, missing.check)
    notifiers = ChannelNotifiers(webhooks=way, messages=way)
    with pytest.raises(InvalidAlertRuleError, match=r"pip install 'forebay\[alerts\]'"):
        await notifiers.check(Channel.SLACK, "slack://a/b/c")
    with pytest.raises(NotificationUnavailableError, match="apprise"):
        await notifiers.of(Channel.SLACK).send(_anything())


def _anything() -> Notification:
    return object.__new__(Notification)


async def test_what_goes_on_failing_is_said_until_it_goes_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("forebay.application.pipelines.watch_alerts._TROUBLE_SECONDS", 0.0)
    watched = Watched()
    evaluate, attempts = watched.desk.use.evaluate, count(1)
    lasting, repaired, well = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def sometimes(*, timed: bool) -> EvaluationReport:
        if not repaired.is_set():
            if next(attempts) > 3:
                lasting.set()
            raise DatabaseUnavailableError("it is away")
        report = await evaluate(timed=timed)
        well.set()
        return report

    monkeypatch.setattr(watched.watch, "_evaluate", sometimes)
    probe = AlertWatch(Settings(alert_interval_seconds=FOR_EVER))
    async with probe.running(watched.watch), asyncio.timeout(30):
        await lasting.wait()
        with pytest.raises(UnavailableError, match=r"looking at pipelines has failed \d+ times in a row: it is away"):
            await probe.check()
        repaired.set()
        await well.wait()
        assert "looked at on every change" in await probe.check()
