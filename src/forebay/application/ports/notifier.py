"""Telling people and programs about alerts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from forebay.domain.pipelines.alert import Alert, Transition
from forebay.domain.pipelines.alert_rule import AlertRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """`id`: the same each time this message is sent, so that who gets it twice can tell."""

    id: UUID
    transition: Transition
    alert: Alert
    rule: AlertRule
    client_name: str
    pipeline_name: str
    environment: str
    at: datetime


class Notifier(Protocol):
    """Sends messages of some channels."""

    @property
    def may_repeat(self) -> bool:
        """Whether who gets a message twice can tell by its id, so that it may be sent again when nobody knows whether

        it arrived.
        """
        ...

    async def send(self, notification: Notification) -> None:
        """Returns once the other side took it. NotificationRefusedError when it never will; UnavailableError when it

        is worth another try. Neither says the destination.
        """
        ...
