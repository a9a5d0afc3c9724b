"""Pipelines to be looked at, in SQL."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, delete, func, insert, or_, select

from forebay.adapters.sql.alerts_tables import IS_OPEN, alerts, pipeline_checks
from forebay.adapters.sql.batches import among, fetch_among, write_among
from forebay.adapters.sql.column_types import UtcTime
from forebay.adapters.sql.outbox import Outbox
from forebay.adapters.sql.pipelines_tables import pipelines
from forebay.adapters.sql.statements import Statements
from forebay.application.ports.pipeline_alerts import PipelineCheckRepository
from forebay.application.ports.signals import Topic

_check = pipeline_checks.c
_REQUEST = insert(pipeline_checks).from_select(
    ["pipeline_id", "requested_at"],
    select(pipelines.c.id, bindparam("at", type_=UtcTime())).where(among(pipelines.c.id)).order_by(pipelines.c.id),
)
_asked = (
    select(_check.pipeline_id, func.min(_check.position).label("first")).group_by(_check.pipeline_id).subquery("asked")
)
_HOLD = (
    select(pipelines.c.id)
    .join(_asked, _asked.c.pipeline_id == pipelines.c.id)
    .order_by(_asked.c.first)
    .limit(bindparam("most"))
    .with_for_update(of=pipelines, key_share=True, skip_locked=True)
)
_STILL_ASKED = select(_check.pipeline_id).where(among(_check.pipeline_id)).distinct()
_FORGET = delete(pipeline_checks).where(among(_check.pipeline_id))
_TIMED = (
    select(pipelines.c.id)
    .where(
        or_(
            pipelines.c.expect_every_seconds.is_not(None),
            pipelines.c.finish_grace_seconds.is_not(None),
            select(alerts.c.id).where(alerts.c.pipeline_id == pipelines.c.id, IS_OPEN).exists(),
        )
    )
    .order_by(pipelines.c.id)
    .limit(bindparam("most"))
)


class SqlPipelineChecks:
    """Who takes a request holds its pipeline until the end of the unit of work, so that nobody takes another one of it

    meanwhile. On SQLite there is one writer: nothing to hold.
    """

    def __init__(self, statements: Statements, outbox: Outbox) -> None:
        self._do = statements
        self._outbox = outbox

    async def request(self, pipeline_ids: Sequence[UUID], *, at: datetime) -> None:
        if await write_among(self._do, _REQUEST, pipeline_ids, {"at": at}):
            self._outbox.topics.add(Topic.ALERTS)

    async def take(self, *, limit: int) -> Sequence[UUID]:
        self._do.check()
        taken: list[UUID] = []
        while (most := limit - len(taken)) > 0:
            held = [row.id for row in await self._do.fetch(_HOLD, {"most": most})]
            # Some may have been taken by others between the look and the lock. What is asked for after this look is
            # not forgotten: it may be about what this unit of work does not see.
            asked = {row.pipeline_id for row in await fetch_among(self._do, _STILL_ASKED, held)}
            await write_among(self._do, _FORGET, asked)
            taken += (pipeline_id for pipeline_id in held if pipeline_id in asked)
            if len(held) < most:
                break
        return tuple(taken)

    async def timed(self, *, after: UUID | None, limit: int) -> Sequence[UUID]:
        statement = _TIMED if after is None else _TIMED.where(pipelines.c.id > after)
        return tuple(row.id for row in await self._do.fetch(statement, {"most": limit}))


def _fits(statements: Statements, outbox: Outbox) -> PipelineCheckRepository:
    return SqlPipelineChecks(statements, outbox)
