"""Many who report, look and deliver at once: alerts as the state warrants, and each message once."""

import asyncio
from collections import Counter

from forebay.application.pipelines.manage_alert_rules import ChangeAlertRuleCommand
from forebay.application.ports.pipelines import PipelinesUnitOfWorkFactory
from forebay.domain.pipelines.alert import CloseReason, DeliveryStatus
from forebay.domain.pipelines.alert_rule import RuleType
from forebay.domain.pipelines.report import ReportedStatus
from tests.unit.alerts.desk import HOOK, MINUTE, NOON, Desk

FAILED, SUCCESS = ReportedStatus.FAILED, ReportedStatus.SUCCESS
ROUNDS = 12


async def test_several_who_look_while_reports_come_in_end_with_the_right_alerts(
    units: PipelinesUnitOfWorkFactory,
) -> None:
    desk = Desk(units)
    client = await desk.client()
    pipelines = [await desk.pipeline(client, name=f"p{number}") for number in range(6)]
    await desk.rule()
    await desk.rule(RuleType.FAILURES_IN_WINDOW, threshold=ROUNDS // 2, window_minutes=6000)
    over = asyncio.Event()

    async def look() -> None:
        uses = desk.another()
        while not over.is_set():
            await uses.evaluate(timed=True)
            await asyncio.sleep(0)
        await uses.evaluate()

    async def report(number: int) -> None:
        for turn in range(ROUNDS):
            failed = turn % 2 == 0 or (turn == ROUNDS - 1 and number % 2 == 0)
            at = NOON + turn * MINUTE
            status = FAILED if failed else SUCCESS
            await desk.report(pipelines[number], str(turn), status, started_at=at, finished_at=at)

    looking = [asyncio.create_task(look()) for _ in range(3)]
    await asyncio.gather(*(report(number) for number in range(len(pipelines))))
    over.set()
    await asyncio.gather(*looking)

    assert desk.noted.defects == []
    open_now = {(alert.pipeline_id, alert.rule_type) for alert in await desk.alerts()}
    failing = {(pipeline.id, RuleType.ON_FAILURE) for pipeline in pipelines[::2]}
    often = {(pipeline.id, RuleType.FAILURES_IN_WINDOW) for pipeline in pipelines}
    assert open_now == failing | often
    for alert in await desk.alerts(is_open=None):
        assert alert.close_reason in {None, CloseReason.RECOVERED}
    told = Counter((delivery.alert_id, delivery.transition) for delivery in await desk.deliveries())
    assert set(told.values()) == {1}


async def test_several_who_deliver_send_each_message_once(units: PipelinesUnitOfWorkFactory) -> None:
    desk = Desk(units)
    client = await desk.client()
    for number in range(4):
        await desk.rule(destination=f"{HOOK}/{number}")
    for number in range(15):
        pipeline = await desk.pipeline(client, name=f"p{number}")
        await desk.report(pipeline, "1", FAILED)
    await desk.use.evaluate()
    sent = await asyncio.gather(*(desk.another().deliver() for _ in range(4)))
    assert sum(sent) == 60
    assert set(Counter(notification.id for notification in desk.notifiers.webhooks.sent).values()) == {1}
    assert {delivery.status for delivery in await desk.deliveries()} == {DeliveryStatus.DELIVERED}


async def test_reports_are_recorded_while_somebody_looks(units: PipelinesUnitOfWorkFactory) -> None:
    """Who looks has the pipeline alone, and does not keep anybody from reporting its runs."""
    desk = Desk(units)
    pipeline = await desk.pipeline()
    await desk.rule()
    await desk.report(pipeline, "1", FAILED)
    await desk.use.evaluate()
    [alert] = await desk.alerts()
    await asyncio.gather(
        desk.use.evaluate(timed=True),
        desk.report(pipeline, "2", SUCCESS, started_at=NOON + MINUTE),
        desk.use.acknowledge(alert.id, by="Ada"),
        desk.use.change_rule(ChangeAlertRuleCommand(rule_id=alert.rule_id, destination=f"{HOOK}/2")),
        desk.another().evaluate(timed=True),
    )
    await desk.use.evaluate()
    [alert] = await desk.alerts(is_open=None)
    assert alert.close_reason is CloseReason.RECOVERED
    assert alert.acknowledged_by == "Ada"
