"""Alert rules. Destinations and signing secrets come in, and do not go out."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from forebay.application.pipelines.manage_alert_rules import (
    AlertRuleDraft,
    ChangeAlertRuleCommand,
    CreatedAlertRule,
)
from forebay.domain.paging import Page
from forebay.domain.pipelines.alert_rule import (
    MAX_DESTINATION,
    MAX_THRESHOLD,
    MAX_WINDOW_MINUTES,
    AlertRule,
    Channel,
    RuleType,
    Scope,
)
from forebay.entrypoints.http.schemas.clients import Revision
from forebay.entrypoints.http.schemas.fields import Cursor

_Channel = Annotated[
    Channel, Meta(description="webhook: a signed POST (Standard Webhooks). slack, email: a message through apprise.")
]
_Threshold = Annotated[int, Meta(ge=1, le=MAX_THRESHOLD, description="Of failures_in_window only.")]
_Window = Annotated[int, Meta(ge=1, le=MAX_WINDOW_MINUTES, description="Of failures_in_window only.")]
_Destination = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=MAX_DESTINATION,
        description="A secret: never shown again. webhook: a URL. slack, email: an apprise URL such as slack://… or "
        "mailto://…, or https://hooks.slack.com/….",
    ),
]
_Secret = Annotated[
    str, Meta(min_length=1, max_length=200, description="Of webhooks: `whsec_` and 24 to 64 bytes in base64.")
]


class AlertRuleBody(msgspec.Struct, kw_only=True, frozen=True):
    """When somebody is told, and where. Neither client nor pipeline: everywhere."""

    id: UUID
    client_id: UUID | None
    pipeline_id: UUID | None
    rule_type: RuleType
    threshold: int | None
    window_minutes: int | None
    channel: _Channel
    masked_destination: Annotated[str, Meta(description="Enough to tell which kind it is.")]
    is_enabled: bool
    revision: Revision
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, rule: AlertRule) -> "AlertRuleBody":
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
        )


class AlertRulePage(msgspec.Struct, kw_only=True, frozen=True):
    """A page of alert rules."""

    items: list[AlertRuleBody]
    next_cursor: Cursor

    @classmethod
    def of(cls, page: Page[AlertRule]) -> "AlertRulePage":
        return cls(items=[AlertRuleBody.of(item) for item in page.items], next_cursor=page.next_cursor)


class WrittenAlertRuleBody(AlertRuleBody, kw_only=True, frozen=True):
    """A rule that was just made or changed."""

    signing_secret: Annotated[
        str | None, Meta(description="If one was made just now, which is shown this once: receivers verify with it.")
    ]

    @classmethod
    def of_written(cls, written: CreatedAlertRule) -> "WrittenAlertRuleBody":
        shown = msgspec.structs.asdict(AlertRuleBody.of(written.rule))
        return cls(**shown, signing_secret=written.made_secret)


class NewAlertRuleBody(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """A rule to be, for one pipeline, all of a client, or everywhere."""

    rule_type: RuleType
    channel: _Channel
    destination: _Destination
    client_id: UUID | None = None
    pipeline_id: UUID | None = None
    threshold: _Threshold | None = None
    window_minutes: _Window | None = None
    signing_secret: Annotated[_Secret | None, Meta(description="Of a webhook. Default: one is made.")] = None
    is_enabled: bool = True

    def draft(self) -> AlertRuleDraft:
        return AlertRuleDraft(
            scope=Scope(client_id=self.client_id, pipeline_id=self.pipeline_id),
            rule_type=self.rule_type,
            threshold=self.threshold,
            window_minutes=self.window_minutes,
            channel=self.channel,
            destination=self.destination,
            signing_secret=self.signing_secret,
            is_enabled=self.is_enabled,
        )


class ChangeAlertRuleBody(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """What is left out stays. What a rule is for and its type stay for good. Another channel needs a destination."""

    threshold: _Threshold | UnsetType = UNSET
    window_minutes: _Window | UnsetType = UNSET
    channel: _Channel | UnsetType = UNSET
    destination: _Destination | UnsetType = UNSET
    signing_secret: _Secret | UnsetType = UNSET
    is_enabled: bool | UnsetType = UNSET

    def command(self, rule_id: UUID, revision: int | None) -> ChangeAlertRuleCommand:
        return ChangeAlertRuleCommand(
            rule_id=rule_id,
            threshold=None if self.threshold is UNSET else self.threshold,
            window_minutes=None if self.window_minutes is UNSET else self.window_minutes,
            channel=None if self.channel is UNSET else self.channel,
            destination=None if self.destination is UNSET else self.destination,
            signing_secret=None if self.signing_secret is UNSET else self.signing_secret,
            is_enabled=None if self.is_enabled is UNSET else self.is_enabled,
            revision=revision,
        )
