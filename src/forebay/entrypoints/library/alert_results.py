"""What the methods about alerts answer with: the same facts, under the same names, as the HTTP API."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from forebay.application.pipelines.evaluate_alerts import EvaluationReport
from forebay.application.pipelines.handle_alerts import ShownAlert
from forebay.application.pipelines.manage_alert_rules import CreatedAlertRule
from forebay.domain.pipelines import alert as alerts
from forebay.domain.pipelines import alert_rule as rules
from forebay.domain.pipelines.alert import CloseReason, DeliveryStatus, Transition
from forebay.domain.pipelines.alert_rule import Channel, RuleType
from forebay.domain.pipelines.pipeline import Environment


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRule:
    """When somebody is told, and where; neither client nor pipeline: everywhere.

    `signing_secret`: only from the call that had one made; it is not shown again.
    """

    id: UUID
    client_id: UUID | None
    pipeline_id: UUID | None
    rule_type: RuleType
    threshold: int | None
    window_minutes: int | None
    channel: Channel
    masked_destination: str
    is_enabled: bool
    revision: int
    created_at: datetime
    updated_at: datetime
    signing_secret: str | None = field(default=None, repr=False)

    @classmethod
    def of(cls, rule: rules.AlertRule, *, made_secret: str | None = None) -> "AlertRule":
        return cls(
            id=rule.id,
            client_id=rule.scope.client_id,
            pipeline_id=rule.scope.pipeline_id,
            rule_type=rule.rule_type,
            threshold=rule.threshold,
            window_minutes=rule.window_minutes,
            channel=rule.channel,
            masked_destination=rule.masked_destination,
            is_enabled=rule.is_enabled,
            revision=rule.revision,
            created_at=rule.created_at,
            updated_at=rule.updated_at,
            signing_secret=made_secret,
        )

    @classmethod
    def of_written(cls, written: CreatedAlertRule) -> "AlertRule":
        return cls.of(written.rule, made_secret=written.made_secret)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertDelivery:
    """One message about an alert; there is never a second one of the same transition."""

    id: UUID
    transition: Transition
    status: DeliveryStatus
    attempts: int
    not_before: datetime
    last_error: str | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, delivery: alerts.Delivery) -> "AlertDelivery":
        return cls(
            id=delivery.id,
            transition=delivery.transition,
            status=delivery.status,
            attempts=delivery.attempts,
            not_before=delivery.not_before,
            last_error=delivery.last_error,
            created_at=delivery.created_at,
            updated_at=delivery.updated_at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """What a rule has found about a pipeline. `deliveries`: the messages about it; empty in lists."""

    id: UUID
    rule_id: UUID
    rule_type: RuleType
    client_id: UUID
    client_name: str
    pipeline_id: UUID
    pipeline_name: str
    environment: Environment
    is_open: bool
    summary: str
    run_id: UUID | None
    occurrences: int
    opened_at: datetime
    updated_at: datetime
    closed_at: datetime | None
    close_reason: CloseReason | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    muted_until: datetime | None
    deliveries: tuple[AlertDelivery, ...] = ()

    @classmethod
    def of(cls, shown: ShownAlert) -> "Alert":
        alert = shown.alert
        return cls(
            id=alert.id,
            rule_id=alert.rule_id,
            rule_type=alert.rule_type,
            client_id=shown.client.id,
            client_name=shown.client.name,
            pipeline_id=shown.pipeline.id,
            pipeline_name=shown.pipeline.name,
            environment=shown.pipeline.environment,
            is_open=alert.is_open,
            summary=alert.summary,
            run_id=alert.run_id,
            occurrences=alert.occurrences,
            opened_at=alert.opened_at,
            updated_at=alert.updated_at,
            closed_at=alert.closed_at,
            close_reason=alert.close_reason,
            acknowledged_at=alert.acknowledged_at,
            acknowledged_by=alert.acknowledged_by,
            muted_until=alert.muted_until,
            deliveries=tuple(AlertDelivery.of(delivery) for delivery in shown.deliveries),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertCheck:
    """How many pipelines were looked at, what became of their alerts, and how many messages arrived."""

    pipelines: int
    opened: int
    updated: int
    closed: int
    delivered: int

    @classmethod
    def of(cls, report: EvaluationReport, delivered: int) -> "AlertCheck":
        return cls(
            pipelines=report.pipelines,
            opened=report.opened,
            updated=report.updated,
            closed=report.closed,
            delivered=delivered,
        )
