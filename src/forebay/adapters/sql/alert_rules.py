"""Alert rules in SQL."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, insert, select, update

from forebay.adapters.sql.alerts_rows import RULE_IS_FOR_EVER, rule_of, rule_values
from forebay.adapters.sql.alerts_tables import alert_rules
from forebay.adapters.sql.pages import page
from forebay.adapters.sql.statements import Statements
from forebay.application.ports.pipeline_alerts import AlertRuleFilter, AlertRuleRepository
from forebay.domain.paging import Position, SortOrder
from forebay.domain.pipelines.alert_rule import AlertRule
from forebay.domain.pipelines.errors import AlertRuleNotFoundError

_rule = alert_rules.c
_SELECT = select(alert_rules)
_INSERT = insert(alert_rules)
_UPDATE = update(alert_rules).where(_rule.id == bindparam("rule"))
_GET = _SELECT.where(_rule.id == bindparam("rule"))
_LOCK = _GET.with_for_update(key_share=True)  # alerts may refer to it meanwhile
_ENABLED = _SELECT.where(_rule.is_enabled).order_by(_rule.created_at, _rule.id)


class SqlAlertRules:
    """Alert rules."""

    def __init__(self, statements: Statements) -> None:
        self._do = statements

    async def add(self, rule: AlertRule) -> None:
        await self._do.write(_INSERT, rule_values(rule))

    async def get(self, rule_id: UUID, *, for_update: bool = False) -> AlertRule:
        row = await self._do.first(_LOCK if for_update else _GET, {"rule": rule_id})
        if row is None:
            raise _no_rule(rule_id)
        return rule_of(row)

    async def update(self, rule: AlertRule) -> None:
        row = rule_values(rule)
        values = {name: value for name, value in row.items() if name not in RULE_IS_FOR_EVER}
        if not await self._do.write(_UPDATE, {**values, "rule": rule.id}, about=row):
            raise _no_rule(rule.id)

    async def list(
        self, where: AlertRuleFilter, *, order: SortOrder, after: Position | None, limit: int
    ) -> Sequence[AlertRule]:
        found = _SELECT.where(*_conditions(where))
        statement, values = page(found, (_rule.created_at, _rule.id), order=order, after=after, limit=limit)
        return tuple(rule_of(row) for row in await self._do.fetch(statement, values))

    async def enabled(self) -> Sequence[AlertRule]:
        return tuple(rule_of(row) for row in await self._do.fetch(_ENABLED))


def _conditions(where: AlertRuleFilter) -> Iterator[ColumnElement[bool]]:
    if where.client_id is not None:
        yield _rule.client_id == where.client_id
    if where.pipeline_id is not None:
        yield _rule.pipeline_id == where.pipeline_id
    if where.rule_type is not None:
        yield _rule.rule_type == where.rule_type.value
    if where.is_enabled is not None:
        yield _rule.is_enabled == where.is_enabled


def _no_rule(rule_id: UUID) -> AlertRuleNotFoundError:
    return AlertRuleNotFoundError(f"there is no alert rule {rule_id}")


def _fits(statements: Statements) -> AlertRuleRepository:
    return SqlAlertRules(statements)
