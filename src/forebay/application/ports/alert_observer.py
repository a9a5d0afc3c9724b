"""Hearing of what becomes of alerts and of messages about them: for logs and metrics."""

from typing import Protocol
from uuid import UUID

from forebay.domain.errors import ForebayError
from forebay.domain.pipelines.alert import Alert, Delivery
from forebay.domain.pipelines.alert_rule import Channel


class AlertObserver(Protocol):
    """Is told after it was committed. Must not raise, and must not wait for anything."""

    def alert_opened(self, alert: Alert) -> None: ...
    def alert_closed(self, alert: Alert) -> None: ...

    def attempted(self, delivery: Delivery, channel: Channel, *, seconds: float) -> None:
        """An attempt to send a message has ended; the delivery says how. Still waiting: it is tried again."""
        ...

    def trouble(self, error: ForebayError) -> None:
        """Something has to wait."""
        ...

    def defect(self, about: UUID | None, error: BaseException) -> None:
        """What should not happen, about this pipeline or delivery; the others go on."""
        ...
