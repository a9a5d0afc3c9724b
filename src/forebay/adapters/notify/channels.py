"""Which channel goes which way, whatever is installed."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from forebay.application.ports.notifier import Notification, Notifier, Notifiers
from forebay.domain.pipelines.alert_rule import Channel
from forebay.domain.pipelines.errors import InvalidAlertRuleError, NotificationUnavailableError

Check = Callable[[str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Way:
    """Who sends, and who says whether a destination will do."""

    notifier: Notifier
    check: Check


class ChannelNotifiers:
    """Webhooks the one way, messages for people the other."""

    def __init__(self, *, webhooks: Way, messages: Way) -> None:
        self._ways = {Channel.WEBHOOK: webhooks, Channel.SLACK: messages, Channel.EMAIL: messages}

    async def check(self, channel: Channel, destination: str) -> None:
        await self._ways[channel].check(destination)

    def of(self, channel: Channel) -> Notifier:
        return self._ways[channel].notifier


class MissingNotifier:
    """Stands for one whose package is missing: nothing can be sent until it is there."""

    may_repeat = True  # nothing was sent

    def __init__(self, package: str) -> None:
        self._words = f"this needs the package {package}; install it with: pip install 'forebay[alerts]'"

    async def send(self, notification: Notification) -> None:
        raise NotificationUnavailableError(self._words)

    async def check(self, destination: str) -> None:
        raise InvalidAlertRuleError(self._words, field="channel")


def _fit(notifiers: ChannelNotifiers, missing: MissingNotifier) -> tuple[Notifiers, Notifier]:
    return notifiers, missing
