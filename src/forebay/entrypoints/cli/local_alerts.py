"""The alert rules and alerts of a Forebay right here."""

from datetime import datetime
from uuid import UUID

import msgspec

from forebay.application.pipelines.handle_alerts import ListAlertsQuery, ShownAlert
from forebay.application.pipelines.manage_alert_rules import (
    AlertRuleDraft,
    ChangeAlertRuleCommand,
    CreatedAlertRule,
    ListAlertRulesQuery,
)
from forebay.application.use_cases import UseCases
from forebay.domain.pipelines.alert_rule import AlertRule
from forebay.entrypoints.cli.alert_gateway import AlertGateway, AlertRulesQuery, AlertsQuery
from forebay.entrypoints.cli.alert_views import (
    AlertCheckView,
    AlertDetailView,
    AlertRuleView,
    AlertView,
    DeliveryView,
    WrittenAlertRuleView,
)
from forebay.entrypoints.cli.local_syncs import LocalSyncs
from forebay.entrypoints.cli.views import PageView


class LocalAlerts(LocalSyncs):
    """Uses `use_cases` while they are open; does not close them."""

    def __init__(self, use_cases: UseCases) -> None:
        super().__init__(use_cases)
        self._alerts = use_cases.alerts

    async def list_alert_rules(self, query: AlertRulesQuery) -> PageView[AlertRuleView]:
        page = await self._alerts.list_rules(
            ListAlertRulesQuery(where=query.where, order=query.order, cursor=query.cursor, limit=query.limit)
        )
        return PageView(items=[_rule(rule) for rule in page.items], next_cursor=page.next_cursor)

    async def get_alert_rule(self, rule_id: UUID) -> AlertRuleView:
        return _rule(await self._alerts.get_rule(rule_id))

    async def create_alert_rule(self, draft: AlertRuleDraft) -> WrittenAlertRuleView:
        return _written(await self._alerts.create_rule(draft))

    async def change_alert_rule(self, command: ChangeAlertRuleCommand) -> WrittenAlertRuleView:
        return _written(await self._alerts.change_rule(command))

    async def list_alerts(self, query: AlertsQuery) -> PageView[AlertView]:
        page = await self._alerts.list_alerts(
            ListAlertsQuery(where=query.where, order=query.order, cursor=query.cursor, limit=query.limit)
        )
        return PageView(items=[_alert(shown) for shown in page.items], next_cursor=page.next_cursor)

    async def get_alert(self, alert_id: UUID) -> AlertDetailView:
        return _detail(await self._alerts.get_alert(alert_id))

    async def acknowledge_alert(self, alert_id: UUID, *, by: str | None) -> AlertDetailView:
        return _detail(await self._alerts.acknowledge(alert_id, by=by))

    async def mute_alert(self, alert_id: UUID, *, until: datetime | None) -> AlertDetailView:
        return _detail(await self._alerts.mute(alert_id, until=until))

    async def check_alerts(self) -> AlertCheckView:
        report, delivered = await self._alerts.watch.once()
        return AlertCheckView(
            pipelines=report.pipelines,
            opened=report.opened,
            updated=report.updated,
            closed=report.closed,
            delivered=delivered,
        )


def _rule(rule: AlertRule) -> AlertRuleView:
    return AlertRuleView(
        id=rule.id,
        client_id=rule.scope.client_id,
        pipeline_id=rule.scope.pipeline_id,
        rule_type=rule.rule_type.value,
        threshold=rule.threshold,
        window_minutes=rule.window_minutes,
        channel=rule.channel.value,
        masked_destination=rule.masked_destination,
        is_enabled=rule.is_enabled,
        revision=rule.revision,
        created_at=rule.created_at,
        updated_at=rule.updated_at,
    )


def _written(written: CreatedAlertRule) -> WrittenAlertRuleView:
    return WrittenAlertRuleView(**msgspec.structs.asdict(_rule(written.rule)), signing_secret=written.made_secret)


def _alert(shown: ShownAlert) -> AlertView:
    alert = shown.alert
    return AlertView(
        id=alert.id,
        rule_id=alert.rule_id,
        rule_type=alert.rule_type.value,
        client_id=shown.client.id,
        client_name=shown.client.name,
        pipeline_id=shown.pipeline.id,
        pipeline_name=shown.pipeline.name,
        environment=shown.pipeline.environment.value,
        is_open=alert.is_open,
        summary=alert.summary,
        run_id=alert.run_id,
        occurrences=alert.occurrences,
        opened_at=alert.opened_at,
        updated_at=alert.updated_at,
        closed_at=alert.closed_at,
        close_reason=alert.close_reason.value if alert.close_reason is not None else None,
        acknowledged_at=alert.acknowledged_at,
        acknowledged_by=alert.acknowledged_by,
        muted_until=alert.muted_until,
    )


def _detail(shown: ShownAlert) -> AlertDetailView:
    deliveries = [
        DeliveryView(
            id=delivery.id,
            transition=delivery.transition.value,
            status=delivery.status.value,
            attempts=delivery.attempts,
            not_before=delivery.not_before,
            last_error=delivery.last_error,
            created_at=delivery.created_at,
            updated_at=delivery.updated_at,
        )
        for delivery in shown.deliveries
    ]
    return AlertDetailView(**msgspec.structs.asdict(_alert(shown)), deliveries=deliveries)


def _proof(alerts: LocalAlerts) -> AlertGateway:
    """What mypy must agree to."""
    return alerts
