"""The alert rules and alerts of a Forebay behind a URL."""

from datetime import datetime
from uuid import UUID

from forebay.application.pipelines.manage_alert_rules import AlertRuleDraft, ChangeAlertRuleCommand
from forebay.entrypoints.cli.alert_gateway import AlertGateway, AlertRulesQuery, AlertsQuery
from forebay.entrypoints.cli.alert_views import (
    AlertCheckView,
    AlertDetailView,
    AlertRuleView,
    AlertView,
    WrittenAlertRuleView,
)
from forebay.entrypoints.cli.errors import LocalOnlyError
from forebay.entrypoints.cli.remote_client import instant
from forebay.entrypoints.cli.remote_syncs import RemoteSyncs
from forebay.entrypoints.cli.views import PageView


class RemoteAlerts(RemoteSyncs):
    """Speaks through `client`; does not close it."""

    async def list_alert_rules(self, query: AlertRulesQuery) -> PageView[AlertRuleView]:
        where = query.where
        parameters = {
            "client_id": _id(where.client_id),
            "pipeline_id": _id(where.pipeline_id),
            "rule_type": where.rule_type,
            "is_enabled": _flag(where.is_enabled),
            "order": query.order.value,
            "cursor": query.cursor,
            "limit": str(query.limit),
        }
        return await self._get("v1/alert-rules", PageView[AlertRuleView], parameters)

    async def get_alert_rule(self, rule_id: UUID) -> AlertRuleView:
        return await self._get(f"v1/alert-rules/{rule_id}", AlertRuleView)

    async def create_alert_rule(self, draft: AlertRuleDraft) -> WrittenAlertRuleView:
        body = {
            "client_id": draft.scope.client_id,
            "pipeline_id": draft.scope.pipeline_id,
            "rule_type": draft.rule_type,
            "threshold": draft.threshold,
            "window_minutes": draft.window_minutes,
            "channel": draft.channel,
            "destination": draft.destination,
            "signing_secret": draft.signing_secret,
            "is_enabled": draft.is_enabled,
        }
        return await self._post("v1/alert-rules", WrittenAlertRuleView, body=body)

    async def change_alert_rule(self, command: ChangeAlertRuleCommand) -> WrittenAlertRuleView:
        said = {
            "threshold": command.threshold,
            "window_minutes": command.window_minutes,
            "channel": command.channel,
            "destination": command.destination,
            "signing_secret": command.signing_secret,
            "is_enabled": command.is_enabled,
        }
        body = {name: value for name, value in said.items() if value is not None}
        headers = {"If-Match": "*" if command.revision is None else f'"{command.revision}"'}
        return await self._patch(f"v1/alert-rules/{command.rule_id}", WrittenAlertRuleView, body=body, headers=headers)

    async def list_alerts(self, query: AlertsQuery) -> PageView[AlertView]:
        where = query.where
        parameters = {
            "is_open": _flag(where.is_open),
            "client_id": _id(where.client_id),
            "pipeline_id": _id(where.pipeline_id),
            "rule_id": _id(where.rule_id),
            "rule_type": where.rule_type,
            "is_acknowledged": _flag(where.is_acknowledged),
            "order": query.order.value,
            "cursor": query.cursor,
            "limit": str(query.limit),
        }
        return await self._get("v1/alerts", PageView[AlertView], parameters)

    async def get_alert(self, alert_id: UUID) -> AlertDetailView:
        return await self._get(f"v1/alerts/{alert_id}", AlertDetailView)

    async def acknowledge_alert(self, alert_id: UUID, *, by: str | None) -> AlertDetailView:
        return await self._post(f"v1/alerts/{alert_id}/acknowledge", AlertDetailView, body={"by": by})

    async def mute_alert(self, alert_id: UUID, *, until: datetime | None) -> AlertDetailView:
        if until is None:
            return await self._post(f"v1/alerts/{alert_id}/unmute", AlertDetailView)
        return await self._post(f"v1/alerts/{alert_id}/mute", AlertDetailView, body={"until": instant(until)})

    async def check_alerts(self) -> AlertCheckView:
        raise LocalOnlyError


def _id(value: UUID | None) -> str | None:
    return None if value is None else str(value)


def _flag(value: bool | None) -> str | None:
    return None if value is None else str(value).lower()


def _proof(alerts: RemoteAlerts) -> AlertGateway:
    """What mypy must agree to."""
    return alerts
