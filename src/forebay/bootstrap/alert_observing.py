"""What becomes of alerts, in the log; and told to several at once."""

import logging
from collections.abc import Sequence
from uuid import UUID

import structlog

from forebay.application.ports.alert_observer import AlertObserver
from forebay.domain.errors import ForebayError
from forebay.domain.pipelines.alert import Alert, Delivery, DeliveryStatus
from forebay.domain.pipelines.alert_rule import Channel

_GOOD = frozenset({DeliveryStatus.DELIVERED, DeliveryStatus.SUPPRESSED})


class AlertLog:
    """A line for each alert that opens or closes, and for each attempt to tell of it. For programs of our own."""

    def __init__(self) -> None:
        self._log = structlog.get_logger("forebay.alerts")

    def alert_opened(self, alert: Alert) -> None:
        self._log.warning("alert opened", summary=alert.summary, **_facts(alert))

    def alert_closed(self, alert: Alert) -> None:
        self._log.info("alert closed", reason=alert.close_reason, **_facts(alert))

    def attempted(self, delivery: Delivery, channel: Channel, *, seconds: float) -> None:
        say = self._log.info if delivery.status in _GOOD else self._log.warning
        say(
            "message about an alert",
            alert_id=str(delivery.alert_id),
            transition=delivery.transition,
            channel=channel,
            outcome=outcome_of(delivery),
            attempt=delivery.attempts,
            detail=delivery.last_error,
            duration_ms=round(seconds * 1000, 1),
        )

    def trouble(self, error: ForebayError) -> None:
        self._log.warning("alerts have to wait", code=error.code, detail=error.message)

    def defect(self, about: UUID | None, error: BaseException) -> None:
        subject = {} if about is None else {"about": str(about)}
        self._log.error("alerts met an error that was not foreseen", exc_info=error, **subject)


class EmbeddedAlertLog:
    """What a program that embeds the library should hear of, through the standard logger: structlog is not set up."""

    def __init__(self) -> None:
        self._log = logging.getLogger("forebay.alerts")

    def alert_opened(self, alert: Alert) -> None:
        """It is on record."""

    def alert_closed(self, alert: Alert) -> None:
        """It is on record."""

    def attempted(self, delivery: Delivery, channel: Channel, *, seconds: float) -> None:
        """It is on record."""

    def trouble(self, error: ForebayError) -> None:
        self._log.warning("alerts have to wait: %s", error.message)

    def defect(self, about: UUID | None, error: BaseException) -> None:
        self._log.error("alerts met an error that was not foreseen (%s)", about, exc_info=error)


class AlertObservers:
    """Tells each of several."""

    def __init__(self, observers: Sequence[AlertObserver]) -> None:
        self._observers = tuple(observers)

    def alert_opened(self, alert: Alert) -> None:
        for observer in self._observers:
            observer.alert_opened(alert)

    def alert_closed(self, alert: Alert) -> None:
        for observer in self._observers:
            observer.alert_closed(alert)

    def attempted(self, delivery: Delivery, channel: Channel, *, seconds: float) -> None:
        for observer in self._observers:
            observer.attempted(delivery, channel, seconds=seconds)

    def trouble(self, error: ForebayError) -> None:
        for observer in self._observers:
            observer.trouble(error)

    def defect(self, about: UUID | None, error: BaseException) -> None:
        for observer in self._observers:
            observer.defect(about, error)


def outcome_of(delivery: Delivery) -> str:
    """As people say it: what waits after an attempt is tried again."""
    return "retry" if delivery.status is DeliveryStatus.WAITING else delivery.status.value


def _facts(alert: Alert) -> dict[str, str]:
    return {"alert_id": str(alert.id), "pipeline_id": str(alert.pipeline_id), "rule_type": alert.rule_type}


def _fit(
    log: AlertLog, embedded: EmbeddedAlertLog, observers: AlertObservers
) -> tuple[AlertObserver, AlertObserver, AlertObserver]:
    return log, embedded, observers
