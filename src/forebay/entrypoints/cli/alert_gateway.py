"""What the commands about alerts need from a Forebay, be it here or behind a URL."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from forebay.application.pipelines.manage_alert_rules import AlertRuleDraft, ChangeAlertRuleCommand
from forebay.application.ports.pipelines import AlertFilter, AlertRuleFilter
from forebay.domain.paging import DEFAULT_LIMIT, SortOrder
from forebay.entrypoints.cli.alert_views import (
    AlertCheckView,
    AlertDetailView,
    AlertRuleView,
    AlertView,
    WrittenAlertRuleView,
)
from forebay.entrypoints.cli.views import PageView


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRulesQuery:
    """A page of alert rules."""

    where: AlertRuleFilter
    order: SortOrder = SortOrder.DESC
    cursor: str | None = None
    limit: int = DEFAULT_LIMIT


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertsQuery:
    """A page of alerts."""

    where: AlertFilter
    order: SortOrder = SortOrder.DESC
    cursor: str | None = None
    limit: int = DEFAULT_LIMIT


class AlertGateway(Protocol):
    """The side of alert rules and alerts."""

    async def list_alert_rules(self, query: AlertRulesQuery) -> PageView[AlertRuleView]: ...
    async def get_alert_rule(self, rule_id: UUID) -> AlertRuleView: ...
    async def create_alert_rule(self, draft: AlertRuleDraft) -> WrittenAlertRuleView: ...
    async def change_alert_rule(self, command: ChangeAlertRuleCommand) -> WrittenAlertRuleView: ...
    async def list_alerts(self, query: AlertsQuery) -> PageView[AlertView]: ...
    async def get_alert(self, alert_id: UUID) -> AlertDetailView: ...
    async def acknowledge_alert(self, alert_id: UUID, *, by: str | None) -> AlertDetailView: ...

    async def mute_alert(self, alert_id: UUID, *, until: datetime | None) -> AlertDetailView:
        """None: no longer."""
        ...

    async def check_alerts(self) -> AlertCheckView:
        """Looks at all pipelines, and sends what is due. LocalOnlyError behind a URL: a server does so by itself."""
        ...
