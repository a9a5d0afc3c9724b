"""Between rows and alert rules, alerts and messages about them."""

from forebay.adapters.sql.rows import AnyRow, checked
from forebay.adapters.sql.transaction import Values
from forebay.domain.pipelines.alert import Alert, CloseReason, Delivery, DeliveryStatus, Transition
from forebay.domain.pipelines.alert_rule import AlertRule, Channel, RuleType, Scope

RULE_IS_FOR_EVER = frozenset({"id", "client_id", "pipeline_id", "scope", "rule_type", "created_at"})
ALERT_IS_FOR_EVER = frozenset({"id", "rule_id", "pipeline_id", "rule_type", "opened_at"})
DELIVERY_IS_FOR_EVER = frozenset({"id", "alert_id", "transition", "created_at"})


def rule_values(rule: AlertRule) -> Values:
    return {
        "id": rule.id,
        "client_id": rule.scope.client_id,
        "pipeline_id": rule.scope.pipeline_id,
        "scope": _scope_text(rule.scope),
        "rule_type": rule.rule_type.value,
        "threshold": rule.threshold,
        "window_minutes": rule.window_minutes,
        "channel": rule.channel.value,
        "destination": checked(rule.destination, "destination"),
        "destination_sha256": rule.destination_sha256,
        "signing_secret": checked(rule.signing_secret, "signing_secret"),
        "is_enabled": rule.is_enabled,
        "revision": rule.revision,
        "created_at": rule.created_at,
        "updated_at": rule.updated_at,
    }


def rule_of(row: AnyRow) -> AlertRule:
    return AlertRule(
        id=row.id,
        scope=Scope(client_id=row.client_id, pipeline_id=row.pipeline_id),
        rule_type=RuleType(row.rule_type),
        threshold=row.threshold,
        window_minutes=row.window_minutes,
        channel=Channel(row.channel),
        destination=row.destination,
        signing_secret=row.signing_secret,
        is_enabled=row.is_enabled,
        revision=row.revision,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _scope_text(scope: Scope) -> str:
    if scope.pipeline_id is not None:
        return f"pipeline {scope.pipeline_id}"
    return f"client {scope.client_id}" if scope.client_id is not None else "everywhere"


def alert_values(alert: Alert) -> Values:
    return {
        "id": alert.id,
        "rule_id": alert.rule_id,
        "pipeline_id": alert.pipeline_id,
        "rule_type": alert.rule_type.value,
        "summary": checked(alert.summary, "summary"),
        "run_id": alert.run_id,
        "occurrences": alert.occurrences,
        "opened_at": alert.opened_at,
        "updated_at": alert.updated_at,
        "closed_at": alert.closed_at,
        "close_reason": alert.close_reason.value if alert.close_reason is not None else None,
        "acknowledged_at": alert.acknowledged_at,
        "acknowledged_by": checked(alert.acknowledged_by, "acknowledged_by"),
        "muted_until": alert.muted_until,
    }


def alert_of(row: AnyRow) -> Alert:
    return Alert(
        id=row.id,
        rule_id=row.rule_id,
        pipeline_id=row.pipeline_id,
        rule_type=RuleType(row.rule_type),
        summary=row.summary,
        run_id=row.run_id,
        occurrences=row.occurrences,
        opened_at=row.opened_at,
        updated_at=row.updated_at,
        closed_at=row.closed_at,
        close_reason=CloseReason(row.close_reason) if row.close_reason is not None else None,
        acknowledged_at=row.acknowledged_at,
        acknowledged_by=row.acknowledged_by,
        muted_until=row.muted_until,
    )


def delivery_values(delivery: Delivery) -> Values:
    return {
        "id": delivery.id,
        "alert_id": delivery.alert_id,
        "transition": delivery.transition.value,
        "status": delivery.status.value,
        "attempts": delivery.attempts,
        "not_before": delivery.not_before,
        "last_error": checked(delivery.last_error, "last_error"),
        "created_at": delivery.created_at,
        "updated_at": delivery.updated_at,
    }


def delivery_of(row: AnyRow) -> Delivery:
    return Delivery(
        id=row.id,
        alert_id=row.alert_id,
        transition=Transition(row.transition),
        status=DeliveryStatus(row.status),
        attempts=row.attempts,
        not_before=row.not_before,
        last_error=row.last_error,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
