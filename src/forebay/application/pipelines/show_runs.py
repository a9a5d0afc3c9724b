"""ListPipelineRuns, GetPipelineRun and LatestRun: what pipelines have reported."""

from dataclasses import dataclass, field
from uuid import UUID

from forebay.application.ports.pipelines import PipelineRunFilter, PipelinesUnitOfWorkFactory
from forebay.domain.paging import DEFAULT_LIMIT, Page, Position, SortOrder, check_limit, decode_cursor, encode_cursor
from forebay.domain.pipelines.errors import NoRunYetError
from forebay.domain.pipelines.run import PipelineRun


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPipelineRunsQuery:
    """`cursor`: the `next_cursor` of the page before, under the same order."""

    pipeline_id: UUID
    where: PipelineRunFilter = field(default_factory=PipelineRunFilter)
    order: SortOrder = SortOrder.DESC
    cursor: str | None = None
    limit: int = DEFAULT_LIMIT


class ListPipelineRuns:
    """By (effective_at, id). PipelineNotFoundError, CursorError."""

    def __init__(self, *, unit_of_work: PipelinesUnitOfWorkFactory) -> None:
        self._unit_of_work = unit_of_work

    async def __call__(self, query: ListPipelineRunsQuery) -> Page[PipelineRun]:
        limit = check_limit(query.limit)
        after = decode_cursor(query.cursor, query.order) if query.cursor is not None else None
        async with self._unit_of_work(write=False) as work:
            await work.pipelines.get(query.pipeline_id)
            found = await work.pipeline_runs.list(
                query.pipeline_id, query.where, order=query.order, after=after, limit=limit + 1
            )
        last = found[limit - 1] if len(found) > limit else None
        cursor = encode_cursor(Position(at=last.effective_at, id=last.id), query.order) if last else None
        return Page(items=tuple(found[:limit]), next_cursor=cursor)


class GetPipelineRun:
    """PipelineRunNotFoundError."""

    def __init__(self, *, unit_of_work: PipelinesUnitOfWorkFactory) -> None:
        self._unit_of_work = unit_of_work

    async def __call__(self, pipeline_id: UUID, run_id: UUID) -> PipelineRun:
        async with self._unit_of_work(write=False) as work:
            return await work.pipeline_runs.get(pipeline_id, run_id)


class LatestRun:
    """The latest run of a pipeline. NoRunYetError when there is none; PipelineNotFoundError."""

    def __init__(self, *, unit_of_work: PipelinesUnitOfWorkFactory) -> None:
        self._unit_of_work = unit_of_work

    async def __call__(self, pipeline_id: UUID) -> PipelineRun:
        async with self._unit_of_work(write=False) as work:
            run = await work.pipeline_runs.latest(pipeline_id)
            if run is None:
                pipeline = await work.pipelines.get(pipeline_id)
                raise NoRunYetError(f"pipeline {pipeline.name!r} has not reported a run yet")
        return run
