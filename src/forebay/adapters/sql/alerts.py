"""Alerts in SQL."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, func, insert, not_, select, update

from forebay.adapters.sql.alerts_rows import ALERT_IS_FOR_EVER, alert_of, alert_values
from forebay.adapters.sql.alerts_tables import IS_OPEN, alerts
from forebay.adapters.sql.batches import among, fetch_among
from forebay.adapters.sql.pages import page
from forebay.adapters.sql.pipelines_tables import pipelines
from forebay.adapters.sql.statements import Statements
from forebay.application.ports.pipeline_alerts import AlertFilter, AlertRepository
from forebay.domain.paging import Position, SortOrder
from forebay.domain.pipelines.alert import Alert
from forebay.domain.pipelines.alert_rule import RuleType
from forebay.domain.pipelines.errors import AlertNotFoundError

_alert = alerts.c
_SELECT = select(alerts)
_INSERT = insert(alerts)
_UPDATE = update(alerts).where(_alert.id == bindparam("alert"))
_GET = _SELECT.where(_alert.id == bindparam("alert"))
_LOCK = _GET.with_for_update(key_share=True)  # messages may refer to it meanwhile
_OPEN_OF = _SELECT.where(IS_OPEN, among(_alert.pipeline_id)).order_by(_alert.id)
_LOCK_OPEN_OF = _OPEN_OF.with_for_update(key_share=True)
_OPEN_COUNTS = (
    select(_alert.pipeline_id, func.count().label("open"))
    .where(IS_OPEN, among(_alert.pipeline_id))
    .group_by(_alert.pipeline_id)
)
_OPEN_BY_TYPE = select(_alert.rule_type, func.count().label("open")).where(IS_OPEN).group_by(_alert.rule_type)


class SqlAlerts:
    """Alerts."""

    def __init__(self, statements: Statements) -> None:
        self._do = statements

    async def add(self, *alerts: Alert) -> None:
        if alerts:
            await self._do.write_many(_INSERT, [alert_values(alert) for alert in alerts])

    async def get(self, alert_id: UUID, *, for_update: bool = False) -> Alert:
        row = await self._do.first(_LOCK if for_update else _GET, {"alert": alert_id})
        if row is None:
            raise _no_alert(alert_id)
        return alert_of(row)

    async def update(self, alert: Alert) -> None:
        row = alert_values(alert)
        values = {name: value for name, value in row.items() if name not in ALERT_IS_FOR_EVER}
        if not await self._do.write(_UPDATE, {**values, "alert": alert.id}, about=row):
            raise _no_alert(alert.id)

    async def list(
        self, where: AlertFilter, *, order: SortOrder, after: Position | None, limit: int
    ) -> Sequence[Alert]:
        found = _SELECT.where(*_conditions(where))
        statement, values = page(found, (_alert.opened_at, _alert.id), order=order, after=after, limit=limit)
        return tuple(alert_of(row) for row in await self._do.fetch(statement, values))

    async def open_of(self, pipeline_ids: Sequence[UUID], *, for_update: bool = False) -> Sequence[Alert]:
        rows = await fetch_among(self._do, _LOCK_OPEN_OF if for_update else _OPEN_OF, pipeline_ids)
        return tuple(sorted((alert_of(row) for row in rows), key=lambda alert: alert.id))

    async def open_counts(self, pipeline_ids: Sequence[UUID]) -> Mapping[UUID, int]:
        return {row.pipeline_id: row.open for row in await fetch_among(self._do, _OPEN_COUNTS, pipeline_ids)}

    async def open_by_type(self) -> Mapping[RuleType, int]:
        return {RuleType(row.rule_type): row.open for row in await self._do.fetch(_OPEN_BY_TYPE)}


def _conditions(where: AlertFilter) -> Iterator[ColumnElement[bool]]:
    if where.is_open is not None:
        closed = _alert.closed_at.is_not(None)
        yield not_(closed) if where.is_open else closed
    if where.client_id is not None:
        yield _alert.pipeline_id.in_(select(pipelines.c.id).where(pipelines.c.client_id == where.client_id))
    if where.pipeline_id is not None:
        yield _alert.pipeline_id == where.pipeline_id
    if where.rule_id is not None:
        yield _alert.rule_id == where.rule_id
    if where.rule_type is not None:
        yield _alert.rule_type == where.rule_type.value
    if where.is_acknowledged is not None:
        acknowledged = _alert.acknowledged_at.is_not(None)
        yield acknowledged if where.is_acknowledged else not_(acknowledged)


def _no_alert(alert_id: UUID) -> AlertNotFoundError:
    return AlertNotFoundError(f"there is no alert {alert_id}")


def _fits(statements: Statements) -> AlertRepository:
    return SqlAlerts(statements)
