"""Telling people and programs about alerts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from forebay.domain.pipelines.alert import Alert, Transition
from forebay.domain.pipelines.alert_rule import AlertRule, Channel


class DeliveryUnclearError(Exception):
    """Nobody can say whether the message arrived. Never leaves the use case that sends."""


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

        is worth another try: it did not arrive, or may_repeat. DeliveryUnclearError when nobody can say. None of them
        says the destination. Takes a minute at most.
        """
        ...


class Notifiers(Protocol):
    """Who sends what."""

    async def check(self, channel: Channel, destination: str) -> None:
        """InvalidAlertRuleError when messages of this channel cannot go there, or which package that needs; it does not

        say the destination. Nothing is sent.
        """
        ...

    def of(self, channel: Channel) -> Notifier: ...
