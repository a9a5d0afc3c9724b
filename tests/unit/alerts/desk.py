"""Alerts on any unit of work, with a clock that tests set and a notifier that does as it is told."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from forebay.adapters.memory.unit_of_work import MemoryDatabase, MemoryUnitOfWorkFactory
from forebay.adapters.system.ids import SystemIds
from forebay.adapters.system.polling_signals import PollingSignals
from forebay.application.pipelines.delivery_policy import DeliveryPolicy
from forebay.application.pipelines.manage_alert_rules import AlertRuleDraft
from forebay.application.pipelines.recording import PipelineReport, record_reports
from forebay.application.ports.notifier import Notification, Notifier
from forebay.application.ports.pipelines import AlertFilter, PipelinesUnitOfWorkFactory
from forebay.application.use_cases import AlertsUseCases
from forebay.bootstrap.alerting import alerts_use_cases
from forebay.domain.errors import ForebayError
from forebay.domain.paging import SortOrder
from forebay.domain.pipelines.alert import Alert, Delivery, DeliveryStatus
from forebay.domain.pipelines.alert_rule import AlertRule, Channel, RuleType, Scope
from forebay.domain.pipelines.client import Client
from forebay.domain.pipelines.errors import InvalidAlertRuleError
from forebay.domain.pipelines.pipeline import Environment, Pipeline, PipelineType, Platform, Schedule
from forebay.domain.pipelines.report import ReportedStatus, RunReport

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
HOOK = "https://hooks.example/secret-path"


class SetClock:
    """Noon until it is set."""

    def __init__(self) -> None:
        self.time = NOON

    def now(self) -> datetime:
        return self.time


Behaviour = Callable[[Notification], "BaseException | asyncio.Event | None"]


@dataclass
class ScriptedNotifier:
    """Remembers what it is to send. `behaviour`: an error to raise, or an event to wait for before it has arrived."""

    may_repeat: bool = True
    behaviour: Behaviour = lambda notification: None
    sent: list[Notification] = field(default_factory=list)
    arrived: list[Notification] = field(default_factory=list)
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, notification: Notification) -> None:
        self.sent.append(notification)
        self.begun.set()
        told = self.behaviour(notification)
        if isinstance(told, asyncio.Event):
            await told.wait()
        elif told is not None:
            raise told
        self.arrived.append(notification)


class ScriptedNotifiers:
    """Webhooks may be repeated, messages may not. Destinations called `nowhere` are refused."""

    def __init__(self) -> None:
        self.webhooks = ScriptedNotifier()
        self.messages = ScriptedNotifier(may_repeat=False)

    async def check(self, channel: Channel, destination: str) -> None:
        if destination == "nowhere":
            raise InvalidAlertRuleError("there is nothing", field="destination")

    def of(self, channel: Channel) -> Notifier:
        return self.webhooks if channel is Channel.WEBHOOK else self.messages


@dataclass
class Noted:
    """An observer that remembers."""

    opened: list[Alert] = field(default_factory=list)
    closed: list[Alert] = field(default_factory=list)
    attempts: list[Delivery] = field(default_factory=list)
    troubles: list[ForebayError] = field(default_factory=list)
    defects: list[tuple[UUID | None, BaseException]] = field(default_factory=list)

    def alert_opened(self, alert: Alert) -> None:
        self.opened.append(alert)

    def alert_closed(self, alert: Alert) -> None:
        self.closed.append(alert)

    def attempted(self, delivery: Delivery, channel: Channel, *, seconds: float) -> None:
        self.attempts.append(delivery)

    def trouble(self, error: ForebayError) -> None:
        self.troubles.append(error)

    def defect(self, about: UUID | None, error: BaseException) -> None:
        self.defects.append((about, error))


class Desk:
    """Everything about alerts, ready to be used."""

    def __init__(self, units: PipelinesUnitOfWorkFactory | None = None, policy: DeliveryPolicy | None = None) -> None:
        self.clock = SetClock()
        self.ids = SystemIds()
        self.units = units or MemoryUnitOfWorkFactory(MemoryDatabase())
        self.notifiers = ScriptedNotifiers()
        self.noted = Noted()
        self.policy = policy or DeliveryPolicy()
        self.use = self.another()

    def another(self) -> AlertsUseCases:
        """As another process has them."""
        return alerts_use_cases(
            unit_of_work=self.units,
            notifiers=self.notifiers,
            signals=PollingSignals(),
            observer=self.noted,
            clock=self.clock,
            ids=self.ids,
            policy=self.policy,
        )

    async def client(self, name: str = "Acme", *, is_active: bool = True) -> Client:
        now = self.clock.now()
        client = Client(
            id=self.ids.new_id(), name=name, is_active=is_active, revision=1, created_at=now, updated_at=now
        )
        async with self.units() as work:
            await work.clients.add(client)
            await work.commit()
        return client

    async def pipeline(
        self, client: Client | None = None, name: str = "orders", *, schedule: Schedule | None = None
    ) -> Pipeline:
        now = self.clock.now()
        pipeline = Pipeline(
            id=self.ids.new_id(),
            client_id=(client or await self.client(f"client of {name}")).id,
            name=name,
            platform=Platform.AIRFLOW,
            external_id=None,
            pipeline_type=PipelineType.INGESTION,
            environment=Environment.PROD,
            is_active=True,
            schedule=schedule or Schedule(),
            enabled_at=now,
            revision=1,
            created_at=now,
            updated_at=now,
        )
        async with self.units() as work:
            await work.pipelines.add(pipeline)
            await work.commit()
        return pipeline

    async def change(self, changed: Pipeline | Client) -> None:
        async with self.units() as work:
            if isinstance(changed, Client):
                await work.clients.update(changed)
            else:
                await work.pipelines.update(changed)
                await work.checks.request([changed.id], at=self.clock.now())
            await work.commit()

    async def rule(
        self,
        rule_type: RuleType = RuleType.ON_FAILURE,
        *,
        scope: Scope | None = None,
        channel: Channel = Channel.WEBHOOK,
        destination: str = HOOK,
        threshold: int | None = None,
        window_minutes: int | None = None,
    ) -> AlertRule:
        draft = AlertRuleDraft(
            scope=scope or Scope(),
            rule_type=rule_type,
            threshold=threshold,
            window_minutes=window_minutes,
            channel=channel,
            destination=destination,
        )
        return (await self.use.create_rule(draft)).rule

    async def report(
        self,
        pipeline: Pipeline,
        run: str,
        status: ReportedStatus,
        *,
        started_at: datetime | None = None,
        finished_at: datetime | None = None,
        error: str | None = None,
    ) -> None:
        now = self.clock.now()
        if finished_at is None and status.is_final:
            finished_at = max(now, started_at or now)
        report = RunReport(
            external_run_id=run,
            status=status,
            started_at=started_at or finished_at or now,
            finished_at=finished_at,
            error_message=error,
        )
        await self.record(pipeline, report)

    async def record(self, pipeline: Pipeline, report: RunReport) -> None:
        async with self.units() as work:
            await record_reports(work, [PipelineReport(pipeline.id, report)], ids=self.ids, at=self.clock.now())
            await work.commit()

    async def alerts(self, *, is_open: bool | None = True) -> Sequence[Alert]:
        async with self.units(write=False) as work:
            return await work.alerts.list(AlertFilter(is_open=is_open), order=SortOrder.ASC, after=None, limit=1000)

    async def deliveries(self) -> list[Delivery]:
        found: list[Delivery] = []
        for alert in await self.alerts(is_open=None):
            async with self.units(write=False) as work:
                found.extend(await work.deliveries.of_alert(alert.id))
        return found

    async def statuses(self) -> list[tuple[str, DeliveryStatus]]:
        return [(delivery.transition.value, delivery.status) for delivery in await self.deliveries()]
