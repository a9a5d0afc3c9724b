"""One attempt to send one message: claimed, sent, and what became of it written down, each in its own transaction."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from time import monotonic

from forebay.application.pipelines.delivery_policy import DeliveryPolicy
from forebay.application.ports.alert_observer import AlertObserver
from forebay.application.ports.clock import Clock
from forebay.application.ports.notifier import DeliveryUnclearError, Notification, Notifiers
from forebay.application.ports.pipelines import PipelinesUnitOfWork, PipelinesUnitOfWorkFactory
from forebay.domain.errors import UnavailableError
from forebay.domain.pipelines.alert import Alert, Delivery, DeliveryStatus, Transition
from forebay.domain.pipelines.alert_rule import AlertRule
from forebay.domain.pipelines.errors import NotificationRefusedError

_LONGEST_ERROR = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserved:
    """A message that is ours until its not_before; nobody has begun to send it."""

    delivery: Delivery
    destination: str  # tells destinations apart, and does not say them


class DeliveryAttempt:
    """`chance`: from 0 up to 1, evenly spread."""

    def __init__(
        self,
        *,
        unit_of_work: PipelinesUnitOfWorkFactory,
        notifiers: Notifiers,
        policy: DeliveryPolicy,
        observer: AlertObserver,
        clock: Clock,
        chance: Callable[[], float],
    ) -> None:
        self._unit_of_work = unit_of_work
        self._notifiers = notifiers
        self._policy = policy
        self._observer = observer
        self._clock = clock
        self._chance = chance

    async def __call__(self, reserved: Reserved) -> DeliveryStatus | None:
        """What became of it; None when it is not to be sent now."""
        begun = await self._begin(reserved.delivery)
        if begun is None:
            return None
        delivery, notification = begun
        notifier = self._notifiers.of(notification.rule.channel)
        began = monotonic()
        try:
            async with asyncio.timeout(self._policy.send_seconds):
                await notifier.send(notification)
        except NotificationRefusedError as error:
            ended = self._ended(delivery, DeliveryStatus.FAILED, error.message)
        except UnavailableError as error:
            ended = self._again(delivery, error.message)
        except (DeliveryUnclearError, TimeoutError) as error:
            said = str(error) or "sending took too long"
            ended = self._again(delivery, said) if notifier.may_repeat else self._unknown(delivery, said)
        except Exception as error:  # noqa: BLE001 - a defect must neither stop the others nor be tried for ever
            self._observer.defect(delivery.id, error)
            said = f"an error that was not foreseen: {type(error).__name__}"
            ended = self._again(delivery, said) if notifier.may_repeat else self._unknown(delivery, said)
        else:
            ended = self._ended(delivery, DeliveryStatus.DELIVERED, None)
        await self._write(ended)
        self._observer.attempted(ended, notification.rule.channel, seconds=monotonic() - began)
        return ended.status

    async def _begin(self, mine: Delivery) -> tuple[Delivery, Notification] | None:
        """Marks it as being sent. None when it is not ours any more, has to wait, or nobody is to hear of it."""
        now = self._clock.now()
        if now + self._policy.margin >= mine.not_before:
            return None
        async with self._unit_of_work() as work:
            alert = await work.alerts.get(mine.alert_id, for_update=True)
            all_of_it = {found.id: found for found in await work.deliveries.of_alert(alert.id)}
            delivery = all_of_it.get(mine.id)
            if delivery is None or delivery.status is not DeliveryStatus.WAITING:
                return None
            if delivery.not_before != mine.not_before:  # somebody else has reserved it since
                return None
            before = [found for found in all_of_it.values() if found.transition is Transition.OPENED]
            rule = await work.alert_rules.get(alert.rule_id)
            begun = self._decided(delivery, alert, rule, before[0] if before else None, at=now)
            await work.deliveries.update(begun)
            notification = None
            if begun.status is DeliveryStatus.SENDING:
                notification = await _notification(work, begun, alert, rule)
            await work.commit()
        if notification is None:
            if begun.status is DeliveryStatus.SUPPRESSED:
                self._observer.attempted(begun, rule.channel, seconds=0.0)
            return None
        return begun, notification

    def _decided(
        self, delivery: Delivery, alert: Alert, rule: AlertRule, opening: Delivery | None, *, at: datetime
    ) -> Delivery:
        closes = delivery.transition is Transition.CLOSED
        reason = _unwanted(alert, rule, opening if closes else None, at=at)
        if reason is not None:
            return self._ended(delivery, DeliveryStatus.SUPPRESSED, reason)
        if closes and opening is not None and not opening.status.is_final:  # first things first
            wait = max(opening.not_before, at + self._policy.put_off)
            return replace(delivery, not_before=wait, updated_at=at)
        return replace(
            delivery,
            status=DeliveryStatus.SENDING,
            attempts=delivery.attempts + 1,
            not_before=at + self._policy.lease,
            updated_at=at,
        )

    def _again(self, delivery: Delivery, error: str) -> Delivery:
        now = self._clock.now()
        too_old = now - delivery.created_at >= self._policy.give_up_after
        if too_old or delivery.attempts >= self._policy.max_attempts:
            return self._ended(delivery, DeliveryStatus.FAILED, f"given up: {error}")
        delay = self._policy.backoff.after(delivery.attempts, chance=self._chance())
        return replace(
            delivery,
            status=DeliveryStatus.WAITING,
            not_before=now + delay,
            last_error=error[:_LONGEST_ERROR],
            updated_at=now,
        )

    def _unknown(self, delivery: Delivery, error: str) -> Delivery:
        return self._ended(delivery, DeliveryStatus.UNKNOWN, f"nobody can say whether it arrived: {error}")

    def _ended(self, delivery: Delivery, status: DeliveryStatus, error: str | None) -> Delivery:
        now = self._clock.now()
        said = None if error is None else error[:_LONGEST_ERROR]
        return replace(delivery, status=status, not_before=now, last_error=said, updated_at=now)

    async def _write(self, ended: Delivery) -> None:
        async with self._unit_of_work() as work:
            await work.deliveries.update(ended)
            await work.commit()


def _unwanted(alert: Alert, rule: AlertRule, opening: Delivery | None, *, at: datetime) -> str | None:
    """Why nobody is to hear of it."""
    if alert.is_muted(at):
        return "the alert is muted"
    if not rule.is_enabled:
        return "the rule is disabled"
    if opening is not None and opening.status is DeliveryStatus.SUPPRESSED:
        return "nobody was told that it opened"
    return None


async def _notification(work: PipelinesUnitOfWork, delivery: Delivery, alert: Alert, rule: AlertRule) -> Notification:
    pipeline = await work.pipelines.get(alert.pipeline_id)
    client = await work.clients.get(pipeline.client_id)
    closed = delivery.transition is Transition.CLOSED
    return Notification(
        id=delivery.id,
        transition=delivery.transition,
        alert=alert,
        rule=rule,
        client_name=client.name,
        pipeline_name=pipeline.name,
        environment=pipeline.environment,
        at=alert.closed_at or alert.updated_at if closed else alert.opened_at,
    )


def lost(delivery: Delivery, *, may_repeat: bool, at: datetime) -> Delivery:
    """What becomes of a message whose sender went away while it was sending."""
    if may_repeat:
        return replace(delivery, status=DeliveryStatus.WAITING, not_before=at, updated_at=at)
    return replace(
        delivery,
        status=DeliveryStatus.UNKNOWN,
        not_before=at,
        last_error="the process that sent it ended meanwhile, and nobody can say whether it arrived",
        updated_at=at,
    )
