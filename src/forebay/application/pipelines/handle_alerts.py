"""ListAlerts, GetAlert, CountOpenAlerts, AcknowledgeAlert and MuteAlert."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from forebay.application.ports.clock import Clock
from forebay.application.ports.pipelines import AlertFilter, PipelinesUnitOfWork, PipelinesUnitOfWorkFactory
from forebay.domain.errors import InvalidInputError
from forebay.domain.paging import DEFAULT_LIMIT, Page, Position, SortOrder, check_limit, decode_cursor, encode_cursor
from forebay.domain.pipelines.alert import Alert, Delivery
from forebay.domain.pipelines.alert_rule import RuleType
from forebay.domain.pipelines.client import Client
from forebay.domain.pipelines.pipeline import Pipeline
from forebay.domain.pipelines.texts import parse_name

_LONGEST_BY = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownAlert:
    """An alert with the pipeline that it is about. `deliveries`: the messages about it; of one alert only."""

    alert: Alert
    pipeline: Pipeline
    client: Client
    deliveries: tuple[Delivery, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAlertsQuery:
    """`cursor`: the `next_cursor` of the page before, under the same order."""

    where: AlertFilter = field(default_factory=AlertFilter)
    order: SortOrder = SortOrder.DESC
    cursor: str | None = None
    limit: int = DEFAULT_LIMIT


class ListAlerts:
    """By (opened_at, id). CursorError."""

    def __init__(self, *, unit_of_work: PipelinesUnitOfWorkFactory) -> None:
        self._unit_of_work = unit_of_work

    async def __call__(self, query: ListAlertsQuery) -> Page[ShownAlert]:
        limit = check_limit(query.limit)
        after = decode_cursor(query.cursor, query.order) if query.cursor is not None else None
        async with self._unit_of_work(write=False) as work:
            found = await work.alerts.list(query.where, order=query.order, after=after, limit=limit + 1)
            shown = tuple(found[:limit])
            pipelines = await work.pipelines.get_many(sorted({alert.pipeline_id for alert in shown}))
            clients = await work.clients.get_many(sorted({pipeline.client_id for pipeline in pipelines.values()}))
        last = shown[-1] if len(found) > limit else None
        cursor = encode_cursor(Position(at=last.opened_at, id=last.id), query.order) if last else None
        items = tuple(
            ShownAlert(alert=alert, pipeline=pipeline, client=clients[pipeline.client_id])
            for alert in shown
            for pipeline in (pipelines[alert.pipeline_id],)
        )
        return Page(items=items, next_cursor=cursor)


class GetAlert:
    """With the messages about it. AlertNotFoundError."""

    def __init__(self, *, unit_of_work: PipelinesUnitOfWorkFactory) -> None:
        self._unit_of_work = unit_of_work

    async def __call__(self, alert_id: UUID) -> ShownAlert:
        async with self._unit_of_work(write=False) as work:
            return await _shown(work, await work.alerts.get(alert_id))


class CountOpenAlerts:
    """How many are open, by type of rule."""

    def __init__(self, *, unit_of_work: PipelinesUnitOfWorkFactory) -> None:
        self._unit_of_work = unit_of_work

    async def __call__(self) -> Mapping[RuleType, int]:
        async with self._unit_of_work(write=False) as work:
            return await work.alerts.open_by_type()


class AcknowledgeAlert:
    """Says that somebody has taken it on; the first one stays. AlertNotFoundError, AlertClosedError."""

    def __init__(self, *, unit_of_work: PipelinesUnitOfWorkFactory, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    async def __call__(self, alert_id: UUID, *, by: str | None = None) -> ShownAlert:
        who = None if by is None else parse_name(by, field="by", limit=_LONGEST_BY)
        async with self._unit_of_work() as work:
            before = await work.alerts.get(alert_id, for_update=True)
            alert = before.acknowledged(who, at=self._clock.now())
            if alert is not before:
                await work.alerts.update(alert)
            shown = await _shown(work, alert)
            await work.commit()
        return shown


class MuteAlert:
    """No messages about it until then; None: no longer muted. AlertNotFoundError, AlertClosedError.

    InvalidInputError for a time that has passed.
    """

    def __init__(self, *, unit_of_work: PipelinesUnitOfWorkFactory, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    async def __call__(self, alert_id: UUID, *, until: datetime | None) -> ShownAlert:
        now = self._clock.now()
        if until is not None and until <= now:
            raise InvalidInputError(f"expected a time after now ({now.isoformat(timespec='seconds')})", field="until")
        async with self._unit_of_work() as work:
            alert = (await work.alerts.get(alert_id, for_update=True)).muted(until, at=now)
            await work.alerts.update(alert)
            shown = await _shown(work, alert)
            await work.commit()
        return shown


async def _shown(work: PipelinesUnitOfWork, alert: Alert) -> ShownAlert:
    pipeline = await work.pipelines.get(alert.pipeline_id)
    client = await work.clients.get(pipeline.client_id)
    deliveries = await work.deliveries.of_alert(alert.id)
    return ShownAlert(alert=alert, pipeline=pipeline, client=client, deliveries=tuple(deliveries))
