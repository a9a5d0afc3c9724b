"""The use cases of alerts, and who sends messages about them with what is installed."""

import asyncio
import random
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from forebay.adapters.notify.channels import ChannelNotifiers, MissingNotifier, Way
from forebay.application.pipelines.deliver_alerts import DeliverAlerts
from forebay.application.pipelines.delivery_attempt import DeliveryAttempt
from forebay.application.pipelines.delivery_policy import DeliveryPolicy
from forebay.application.pipelines.evaluate_alerts import EvaluateAlerts
from forebay.application.pipelines.handle_alerts import (
    AcknowledgeAlert,
    CountOpenAlerts,
    GetAlert,
    ListAlerts,
    MuteAlert,
)
from forebay.application.pipelines.manage_alert_rules import (
    ChangeAlertRule,
    CreateAlertRule,
    GetAlertRule,
    ListAlertRules,
)
from forebay.application.pipelines.watch_alerts import WatchAlerts
from forebay.application.ports.alert_observer import AlertObserver
from forebay.application.ports.clock import Clock
from forebay.application.ports.ids import IdGenerator
from forebay.application.ports.notifier import Notification, Notifier, Notifiers
from forebay.application.ports.pipelines import PipelinesUnitOfWorkFactory
from forebay.application.ports.signals import ChangeSignals
from forebay.application.use_cases import AlertsUseCases
from forebay.version import __version__


def alerts_use_cases(
    *,
    unit_of_work: PipelinesUnitOfWorkFactory,
    notifiers: Notifiers,
    signals: ChangeSignals,
    observer: AlertObserver,
    clock: Clock,
    ids: IdGenerator,
    policy: DeliveryPolicy | None = None,
) -> AlertsUseCases:
    chosen = policy or DeliveryPolicy()
    evaluate = EvaluateAlerts(unit_of_work=unit_of_work, observer=observer, clock=clock, ids=ids)
    attempt = DeliveryAttempt(
        unit_of_work=unit_of_work,
        notifiers=notifiers,
        policy=chosen,
        observer=observer,
        clock=clock,
        chance=random.random,
    )
    deliver = DeliverAlerts(
        unit_of_work=unit_of_work, notifiers=notifiers, attempt=attempt, policy=chosen, observer=observer, clock=clock
    )
    return AlertsUseCases(
        list_rules=ListAlertRules(unit_of_work=unit_of_work),
        get_rule=GetAlertRule(unit_of_work=unit_of_work),
        create_rule=CreateAlertRule(
            unit_of_work=unit_of_work, notifiers=notifiers, entropy=secrets.token_bytes, clock=clock, ids=ids
        ),
        change_rule=ChangeAlertRule(
            unit_of_work=unit_of_work, notifiers=notifiers, entropy=secrets.token_bytes, clock=clock
        ),
        list_alerts=ListAlerts(unit_of_work=unit_of_work),
        get_alert=GetAlert(unit_of_work=unit_of_work),
        acknowledge=AcknowledgeAlert(unit_of_work=unit_of_work, clock=clock),
        mute=MuteAlert(unit_of_work=unit_of_work, clock=clock),
        count_open=CountOpenAlerts(unit_of_work=unit_of_work),
        evaluate=evaluate,
        deliver=deliver,
        watch=WatchAlerts(
            evaluate=evaluate,
            deliver=deliver,
            unit_of_work=unit_of_work,
            signals=signals,
            observer=observer,
            clock=clock,
        ),
    )


@asynccontextmanager
async def open_notifiers() -> AsyncIterator[Notifiers]:
    """Libraries are loaded when something is to be sent or checked for the first time; threads and connections, too."""
    async with AsyncExitStack() as stack:
        webhooks, messages = _Webhooks(stack), _Messages(stack)
        yield ChannelNotifiers(
            webhooks=Way(webhooks, webhooks.check),
            messages=Way(messages, messages.check),
        )


class _Webhooks:
    """See adapters.notify.webhooks."""

    may_repeat = True

    def __init__(self, stack: AsyncExitStack) -> None:
        self._stack = stack
        self._notifier: Notifier | None = None
        self._opening = asyncio.Lock()

    async def send(self, notification: Notification) -> None:
        async with self._opening:
            if self._notifier is None:
                self._notifier = await self._open()
        await self._notifier.send(notification)

    async def check(self, destination: str) -> None:
        try:
            from forebay.adapters.notify.webhooks import check_url  # noqa: PLC0415 - loaded when it is needed
        except ModuleNotFoundError as error:
            await MissingNotifier(error.name or "standardwebhooks").check(destination)
        else:
            check_url(destination)

    async def _open(self) -> Notifier:
        try:
            from forebay.adapters.notify.webhooks import open_webhooks  # noqa: PLC0415 - loaded when it is needed
        except ModuleNotFoundError as error:
            return MissingNotifier(error.name or "standardwebhooks")
        return await self._stack.enter_async_context(open_webhooks(agent=f"forebay/{__version__}"))


class _Messages:
    """See adapters.notify.messages."""

    may_repeat = False

    def __init__(self, stack: AsyncExitStack) -> None:
        self._stack = stack
        self._notifier: Notifier | None = None
        self._opening = asyncio.Lock()

    async def send(self, notification: Notification) -> None:
        async with self._opening:
            if self._notifier is None:
                self._notifier = await self._open()
        await self._notifier.send(notification)

    async def check(self, destination: str) -> None:
        missing = await asyncio.to_thread(_load_apprise)
        if missing is not None:
            await MissingNotifier(missing).check(destination)
        from forebay.adapters.notify.messages import check_destination  # noqa: PLC0415 - loaded when it is needed

        await check_destination(destination)

    async def _open(self) -> Notifier:
        missing = await asyncio.to_thread(_load_apprise)
        if missing is not None:
            return MissingNotifier(missing)
        from forebay.adapters.notify.messages import open_messages  # noqa: PLC0415 - loaded when it is needed

        return await self._stack.enter_async_context(open_messages())


def _load_apprise() -> str | None:
    """Takes a second. The name of the package that is missing."""
    try:
        import forebay.adapters.notify.messages  # noqa: PLC0415, F401 - as above
    except ModuleNotFoundError as error:
        return error.name or "apprise"
    return None


def _fit(webhooks: _Webhooks, messages: _Messages) -> tuple[Notifier, Notifier]:
    return webhooks, messages
