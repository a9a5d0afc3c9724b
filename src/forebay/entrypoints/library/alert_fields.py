"""What callers give about alerts, checked by the same rules as the HTTP API."""

from typing import TypedDict
from uuid import UUID

from forebay.application.ports.pipelines import AlertFilter, AlertRuleFilter
from forebay.domain.pipelines.alert_rule import Channel, RuleType
from forebay.entrypoints.library.fields import check_names, parse_id
from forebay.entrypoints.library.pipeline_fields import one_of


class AlertRuleWhere(TypedDict, total=False):
    """Which alert rules: all that is given must hold. `client_id`, `pipeline_id`: rules of exactly this scope."""

    client_id: UUID | str | None
    pipeline_id: UUID | str | None
    rule_type: RuleType | str | None
    is_enabled: bool | None


class AlertWhere(TypedDict, total=False):
    """Which alerts: all that is given must hold."""

    is_open: bool | None
    client_id: UUID | str | None
    pipeline_id: UUID | str | None
    rule_id: UUID | str | None
    rule_type: RuleType | str | None
    is_acknowledged: bool | None


class AlertRuleOptions(TypedDict, total=False):
    """More about a new rule. Neither client nor pipeline: everywhere. `threshold`, `window_minutes`: both, of

    failures_in_window only. `signing_secret`: of a webhook; without one it is made.
    """

    client_id: UUID | str | None
    pipeline_id: UUID | str | None
    threshold: int | None
    window_minutes: int | None
    signing_secret: str | None
    is_enabled: bool


class AlertRuleChange(TypedDict, total=False):
    """What is None stays; another channel needs a destination. `revision`: the one that the change is of; None: any."""

    threshold: int | None
    window_minutes: int | None
    channel: Channel | str | None
    destination: str | None
    signing_secret: str | None
    is_enabled: bool | None
    revision: int | None


def alert_rule_filter(where: AlertRuleWhere) -> AlertRuleFilter:
    """TypeError for a name that is none of AlertRuleWhere's, as for any unknown keyword argument."""
    check_names(where, AlertRuleWhere.__annotations__)
    return AlertRuleFilter(
        client_id=optional_id(where.get("client_id"), field="client_id"),
        pipeline_id=optional_id(where.get("pipeline_id"), field="pipeline_id"),
        rule_type=one_of(RuleType, where.get("rule_type"), field="rule_type"),
        is_enabled=where.get("is_enabled"),
    )


def alert_filter(where: AlertWhere) -> AlertFilter:
    """TypeError for a name that is none of AlertWhere's, as for any unknown keyword argument."""
    check_names(where, AlertWhere.__annotations__)
    return AlertFilter(
        is_open=where.get("is_open"),
        client_id=optional_id(where.get("client_id"), field="client_id"),
        pipeline_id=optional_id(where.get("pipeline_id"), field="pipeline_id"),
        rule_id=optional_id(where.get("rule_id"), field="rule_id"),
        rule_type=one_of(RuleType, where.get("rule_type"), field="rule_type"),
        is_acknowledged=where.get("is_acknowledged"),
    )


def optional_id(value: UUID | str | None, *, field: str) -> UUID | None:
    return None if value is None else parse_id(value, field=field)
