"""ListJobs, GetJob, ListArtifacts, ListModels and QueueStatus: what there is to see of jobs."""

from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

from forebay.application.ports.clock import Clock
from forebay.application.ports.jobs import JobFilter, QueueDepth
from forebay.application.ports.processing import ProcessingUnitOfWorkFactory
from forebay.domain.paging import (
    DEFAULT_LIMIT,
    Page,
    Position,
    SortOrder,
    check_limit,
    decode_cursor,
    decode_id_cursor,
    encode_cursor,
    encode_id_cursor,
)
from forebay.domain.processing.artifact import Artifact
from forebay.domain.processing.job import Job
from forebay.domain.processing.model import Model
from forebay.domain.processing.step import Step, StepStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class ListJobsQuery:
    """`cursor`: the `next_cursor` of the page before, under the same order."""

    where: JobFilter = field(default_factory=JobFilter)
    order: SortOrder = SortOrder.DESC
    cursor: str | None = None
    limit: int = DEFAULT_LIMIT


@dataclass(frozen=True, slots=True, kw_only=True)
class JobWithSteps:
    """A job, its steps in order (none before its first attempt), and how many steps are in each status."""

    job: Job
    steps: tuple[Step, ...]

    @property
    def summary(self) -> dict[StepStatus, int]:
        counts = Counter(step.status for step in self.steps)
        return {status: counts[status] for status in StepStatus}


class ListJobs:
    """Keyset paging: jobs that come meanwhile neither repeat nor hide one. CursorError for a cursor not ours."""

    def __init__(self, *, unit_of_work: ProcessingUnitOfWorkFactory) -> None:
        self._unit_of_work = unit_of_work

    async def __call__(self, query: ListJobsQuery) -> Page[Job]:
        limit = check_limit(query.limit)
        after = decode_cursor(query.cursor, query.order) if query.cursor is not None else None
        async with self._unit_of_work(write=False) as work:
            jobs = await work.jobs.list(query.where, order=query.order, after=after, limit=limit + 1)
        shown = tuple(jobs[:limit])
        last = shown[-1] if len(jobs) > limit else None
        cursor = encode_cursor(Position(at=last.created_at, id=last.id), query.order) if last else None
        return Page(items=shown, next_cursor=cursor)


class GetJob:
    """JobNotFoundError when there is none."""

    def __init__(self, *, unit_of_work: ProcessingUnitOfWorkFactory) -> None:
        self._unit_of_work = unit_of_work

    async def __call__(self, job_id: UUID) -> JobWithSteps:
        async with self._unit_of_work(write=False) as work:
            job = await work.jobs.get(job_id)
            steps = await work.steps.list(job_id)
        return JobWithSteps(job=job, steps=tuple(steps))


class ListArtifacts:
    """The artifacts of a job in the order in which they were made. JobNotFoundError, CursorError."""

    def __init__(self, *, unit_of_work: ProcessingUnitOfWorkFactory) -> None:
        self._unit_of_work = unit_of_work

    async def __call__(self, job_id: UUID, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT) -> Page[Artifact]:
        check_limit(limit)
        after = decode_id_cursor(cursor) if cursor is not None else None
        async with self._unit_of_work(write=False) as work:
            await work.jobs.get(job_id)
            found = await work.artifacts.list(job_id, after=after, limit=limit + 1)
        shown = tuple(found[:limit])
        return Page(items=shown, next_cursor=encode_id_cursor(shown[-1].id) if len(found) > limit else None)


class ListModels:
    """The models that steps have used, in the order of their first use. CursorError."""

    def __init__(self, *, unit_of_work: ProcessingUnitOfWorkFactory) -> None:
        self._unit_of_work = unit_of_work

    async def __call__(self, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT) -> Page[Model]:
        check_limit(limit)
        after = decode_id_cursor(cursor) if cursor is not None else None
        async with self._unit_of_work(write=False) as work:
            found = await work.models.list(after=after, limit=limit + 1)
        shown = tuple(found[:limit])
        return Page(items=shown, next_cursor=encode_id_cursor(shown[-1].id) if len(found) > limit else None)


class QueueStatus:
    """How much waits for workers."""

    def __init__(self, *, unit_of_work: ProcessingUnitOfWorkFactory, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    async def __call__(self) -> tuple[QueueDepth, float]:
        """And for how many seconds the oldest job has been due; 0.0 when none is."""
        now = self._clock.now()
        async with self._unit_of_work(write=False) as work:
            depth = await work.jobs.depth(at=now)
        age = (now - depth.oldest_due).total_seconds() if depth.oldest_due is not None else 0.0
        return depth, max(0.0, age)
