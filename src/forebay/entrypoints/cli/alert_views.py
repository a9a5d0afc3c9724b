"""What there is to see of alert rules and alerts. The types are the bodies of the HTTP API."""

from datetime import datetime
from uuid import UUID

import msgspec


class AlertRuleView(msgspec.Struct, frozen=True, kw_only=True):
    """When somebody is told, and where."""

    id: UUID
    client_id: UUID | None
    pipeline_id: UUID | None
    rule_type: str
    threshold: int | None
    window_minutes: int | None
    channel: str
    masked_destination: str
    is_enabled: bool
    revision: int
    created_at: datetime
    updated_at: datetime


class WrittenAlertRuleView(AlertRuleView, frozen=True, kw_only=True):
    """A rule that was just made or changed. `signing_secret`: if one was made, shown this once."""

    signing_secret: str | None


class AlertCheckView(msgspec.Struct, frozen=True, kw_only=True):
    """How many pipelines were looked at, what became of their alerts, and how many messages arrived."""

    pipelines: int
    opened: int
    updated: int
    closed: int
    delivered: int


class DeliveryView(msgspec.Struct, frozen=True, kw_only=True):
    """One message about an alert."""

    id: UUID
    transition: str
    status: str
    attempts: int
    not_before: datetime
    last_error: str | None
    created_at: datetime
    updated_at: datetime


class AlertView(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule has found about a pipeline."""

    id: UUID
    rule_id: UUID
    rule_type: str
    client_id: UUID
    client_name: str
    pipeline_id: UUID
    pipeline_name: str
    environment: str
    is_open: bool
    summary: str
    run_id: UUID | None
    occurrences: int
    opened_at: datetime
    updated_at: datetime
    closed_at: datetime | None
    close_reason: str | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    muted_until: datetime | None


class AlertDetailView(AlertView, frozen=True, kw_only=True):
    """An alert with the messages about it."""

    deliveries: list[DeliveryView]
