"""Notifications to send."""

import base64
from datetime import UTC, datetime
from uuid import uuid4

from forebay.application.ports.notifier import Notification
from forebay.domain.pipelines.alert import Alert, CloseReason, Transition
from forebay.domain.pipelines.alert_rule import AlertRule, Channel, RuleType, Scope

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECRET = "whsec_" + base64.b64encode(b"a key that only two of us know..").decode()


def a_notification(
    destination: str,
    *,
    channel: Channel = Channel.WEBHOOK,
    transition: Transition = Transition.OPENED,
    summary: str = "run 7 failed: no such table",
) -> Notification:
    closed = transition is Transition.CLOSED
    rule = AlertRule(
        id=uuid4(),
        scope=Scope(),
        rule_type=RuleType.ON_FAILURE,
        threshold=None,
        window_minutes=None,
        channel=channel,
        destination=destination,
        signing_secret=SECRET if channel is Channel.WEBHOOK else None,
        is_enabled=True,
        revision=1,
        created_at=NOON,
        updated_at=NOON,
    )
    alert = Alert(
        id=uuid4(),
        rule_id=rule.id,
        pipeline_id=uuid4(),
        rule_type=rule.rule_type,
        summary=summary,
        run_id=uuid4(),
        occurrences=2,
        opened_at=NOON,
        updated_at=NOON,
        closed_at=NOON if closed else None,
        close_reason=CloseReason.RECOVERED if closed else None,
    )
    return Notification(
        id=uuid4(),
        transition=transition,
        alert=alert,
        rule=rule,
        client_name="Acme & Söhne",
        pipeline_name="orders <daily>",
        environment="prod",
        at=NOON,
    )
