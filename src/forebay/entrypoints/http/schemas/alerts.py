"""Alerts, and the messages about them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from forebay.application.pipelines.handle_alerts import ShownAlert
from forebay.domain.paging import Page
from forebay.domain.pipelines.alert import CloseReason, Delivery, DeliveryStatus, Transition
from forebay.domain.pipelines.alert_rule import RuleType
from forebay.domain.pipelines.pipeline import Environment
from forebay.domain.pipelines.texts import MAX_NAME
from forebay.entrypoints.http.schemas.fields import Cursor


class DeliveryBody(msgspec.Struct, kw_only=True, frozen=True):
    """One message about an alert; there is never a second one of the same transition."""

    id: Annotated[UUID, Meta(description="webhook-id is `msg_` and this in hexadecimal.")]
    transition: Transition
    status: Annotated[
        DeliveryStatus,
        Meta(
            description="waiting, also to be tried again; sending; delivered; failed: refused or given up; suppressed: "
            "it was muted, or its rule disabled; unknown: nobody can say whether it arrived, and it is not sent twice."
        ),
    ]
    attempts: int
    not_before: Annotated[datetime, Meta(description="While it waits: when it is tried next.")]
    last_error: str | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, delivery: Delivery) -> "DeliveryBody":
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


class AlertBody(msgspec.Struct, kw_only=True, frozen=True):
    """What a rule has found about a pipeline."""

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
    run_id: Annotated[UUID | None, Meta(description="The run that it was last about.")]
    occurrences: Annotated[int, Meta(description="How often it was found anew while open.")]
    opened_at: datetime
    updated_at: datetime
    closed_at: datetime | None
    close_reason: Annotated[
        CloseReason | None,
        Meta(
            description="replaced: a rule of a more specific scope holds instead. disabled: rule, pipeline or client."
        ),
    ]
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    muted_until: datetime | None

    @classmethod
    def of(cls, shown: ShownAlert) -> "AlertBody":
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
        )


class AlertDetailBody(AlertBody, kw_only=True, frozen=True):
    """An alert with the messages about it."""

    deliveries: list[DeliveryBody]

    @classmethod
    def of_detail(cls, shown: ShownAlert) -> "AlertDetailBody":
        fields = msgspec.structs.asdict(AlertBody.of(shown))
        return cls(**fields, deliveries=[DeliveryBody.of(delivery) for delivery in shown.deliveries])


class AlertPage(msgspec.Struct, kw_only=True, frozen=True):
    """A page of alerts."""

    items: list[AlertBody]
    next_cursor: Cursor

    @classmethod
    def of(cls, page: Page[ShownAlert]) -> "AlertPage":
        return cls(items=[AlertBody.of(item) for item in page.items], next_cursor=page.next_cursor)


class AcknowledgeBody(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """Who has taken it on."""

    by: Annotated[str, Meta(min_length=1, max_length=MAX_NAME)] | None = None


class MuteBody(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """For how long nobody is to be told anything of it."""

    until: Annotated[datetime, Meta(description="UTC where no zone is given.")]
