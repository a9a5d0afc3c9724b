"""Clients, pipelines, alert rules, alerts and what goes with them to test with: valid, different each time."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypedDict, Unpack
from uuid import UUID, uuid4

from forebay.application.ports.pipelines import PipelinesUnitOfWorkFactory
from forebay.domain.pipelines.alert import Alert, CloseReason, Delivery, DeliveryStatus, Transition
from forebay.domain.pipelines.alert_rule import AlertRule, Channel, RuleType, Scope
from forebay.domain.pipelines.client import Client
from forebay.domain.pipelines.lineage import LineageEvent
from forebay.domain.pipelines.pipeline import Environment, Pipeline, PipelineType, Platform, Schedule
from forebay.testing.intake_examples import MORNING

LATER = MORNING + timedelta(minutes=1)
EVERYWHERE = Scope()


class ClientFields(TypedDict, total=False):
    """What a test may want to be different in a client."""

    id: UUID
    is_active: bool
    revision: int
    created_at: datetime


class PipelineFields(TypedDict, total=False):
    """What a test may want to be different in a pipeline."""

    id: UUID
    platform: Platform
    external_id: str | None
    pipeline_type: PipelineType
    environment: Environment
    is_active: bool
    schedule: Schedule
    enabled_at: datetime
    revision: int
    created_at: datetime


class RuleFields(TypedDict, total=False):
    """What a test may want to be different in an alert rule."""

    id: UUID
    scope: Scope
    rule_type: RuleType
    threshold: int | None
    window_minutes: int | None
    channel: Channel
    destination: str
    signing_secret: str | None
    is_enabled: bool
    created_at: datetime


class AlertFields(TypedDict, total=False):
    """What a test may want to be different in an alert."""

    id: UUID
    summary: str
    run_id: UUID | None
    occurrences: int
    opened_at: datetime
    closed_at: datetime | None
    close_reason: CloseReason | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    muted_until: datetime | None


class DeliveryFields(TypedDict, total=False):
    """What a test may want to be different in a message."""

    id: UUID
    transition: Transition
    status: DeliveryStatus
    attempts: int
    not_before: datetime
    last_error: str | None
    created_at: datetime


class EventFields(TypedDict, total=False):
    """What a test may want to be different in an event of lineage."""

    kind: str
    event_type: str | None
    event_time: datetime | None
    received_at: datetime


def a_client(name: str = "", **fields: Unpack[ClientFields]) -> Client:
    client = Client(
        id=uuid4(),
        name=name or f"Client {uuid4()}",
        is_active=True,
        revision=1,
        created_at=MORNING,
        updated_at=MORNING,
    )
    return replace(client, **fields)


def a_pipeline(client: Client, name: str = "", **fields: Unpack[PipelineFields]) -> Pipeline:
    pipeline = Pipeline(
        id=uuid4(),
        client_id=client.id,
        name=name or f"Pipeline {uuid4()}",
        platform=Platform.AIRFLOW,
        external_id=f"dag-{uuid4()}",
        pipeline_type=PipelineType.INGESTION,
        environment=Environment.PROD,
        is_active=True,
        schedule=Schedule(),
        enabled_at=MORNING,
        revision=1,
        created_at=MORNING,
        updated_at=MORNING,
    )
    return replace(pipeline, **fields)


def a_rule(**fields: Unpack[RuleFields]) -> AlertRule:
    """To a webhook of its own, with a secret, unless another channel is asked for."""
    channel = fields.get("channel", Channel.WEBHOOK)
    rule = AlertRule(
        id=uuid4(),
        scope=EVERYWHERE,
        rule_type=RuleType.ON_FAILURE,
        threshold=None,
        window_minutes=None,
        channel=Channel.WEBHOOK,
        destination=f"https://alerts.example.com/{uuid4()}",
        signing_secret="whsec_c2VjcmV0",  # noqa: S106  # of nothing
        is_enabled=True,
        revision=1,
        created_at=MORNING,
        updated_at=MORNING,
    )
    if channel is not Channel.WEBHOOK:
        fields.setdefault("signing_secret", None)
    return replace(rule, **fields)


def an_alert(rule: AlertRule, pipeline: Pipeline, **fields: Unpack[AlertFields]) -> Alert:
    alert = Alert(
        id=uuid4(),
        rule_id=rule.id,
        pipeline_id=pipeline.id,
        rule_type=rule.rule_type,
        summary="The latest run failed.",
        run_id=uuid4(),
        occurrences=1,
        opened_at=MORNING,
        updated_at=MORNING,
    )
    return replace(alert, **fields)


def a_delivery(alert: Alert, **fields: Unpack[DeliveryFields]) -> Delivery:
    delivery = Delivery(
        id=uuid4(),
        alert_id=alert.id,
        transition=Transition.OPENED,
        status=DeliveryStatus.WAITING,
        attempts=0,
        not_before=MORNING,
        last_error=None,
        created_at=MORNING,
        updated_at=MORNING,
    )
    return replace(delivery, **fields)


def a_lineage_event(
    pipeline: Pipeline | None = None, run: str | None = None, document: str = "", **fields: Unpack[EventFields]
) -> LineageEvent:
    text = document or f'{{"id":"{uuid4()}"}}'
    event = LineageEvent(
        sha256=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        kind="run" if pipeline is not None else "dataset",
        event_type="START" if pipeline is not None else None,
        event_time=MORNING,
        pipeline_id=pipeline.id if pipeline is not None else None,
        external_run_id=run,
        document=text,
        received_at=MORNING,
    )
    return replace(event, **fields)


class Monitor:
    """Units of work that do one thing and commit, so that tests can say what they are about."""

    def __init__(self, open_work: PipelinesUnitOfWorkFactory) -> None:
        self.open = open_work

    async def add_clients(self, *clients: Client) -> None:
        async with self.open() as work:
            for client in clients:
                await work.clients.add(client)
            await work.commit()

    async def client(self, name: str = "", **fields: Unpack[ClientFields]) -> Client:
        """One that was added."""
        client = a_client(name, **fields)
        await self.add_clients(client)
        return client

    async def add_pipelines(self, *pipelines: Pipeline) -> None:
        async with self.open() as work:
            for pipeline in pipelines:
                await work.pipelines.add(pipeline)
            await work.commit()

    async def pipeline(
        self, name: str = "", *, client: Client | None = None, **fields: Unpack[PipelineFields]
    ) -> Pipeline:
        """One that was added; of a client of its own, unless one is given."""
        pipeline = a_pipeline(client or await self.client(), name, **fields)
        await self.add_pipelines(pipeline)
        return pipeline

    async def update_client(self, client: Client) -> None:
        async with self.open() as work:
            await work.clients.update(client)
            await work.commit()

    async def update_pipeline(self, pipeline: Pipeline) -> None:
        async with self.open() as work:
            await work.pipelines.update(pipeline)
            await work.commit()

    async def add_rules(self, *rules: AlertRule) -> None:
        async with self.open() as work:
            for rule in rules:
                await work.alert_rules.add(rule)
            await work.commit()

    async def rule(self, **fields: Unpack[RuleFields]) -> AlertRule:
        """One that was added."""
        rule = a_rule(**fields)
        await self.add_rules(rule)
        return rule

    async def update_rule(self, rule: AlertRule) -> None:
        async with self.open() as work:
            await work.alert_rules.update(rule)
            await work.commit()

    async def add_alerts(self, *alerts: Alert) -> None:
        async with self.open() as work:
            for alert in alerts:
                await work.alerts.add(alert)
            await work.commit()

    async def alert(
        self, rule: AlertRule | None = None, pipeline: Pipeline | None = None, **fields: Unpack[AlertFields]
    ) -> Alert:
        """One that was added; of a rule and about a pipeline of its own, unless they are given."""
        alert = an_alert(rule or await self.rule(), pipeline or await self.pipeline(), **fields)
        await self.add_alerts(alert)
        return alert

    async def update_alert(self, alert: Alert) -> None:
        async with self.open() as work:
            await work.alerts.update(alert)
            await work.commit()

    async def add_deliveries(self, *deliveries: Delivery) -> None:
        async with self.open() as work:
            for delivery in deliveries:
                await work.deliveries.add(delivery)
            await work.commit()

    async def delivery(self, alert: Alert | None = None, **fields: Unpack[DeliveryFields]) -> Delivery:
        """One that was added; about an alert of its own, unless one is given."""
        delivery = a_delivery(alert or await self.alert(), **fields)
        await self.add_deliveries(delivery)
        return delivery

    async def request(self, *pipelines: Pipeline, at: datetime = MORNING) -> None:
        async with self.open() as work:
            await work.checks.request([pipeline.id for pipeline in pipelines], at=at)
            await work.commit()

    async def take(self, *, limit: int = 1000) -> Sequence[UUID]:
        async with self.open() as work:
            taken = await work.checks.take(limit=limit)
            await work.commit()
        return taken
