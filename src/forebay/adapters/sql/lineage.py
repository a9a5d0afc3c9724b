"""Jobs and events as OpenLineage has them, in SQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from forebay.adapters.sql.batches import among, fetch_among
from forebay.adapters.sql.pipelines_rows import (
    job_digest,
    lineage_event_of,
    lineage_event_values,
    lineage_job_values,
)
from forebay.adapters.sql.pipelines_tables import lineage_events, lineage_jobs
from forebay.adapters.sql.rows import storable
from forebay.adapters.sql.statements import Statements
from forebay.application.ports.pipeline_records import LineageRepository
from forebay.domain.pipelines.lineage import LineageEvent, LineageJob

_event = lineage_events.c
_JOBS = select(lineage_jobs).where(among(lineage_jobs.c.job_sha256))
_INSERT_JOB = insert(lineage_jobs)
_INSERT_EVENTS = {
    dialect: new.on_conflict_do_nothing(index_elements=["sha256"]).returning(_event.sha256)
    for dialect, new in (("sqlite", sqlite.insert(lineage_events)), ("postgresql", postgresql.insert(lineage_events)))
}
_EVENTS = (
    select(lineage_events)
    .where(_event.pipeline_id == bindparam("pipeline"), _event.external_run_id == bindparam("run"))
    .order_by(_event.event_time.is_(None), _event.event_time, _event.sha256)
    .limit(bindparam("most"))
)
_OLDEST = (
    select(_event.sha256)
    .where(_event.received_at < bindparam("before"))
    .order_by(_event.received_at, _event.sha256)
    .limit(bindparam("most"))
)
_PRUNE = delete(lineage_events).where(_event.sha256.in_(_OLDEST))


class SqlLineage:
    """Jobs and events."""

    def __init__(self, statements: Statements) -> None:
        self._do = statements

    async def pipelines_of(self, jobs: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], UUID]:
        asked = [job_digest(*job) for job in jobs if storable(job[0]) and storable(job[1])]
        return {(row.namespace, row.name): row.pipeline_id for row in await fetch_among(self._do, _JOBS, asked)}

    async def add_job(self, job: LineageJob) -> None:
        await self._do.write(_INSERT_JOB, lineage_job_values(job))

    async def add_events(self, events: Sequence[LineageEvent]) -> frozenset[str]:
        """In the order of their digests, as everybody does, so that nobody waits in a circle."""
        rows = [lineage_event_values(event) for _, event in sorted({one.sha256: one for one in events}.items())]
        if not rows:
            return frozenset()
        return frozenset(row.sha256 for row in await self._do.write_returning(_INSERT_EVENTS[self._do.dialect], rows))

    async def events(self, *, pipeline_id: UUID, external_run_id: str, limit: int) -> Sequence[LineageEvent]:
        if not storable(external_run_id):
            return ()
        rows = await self._do.fetch(_EVENTS, {"pipeline": pipeline_id, "run": external_run_id, "most": limit})
        return tuple(lineage_event_of(row) for row in rows)

    async def prune(self, *, before: datetime, limit: int) -> int:
        return await self._do.write(_PRUNE, {"before": before, "most": limit})


def _fits(statements: Statements) -> LineageRepository:
    return SqlLineage(statements)
