"""Jobs in SQL."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, delete, func, insert, select, tuple_, update

from forebay.adapters.sql.column_types import RowId, UtcTime
from forebay.adapters.sql.outbox import Outbox
from forebay.adapters.sql.processing_rows import JOB_IS_FOR_EVER, job_of, job_values
from forebay.adapters.sql.processing_tables import artifacts, jobs
from forebay.adapters.sql.rows import storable
from forebay.adapters.sql.statements import Statements
from forebay.application.ports.jobs import JobFilter, JobRepository, QueueDepth
from forebay.application.ports.signals import Topic
from forebay.domain.paging import Position, SortOrder
from forebay.domain.processing.errors import JobNotFoundError
from forebay.domain.processing.job import Job, JobStatus

_job = jobs.c
_SELECT = select(jobs)
_INSERT = insert(jobs)
_UPDATE = update(jobs).where(_job.id == bindparam("job_id"))
_GET = _SELECT.where(_job.id == bindparam("job_id"))
_LOCK = _GET.with_for_update(key_share=True)  # steps and events may refer to it meanwhile
# An expression, so that no planner goes along the index on the kind, which has all jobs that ever were.
_KINDS = _job.kind.concat("").in_(bindparam("kinds", expanding=True))
_is_due = _job.due_at <= bindparam("now")
_DUE = _SELECT.where(_is_due, _KINDS).order_by(_job.due_at, _job.id).limit(bindparam("most"))
_CLAIM = _DUE.with_for_update(key_share=True, skip_locked=True)
_NEXT_DUE = select(_job.due_at).where(_job.due_at.is_not(None), _KINDS).order_by(_job.due_at).limit(1)
_BY_KEY = _SELECT.where(_job.idempotency_key_hash == bindparam("key_hash"))
_ACTIVE = _SELECT.where(_job.run_id == bindparam("run"), _job.due_at.is_not(None)).order_by(_job.created_at, _job.id)
_ACTIVE_SUBJECT = _SELECT.where(_job.subject == bindparam("subject"), _job.due_at.is_not(None)).order_by(
    _job.created_at, _job.id
)
_DEPTH = select(  # without GROUP BY, for which SQLite would go along the index on the status
    func.count().filter(_job.status == JobStatus.QUEUED.value).label("queued"),
    func.count().filter(_job.status == JobStatus.RUNNING.value).label("running"),
    func.count().filter(_is_due).label("due"),
    func.min(_job.due_at).filter(_is_due).label("oldest_due"),
).where(_job.due_at.is_not(None))
_DEPTH_OF_KINDS = _DEPTH.where(_KINDS)
_OLD = (
    select(_job.id)
    .where(
        _job.subject.is_not(None),
        _job.due_at.is_(None),
        _job.finished_at < bindparam("before"),
        ~select(artifacts.c.id).where(artifacts.c.job_id == _job.id).exists(),
    )
    .limit(bindparam("most"))
)
_PRUNE = delete(jobs).where(_job.id.in_(_OLD))
_PLACE = tuple_(bindparam("at", type_=UtcTime()), bindparam("last_id", type_=RowId()))


class SqlJobs:
    """Jobs. On SQLite there is one writer: nothing to lock and nothing to pass over."""

    def __init__(self, statements: Statements, outbox: Outbox) -> None:
        self._do = statements
        self._outbox = outbox

    async def add(self, job: Job) -> None:
        await self._do.write(_INSERT, job_values(job))
        self._outbox.topics.add(Topic.JOBS)

    async def get(self, job_id: UUID, *, for_update: bool = False) -> Job:
        row = await self._do.first(_LOCK if for_update else _GET, {"job_id": job_id})
        if row is None:
            raise _no_job(job_id)
        return job_of(row)

    async def update(self, job: Job) -> None:
        row = job_values(job)
        values = {name: value for name, value in row.items() if name not in JOB_IS_FOR_EVER}
        if not await self._do.write(_UPDATE, {**values, "job_id": job.id}, about=row):
            raise _no_job(job.id)
        if job.status is JobStatus.QUEUED or job.cancel_requested:
            self._outbox.topics.add(Topic.JOBS)

    async def find_claimable(self, *, at: datetime, kinds: Sequence[str]) -> Job | None:
        row = await self._do.first(_CLAIM, {"now": at, "kinds": list(kinds), "most": 1})
        return job_of(row) if row is not None else None

    async def list_claimable(self, *, at: datetime, kinds: Sequence[str], limit: int) -> Sequence[Job]:
        rows = await self._do.fetch(_DUE, {"now": at, "kinds": list(kinds), "most": limit})
        return tuple(job_of(row) for row in rows)

    async def next_due(self, *, kinds: Sequence[str]) -> datetime | None:
        row = await self._do.first(_NEXT_DUE, {"kinds": list(kinds)})
        due: datetime | None = row.due_at if row is not None else None
        return due

    async def find_by_key(self, key_hash: str) -> Job | None:
        if not storable(key_hash):
            return None
        row = await self._do.first(_BY_KEY, {"key_hash": key_hash})
        return job_of(row) if row is not None else None

    async def list(self, where: JobFilter, *, order: SortOrder, after: Position | None, limit: int) -> Sequence[Job]:
        if not (storable(where.kind) and storable(where.subject)):
            return ()
        columns = (_job.created_at, _job.id)
        newest_first = order is SortOrder.DESC
        statement = _SELECT.where(*_conditions(where))
        values: dict[str, object] = {}
        if after is not None:
            place = tuple_(*columns)
            statement = statement.where(place < _PLACE if newest_first else place > _PLACE)
            values = {"at": after.at, "last_id": after.id}
        statement = statement.order_by(*(c.desc() if newest_first else c.asc() for c in columns)).limit(limit)
        return tuple(job_of(row) for row in await self._do.fetch(statement, values))

    async def active_of_run(self, run_id: UUID) -> Sequence[Job]:
        return tuple(job_of(row) for row in await self._do.fetch(_ACTIVE, {"run": run_id}))

    async def active_of_subject(self, subject: str) -> Sequence[Job]:
        if not storable(subject):
            return ()
        return tuple(job_of(row) for row in await self._do.fetch(_ACTIVE_SUBJECT, {"subject": subject}))

    async def prune(self, *, before: datetime, limit: int) -> int:
        return await self._do.write(_PRUNE, {"before": before, "most": limit})

    async def depth(self, *, at: datetime, kinds: Sequence[str] | None = None) -> QueueDepth:
        if kinds is None:
            (row,) = await self._do.fetch(_DEPTH, {"now": at})
        else:
            (row,) = await self._do.fetch(_DEPTH_OF_KINDS, {"now": at, "kinds": list(kinds)})
        return QueueDepth(queued=row.queued, running=row.running, due=row.due, oldest_due=row.oldest_due)


def _conditions(where: JobFilter) -> Iterator[ColumnElement[bool]]:
    if where.run_id is not None:
        yield _job.run_id == where.run_id
    if where.subject is not None:
        yield _job.subject == where.subject
    if where.kind is not None:
        yield _job.kind == where.kind
    if where.status is not None:
        yield _job.status == where.status.value
    if where.created_after is not None:
        yield _job.created_at >= where.created_after
    if where.created_before is not None:
        yield _job.created_at < where.created_before


def _no_job(job_id: UUID) -> JobNotFoundError:
    return JobNotFoundError(f"there is no job {job_id}")


def _fits(statements: Statements, outbox: Outbox) -> JobRepository:
    return SqlJobs(statements, outbox)
