"""Alert rules and alerts in memory."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from forebay.adapters.memory.alerts_state import AlertsState
from forebay.adapters.memory.pages import page
from forebay.adapters.memory.work import Work
from forebay.application.ports.pipeline_alerts import (
    AlertFilter,
    AlertRepository,
    AlertRuleFilter,
    AlertRuleRepository,
)
from forebay.domain.paging import Position, SortOrder
from forebay.domain.pipelines.alert import Alert
from forebay.domain.pipelines.alert_rule import AlertRule, RuleType


class MemoryAlertRules:
    """Alert rules."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(self, rule: AlertRule) -> None:
        with self._work.writing():
            (await self._work.state()).add_alert_rule(rule)

    async def get(self, rule_id: UUID, *, for_update: bool = False) -> AlertRule:
        return (await self._work.state()).alert_rule(rule_id)

    async def update(self, rule: AlertRule) -> None:
        with self._work.writing():
            state = await self._work.state()
            before = state.alert_rule(rule.id)
            state.put_alert_rule(
                replace(rule, scope=before.scope, rule_type=before.rule_type, created_at=before.created_at)
            )

    async def list(
        self, where: AlertRuleFilter, *, order: SortOrder, after: Position | None, limit: int
    ) -> Sequence[AlertRule]:
        found = [one for one in (await self._work.state()).alert_rules.values() if _rule_matches(one, where)]
        return page(found, lambda rule: (rule.created_at, rule.id), order=order, after=after, limit=limit)

    async def enabled(self) -> Sequence[AlertRule]:
        return tuple(rule for rule in (await self._work.state()).alert_rules.values() if rule.is_enabled)


class MemoryAlerts:
    """Alerts."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(self, *alerts: Alert) -> None:
        with self._work.writing():
            for alert in alerts:
                (await self._work.state()).add_alert(alert)

    async def get(self, alert_id: UUID, *, for_update: bool = False) -> Alert:
        return (await self._work.state()).alert(alert_id)

    async def update(self, alert: Alert) -> None:
        with self._work.writing():
            state = await self._work.state()
            before = state.alert(alert.id)
            state.put_alert(
                replace(
                    alert,
                    rule_id=before.rule_id,
                    pipeline_id=before.pipeline_id,
                    rule_type=before.rule_type,
                    opened_at=before.opened_at,
                )
            )

    async def list(
        self, where: AlertFilter, *, order: SortOrder, after: Position | None, limit: int
    ) -> Sequence[Alert]:
        state = await self._work.state()
        found = [alert for alert in state.alerts.values() if _alert_matches(state, alert, where)]
        return page(found, lambda alert: (alert.opened_at, alert.id), order=order, after=after, limit=limit)

    async def open_of(self, pipeline_ids: Sequence[UUID], *, for_update: bool = False) -> Sequence[Alert]:
        state, asked = await self._work.state(), frozenset(pipeline_ids)
        found = [state.alerts[alert_id] for (pipeline, _), alert_id in state.open_alerts.items() if pipeline in asked]
        return tuple(sorted(found, key=lambda alert: alert.id))

    async def open_counts(self, pipeline_ids: Sequence[UUID]) -> Mapping[UUID, int]:
        asked = frozenset(pipeline_ids)
        return Counter(pipeline for pipeline, _ in (await self._work.state()).open_alerts if pipeline in asked)

    async def open_by_type(self) -> Mapping[RuleType, int]:
        state = await self._work.state()
        return Counter(state.alerts[alert_id].rule_type for alert_id in state.open_alerts.values())


def _rule_matches(rule: AlertRule, where: AlertRuleFilter) -> bool:
    return (
        (where.client_id is None or rule.scope.client_id == where.client_id)
        and (where.pipeline_id is None or rule.scope.pipeline_id == where.pipeline_id)
        and (where.rule_type is None or rule.rule_type is where.rule_type)
        and (where.is_enabled is None or rule.is_enabled is where.is_enabled)
    )


def _alert_matches(state: AlertsState, alert: Alert, where: AlertFilter) -> bool:
    return (
        (where.is_open is None or alert.is_open is where.is_open)
        and (where.client_id is None or state.pipelines[alert.pipeline_id].client_id == where.client_id)
        and (where.pipeline_id is None or alert.pipeline_id == where.pipeline_id)
        and (where.rule_id is None or alert.rule_id == where.rule_id)
        and (where.rule_type is None or alert.rule_type is where.rule_type)
        and (where.is_acknowledged is None or (alert.acknowledged_at is not None) is where.is_acknowledged)
    )


def _fit(work: Work) -> tuple[AlertRuleRepository, AlertRepository]:
    return MemoryAlertRules(work), MemoryAlerts(work)
