"""Messages about alerts: sent once, tried again, given up, put in order, and never in each other's way."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from forebay.application.pipelines.delivery_policy import DeliveryPolicy
from forebay.application.pipelines.manage_alert_rules import ChangeAlertRuleCommand
from forebay.application.ports.notifier import DeliveryUnclearError, Notification
from forebay.domain.errors import DatabaseUnavailableError
from forebay.domain.pipelines.alert import Delivery, DeliveryStatus
from forebay.domain.pipelines.alert_rule import Channel
from forebay.domain.pipelines.errors import NotificationRefusedError, NotificationUnavailableError
from forebay.domain.pipelines.pipeline import Pipeline
from forebay.domain.pipelines.report import ReportedStatus
from tests.unit.alerts.desk import HOUR, MINUTE, NOON, SECOND, Desk

FAILED, SUCCESS = ReportedStatus.FAILED, ReportedStatus.SUCCESS
Status = DeliveryStatus


@pytest.fixture
def desk() -> Desk:
    return Desk()


async def opened(desk: Desk, *, channel: Channel = Channel.WEBHOOK) -> Pipeline:
    """A pipeline whose alert has just opened."""
    pipeline = await desk.pipeline()
    await desk.rule(channel=channel)
    await desk.report(pipeline, "1", FAILED, error="boom")
    await desk.use.evaluate()
    return pipeline


async def recovered(desk: Desk, pipeline: Pipeline) -> None:
    desk.clock.time += MINUTE
    await desk.report(pipeline, "2", SUCCESS)
    await desk.use.evaluate()


async def the_delivery(desk: Desk) -> Delivery:
    [delivery] = await desk.deliveries()
    return delivery


async def test_each_transition_is_told_once(desk: Desk) -> None:
    pipeline = await opened(desk)
    assert await desk.use.deliver() == 1
    assert await desk.use.deliver() == 0
    await recovered(desk, pipeline)
    assert await desk.use.deliver() == 1
    opening, closing = desk.notifiers.webhooks.arrived
    assert (opening.transition.value, closing.transition.value) == ("opened", "closed")
    assert (opening.at, closing.at) == (NOON, NOON + MINUTE)
    assert (opening.pipeline_name, opening.client_name, opening.environment) == ("orders", "client of orders", "prod")
    assert opening.id != closing.id
    assert {delivery.status for delivery in await desk.deliveries()} == {Status.DELIVERED}
    assert [delivery.attempts for delivery in desk.noted.attempts] == [1, 1]


async def test_what_does_not_get_through_is_tried_again_later_and_given_up_after_a_day(desk: Desk) -> None:
    await opened(desk)
    desk.notifiers.webhooks.behaviour = lambda _: NotificationUnavailableError("status 503")
    waits: list[timedelta] = []
    while True:
        assert await desk.use.deliver() == 0
        delivery = await the_delivery(desk)
        if delivery.status is not Status.WAITING:
            break
        assert delivery.last_error == "status 503"
        waits.append(delivery.not_before - desk.clock.time)
        assert await desk.use.deliver() == 0
        assert (await the_delivery(desk)).attempts == delivery.attempts  # not before it is due
        desk.clock.time = delivery.not_before
    assert timedelta(seconds=4) <= waits[0] <= timedelta(seconds=6)
    assert 4.8 * HOUR >= max(waits) >= 3 * HOUR
    assert (delivery.status, delivery.last_error) == (Status.FAILED, "given up: status 503")
    assert HOUR * 24 <= desk.clock.time - NOON <= HOUR * 30
    assert len({notification.id for notification in desk.notifiers.webhooks.sent}) == 1


async def test_a_refusal_is_final(desk: Desk) -> None:
    await opened(desk)
    desk.notifiers.webhooks.behaviour = lambda _: NotificationRefusedError("status 410")
    await desk.use.deliver()
    desk.clock.time += HOUR
    await desk.use.deliver()
    delivery = await the_delivery(desk)
    assert (delivery.status, delivery.attempts, delivery.last_error) == (Status.FAILED, 1, "status 410")


@pytest.mark.parametrize(("channel", "status"), [(Channel.WEBHOOK, Status.WAITING), (Channel.EMAIL, Status.UNKNOWN)])
@pytest.mark.parametrize("error", [DeliveryUnclearError("cut"), ZeroDivisionError()], ids=["unclear", "defect"])
async def test_what_may_have_arrived_is_sent_again_only_where_that_can_be_told(
    desk: Desk, channel: Channel, status: DeliveryStatus, error: BaseException
) -> None:
    await opened(desk, channel=channel)
    for notifier in (desk.notifiers.webhooks, desk.notifiers.messages):
        notifier.behaviour = lambda _: error
    await desk.use.deliver()
    assert (await the_delivery(desk)).status is status


@pytest.mark.parametrize("channel", [Channel.WEBHOOK, Channel.SLACK])
async def test_a_process_that_ends_while_sending_leaves_what_the_next_one_can_judge(
    desk: Desk, channel: Channel
) -> None:
    await opened(desk, channel=channel)
    notifier = desk.notifiers.webhooks if channel is Channel.WEBHOOK else desk.notifiers.messages
    never = asyncio.Event()
    notifier.behaviour = lambda _: never
    sending = asyncio.create_task(desk.use.deliver())
    await notifier.begun.wait()
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    assert (await the_delivery(desk)).status is Status.SENDING
    notifier.behaviour = lambda _: None
    assert await desk.another().deliver() == 0  # it might still be at it
    desk.clock.time += desk.policy.lease
    assert await desk.another().deliver() == (1 if notifier.may_repeat else 0)
    delivery = await the_delivery(desk)
    assert delivery.status is (Status.DELIVERED if notifier.may_repeat else Status.UNKNOWN)
    assert len({notification.id for notification in notifier.sent}) == 1
    assert len(notifier.sent) == (2 if notifier.may_repeat else 1)


async def test_two_who_deliver_at_once_send_it_once(desk: Desk) -> None:
    await opened(desk)
    hold = asyncio.Event()
    desk.notifiers.webhooks.behaviour = lambda _: hold
    both = [asyncio.create_task(desk.another().deliver()) for _ in range(2)]
    await desk.notifiers.webhooks.begun.wait()
    hold.set()
    assert sum(await asyncio.gather(*both)) == 1
    assert len(desk.notifiers.webhooks.sent) == 1


async def test_that_it_recovered_is_not_said_before_that_it_failed(desk: Desk) -> None:
    pipeline = await opened(desk)
    desk.notifiers.webhooks.behaviour = lambda _: NotificationUnavailableError("down")
    await desk.use.deliver()
    await recovered(desk, pipeline)
    await desk.use.deliver()
    assert {notification.transition.value for notification in desk.notifiers.webhooks.sent} == {"opened"}
    desk.notifiers.webhooks.behaviour = lambda _: None
    for _ in range(3):
        desk.clock.time += HOUR
        await desk.use.deliver()
    assert [notification.transition.value for notification in desk.notifiers.webhooks.arrived] == ["opened", "closed"]


async def test_a_muted_alert_is_not_told_of_nor_its_end(desk: Desk) -> None:
    pipeline = await opened(desk)
    [alert] = await desk.alerts()
    await desk.use.mute(alert.id, until=NOON + MINUTE)
    await desk.use.deliver()
    await recovered(desk, pipeline)
    desk.clock.time += HOUR
    await desk.use.deliver()
    assert desk.notifiers.webhooks.sent == []
    assert await desk.statuses() == [("opened", Status.SUPPRESSED), ("closed", Status.SUPPRESSED)]


async def test_one_that_is_no_longer_muted_is_told_of_when_it_ends(desk: Desk) -> None:
    pipeline = await opened(desk)
    await desk.use.deliver()
    [alert] = await desk.alerts()
    await desk.use.mute(alert.id, until=NOON + HOUR)
    await desk.use.mute(alert.id, until=None)
    await recovered(desk, pipeline)
    await desk.use.deliver()
    assert len(desk.notifiers.webhooks.arrived) == 2


async def test_a_rule_that_was_disabled_says_nothing_more(desk: Desk) -> None:
    await opened(desk)
    [alert] = await desk.alerts()
    await desk.use.change_rule(ChangeAlertRuleCommand(rule_id=alert.rule_id, is_enabled=False))
    await desk.use.deliver()
    delivery = await the_delivery(desk)
    assert (delivery.status, delivery.last_error) == (Status.SUPPRESSED, "the rule is disabled")


async def test_a_destination_that_hangs_does_not_hold_up_the_others(desk: Desk) -> None:
    slow, fast = "https://slow.example/", "https://fast.example/"
    await desk.rule(destination=slow)
    await desk.rule(destination=fast)
    for number in range(150):
        await desk.report(await desk.pipeline(name=f"p{number}"), "1", FAILED)
    await desk.use.evaluate()
    released, all_fast = asyncio.Event(), asyncio.Event()

    def behave(notification: Notification) -> asyncio.Event | None:
        if notification.rule.destination == slow:
            return released
        if sum(one.rule.destination == fast for one in desk.notifiers.webhooks.sent) == 150:
            all_fast.set()
        return None

    desk.notifiers.webhooks.behaviour = behave
    delivering = asyncio.create_task(desk.use.deliver())
    await all_fast.wait()
    sent = [one.rule.destination for one in desk.notifiers.webhooks.sent]
    assert sent.count(slow) == 1  # one after the other
    released.set()
    await delivering


async def test_told_to_stop_it_lets_what_is_being_sent_come_to_its_end(desk: Desk) -> None:
    for name in ("a", "b", "c"):
        pipeline = await desk.pipeline(name=name)
        await desk.report(pipeline, "1", FAILED)
    await desk.rule()
    await desk.use.evaluate()
    stopping, hold = asyncio.Event(), asyncio.Event()
    desk.notifiers.webhooks.behaviour = lambda _: hold
    delivering = asyncio.create_task(desk.use.deliver(stopping=stopping))
    await desk.notifiers.webhooks.begun.wait()
    stopping.set()
    hold.set()
    assert await delivering == 1
    desk.clock.time += MINUTE
    assert await desk.use.deliver() == 2  # those that were only reserved


async def test_what_cannot_be_written_down_ends_the_delivering_and_is_found_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await opened(desk)
    attempt = desk.use.deliver._attempt

    async def gone(delivery: Delivery) -> None:
        raise DatabaseUnavailableError

    monkeypatch.setattr(attempt, "_write", gone)
    with pytest.raises(DatabaseUnavailableError):
        await desk.use.deliver()
    desk.clock.time += desk.policy.lease
    assert await desk.another().deliver() == 1
    first, second = desk.notifiers.webhooks.sent
    assert first.id == second.id


async def test_one_whose_reservation_has_run_out_is_left_to_others(desk: Desk) -> None:
    await opened(desk)
    policy = replace(desk.policy, reserve=timedelta(seconds=1))  # less than the margin
    desk.policy = policy
    assert await desk.another().deliver() == 0
    assert desk.notifiers.webhooks.sent == []
    desk.clock.time += SECOND
    assert await desk.use.deliver() == 1


async def test_more_than_fits_is_put_off_and_comes_later(desk: Desk) -> None:
    desk.policy = DeliveryPolicy(most_waiting=2)
    pipelines = [await desk.pipeline(name=name) for name in "abcde"]
    await desk.rule()
    for pipeline in pipelines:
        await desk.report(pipeline, "1", FAILED)
    await desk.use.evaluate()
    sent = 0
    for _ in range(3):
        sent += await desk.another().deliver()
        desk.clock.time += desk.policy.put_off
    assert sent == 5
