"""Messages about alerts, and pipelines to be looked at, in memory."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from forebay.adapters.memory.work import Work
from forebay.application.ports.pipeline_alerts import DeliveryRepository, PipelineCheckRepository
from forebay.application.ports.signals import Topic
from forebay.domain.errors import NotFoundError
from forebay.domain.pipelines.alert import Delivery


class MemoryDeliveries:
    """Messages. A writer is alone, so there is nothing to lock and nothing to pass over."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(self, *deliveries: Delivery) -> None:
        with self._work.writing():
            for delivery in deliveries:
                (await self._work.state()).add_delivery(delivery)
                self._work.topics.add(Topic.ALERTS)

    async def due(self, *, at: datetime, limit: int) -> Sequence[Delivery]:
        found = [one for one in await self._unsent() if one.not_before <= at]
        return tuple(sorted(found, key=lambda one: (one.not_before, one.id))[:limit])

    async def update(self, delivery: Delivery) -> None:
        with self._work.writing():
            state = await self._work.state()
            before = state.deliveries.get(delivery.id)
            if before is None:
                raise NotFoundError(f"there is no message {delivery.id}")
            state.put_delivery(
                replace(delivery, alert_id=before.alert_id, transition=before.transition, created_at=before.created_at)
            )

    async def of_alert(self, alert_id: UUID) -> Sequence[Delivery]:
        found = [one for one in (await self._work.state()).deliveries.values() if one.alert_id == alert_id]
        return tuple(sorted(found, key=lambda one: (one.created_at, one.id)))

    async def next_due(self) -> datetime | None:
        return min((one.not_before for one in await self._unsent()), default=None)

    async def _unsent(self) -> Sequence[Delivery]:
        return [one for one in (await self._work.state()).deliveries.values() if not one.status.is_final]


class MemoryPipelineChecks:
    """Pipelines to be looked at, each once. A writer is alone: no request can come while others are taken."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def request(self, pipeline_ids: Sequence[UUID], *, at: datetime) -> None:
        with self._work.writing():
            state = await self._work.state()
            for pipeline_id in pipeline_ids:
                if pipeline_id in state.pipelines:
                    state.checks.setdefault(pipeline_id, at)
                    self._work.topics.add(Topic.ALERTS)

    async def take(self, *, limit: int) -> Sequence[UUID]:
        with self._work.writing():
            checks = (await self._work.state()).checks
            taken = sorted(checks, key=lambda pipeline_id: (checks[pipeline_id], pipeline_id))[:limit]
            for pipeline_id in taken:
                del checks[pipeline_id]
        return tuple(taken)

    async def timed(self, *, after: UUID | None, limit: int) -> Sequence[UUID]:
        state = await self._work.state()
        alarming = {pipeline_id for pipeline_id, _ in state.open_alerts}
        found = [
            one.id
            for one in state.pipelines.values()
            if (after is None or one.id > after)
            and (one.schedule.expect_every or one.schedule.finish_grace or one.id in alarming)
        ]
        return tuple(sorted(found)[:limit])


def _fit(work: Work) -> tuple[DeliveryRepository, PipelineCheckRepository]:
    return MemoryDeliveries(work), MemoryPipelineChecks(work)
