"""Messages about alerts, to be sent, in SQL."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update

from forebay.adapters.sql.alerts_rows import DELIVERY_IS_FOR_EVER, delivery_of, delivery_values
from forebay.adapters.sql.alerts_tables import TO_BE_SENT, alert_deliveries
from forebay.adapters.sql.outbox import Outbox
from forebay.adapters.sql.statements import Statements
from forebay.application.ports.pipeline_alerts import DeliveryRepository
from forebay.application.ports.signals import Topic
from forebay.domain.errors import NotFoundError
from forebay.domain.pipelines.alert import Delivery

_delivery = alert_deliveries.c
_SELECT = select(alert_deliveries)
_INSERT = insert(alert_deliveries)
_UPDATE = update(alert_deliveries).where(_delivery.id == bindparam("delivery"))
_DUE = (
    _SELECT.where(TO_BE_SENT, _delivery.not_before <= bindparam("now"))
    .order_by(_delivery.not_before, _delivery.id)
    .limit(bindparam("most"))
    .with_for_update(key_share=True, skip_locked=True)
)
_OF_ALERT = _SELECT.where(_delivery.alert_id == bindparam("alert")).order_by(_delivery.created_at, _delivery.id)
_NEXT_DUE = select(_delivery.not_before).where(TO_BE_SENT).order_by(_delivery.not_before).limit(1)


class SqlDeliveries:
    """Messages. On SQLite there is one writer: nothing to lock and nothing to pass over."""

    def __init__(self, statements: Statements, outbox: Outbox) -> None:
        self._do = statements
        self._outbox = outbox

    async def add(self, *deliveries: Delivery) -> None:
        if deliveries:
            await self._do.write_many(_INSERT, [delivery_values(delivery) for delivery in deliveries])
            self._outbox.topics.add(Topic.ALERTS)

    async def due(self, *, at: datetime, limit: int) -> Sequence[Delivery]:
        return tuple(delivery_of(row) for row in await self._do.fetch(_DUE, {"now": at, "most": limit}))

    async def update(self, delivery: Delivery) -> None:
        row = delivery_values(delivery)
        values = {name: value for name, value in row.items() if name not in DELIVERY_IS_FOR_EVER}
        if not await self._do.write(_UPDATE, {**values, "delivery": delivery.id}, about=row):
            raise NotFoundError(f"there is no message {delivery.id}")

    async def of_alert(self, alert_id: UUID) -> Sequence[Delivery]:
        return tuple(delivery_of(row) for row in await self._do.fetch(_OF_ALERT, {"alert": alert_id}))

    async def next_due(self) -> datetime | None:
        row = await self._do.first(_NEXT_DUE)
        due: datetime | None = row.not_before if row is not None else None
        return due


def _fits(statements: Statements, outbox: Outbox) -> DeliveryRepository:
    return SqlDeliveries(statements, outbox)
