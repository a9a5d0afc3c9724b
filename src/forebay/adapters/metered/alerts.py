"""Alerts and messages about them, counted for Prometheus."""

from uuid import UUID

from prometheus_client import CollectorRegistry, Counter, Histogram

from forebay.application.ports.alert_observer import AlertObserver
from forebay.domain.errors import ForebayError
from forebay.domain.pipelines.alert import Alert, CloseReason, Delivery, DeliveryStatus
from forebay.domain.pipelines.alert_rule import Channel

_SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_OUTCOMES = (*(status for status in DeliveryStatus if status not in {"waiting", "sending"}), "retry")


class AlertMetrics:
    """By type of rule, and messages by channel and outcome (`retry`: it is tried again)."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._opened = Counter("forebay_alerts_opened", "Alerts opened.", ("rule_type",), registry=registry)
        self._closed = Counter("forebay_alerts_closed", "Alerts closed.", ("rule_type", "reason"), registry=registry)
        self._attempts = Counter(
            "forebay_alert_deliveries",
            "Attempts to send messages about alerts, by what became of them.",
            ("channel", "outcome"),
            registry=registry,
        )
        self._seconds = Histogram(
            "forebay_alert_delivery_seconds",
            "How long sending took.",
            ("channel",),
            buckets=_SECONDS,
            registry=registry,
        )
        self._defects = Counter("forebay_alert_defects", "Errors that were not foreseen.", registry=registry)
        for channel in Channel:
            for outcome in _OUTCOMES:
                self._attempts.labels(channel, outcome)  # from 0 on, else the first of them is no increase

    def alert_opened(self, alert: Alert) -> None:
        self._opened.labels(alert.rule_type).inc()

    def alert_closed(self, alert: Alert) -> None:
        self._closed.labels(alert.rule_type, alert.close_reason or CloseReason.RECOVERED).inc()

    def attempted(self, delivery: Delivery, channel: Channel, *, seconds: float) -> None:
        outcome = "retry" if delivery.status is DeliveryStatus.WAITING else delivery.status.value
        self._attempts.labels(channel, outcome).inc()
        if seconds:
            self._seconds.labels(channel).observe(seconds)

    def trouble(self, error: ForebayError) -> None:
        """Parts that do not answer have metrics of their own."""

    def defect(self, about: UUID | None, error: BaseException) -> None:
        self._defects.inc()


def _fits(metrics: AlertMetrics) -> AlertObserver:
    return metrics
