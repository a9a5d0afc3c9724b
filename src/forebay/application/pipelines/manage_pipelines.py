"""ListPipelines, GetPipeline, CreatePipeline and ChangePipeline."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Literal
from uuid import UUID

from forebay.application.pipelines.revisions import check_revision
from forebay.application.pipelines.sync_cursors import forget_cursors
from forebay.application.ports.clock import Clock
from forebay.application.ports.ids import IdGenerator
from forebay.application.ports.pipelines import PipelineFilter, PipelinesUnitOfWorkFactory
from forebay.domain.paging import DEFAULT_LIMIT, Page, Position, SortOrder, check_limit, decode_cursor, encode_cursor
from forebay.domain.pipelines.pipeline import Environment, Pipeline, PipelineType, Platform, Schedule
from forebay.domain.pipelines.texts import parse_external_id, parse_name


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPipelinesQuery:
    """`cursor`: the `next_cursor` of the page before, under the same order."""

    where: PipelineFilter = field(default_factory=PipelineFilter)
    order: SortOrder = SortOrder.DESC
    cursor: str | None = None
    limit: int = DEFAULT_LIMIT


class ListPipelines:
    """By (created_at, id). CursorError; ClientNotFoundError when the filter names a client that does not exist."""

    def __init__(self, *, unit_of_work: PipelinesUnitOfWorkFactory) -> None:
        self._unit_of_work = unit_of_work

    async def __call__(self, query: ListPipelinesQuery) -> Page[Pipeline]:
        limit = check_limit(query.limit)
        after = decode_cursor(query.cursor, query.order) if query.cursor is not None else None
        async with self._unit_of_work(write=False) as work:
            if query.where.client_id is not None:
                await work.clients.get(query.where.client_id)
            found = await work.pipelines.list(query.where, order=query.order, after=after, limit=limit + 1)
        last = found[limit - 1] if len(found) > limit else None
        cursor = encode_cursor(Position(at=last.created_at, id=last.id), query.order) if last else None
        return Page(items=tuple(found[:limit]), next_cursor=cursor)


class GetPipeline:
    """PipelineNotFoundError when there is none."""

    def __init__(self, *, unit_of_work: PipelinesUnitOfWorkFactory) -> None:
        self._unit_of_work = unit_of_work

    async def __call__(self, pipeline_id: UUID) -> Pipeline:
        async with self._unit_of_work(write=False) as work:
            return await work.pipelines.get(pipeline_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineDraft:
    """What a person says of a new pipeline."""

    client_id: UUID
    name: str
    platform: Platform = Platform.CUSTOM
    external_id: str | None = None
    pipeline_type: PipelineType = PipelineType.INGESTION
    environment: Environment = Environment.PROD
    is_active: bool = True
    schedule: Schedule = field(default_factory=Schedule)


class CreatePipeline:
    """ClientNotFoundError, PipelineExistsError."""

    def __init__(self, *, unit_of_work: PipelinesUnitOfWorkFactory, clock: Clock, ids: IdGenerator) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._ids = ids

    async def __call__(self, draft: PipelineDraft) -> Pipeline:
        now = self._clock.now()
        pipeline = Pipeline(
            id=self._ids.new_id(),
            client_id=draft.client_id,
            name=parse_name(draft.name),
            platform=draft.platform,
            external_id=None if draft.external_id is None else parse_external_id(draft.external_id),
            pipeline_type=draft.pipeline_type,
            environment=draft.environment,
            is_active=draft.is_active,
            schedule=draft.schedule,
            enabled_at=now,
            revision=1,
            created_at=now,
            updated_at=now,
        )
        async with self._unit_of_work() as work:
            await work.clients.get(pipeline.client_id)
            await work.pipelines.add(pipeline)
            await work.commit()
        return pipeline


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePipelineCommand:
    """What is None stays. `external_id`: "" takes it away; `expect_every`, `finish_grace`: zero does.

    `revision`: the one that the change is of; None: any.
    """

    pipeline_id: UUID
    name: str | None = None
    platform: Platform | None = None
    external_id: str | Literal[""] | None = None
    pipeline_type: PipelineType | None = None
    environment: Environment | None = None
    is_active: bool | None = None
    expect_every: timedelta | None = None
    start_grace: timedelta | None = None
    finish_grace: timedelta | None = None
    revision: int | None = None


class ChangePipeline:
    """PipelineNotFoundError, PipelineExistsError, RevisionMismatchError. A change that changes nothing is no revision.

    Whoever enables it starts its schedule anew: no run is missed from before.
    """

    def __init__(self, *, unit_of_work: PipelinesUnitOfWorkFactory, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    async def __call__(self, command: ChangePipelineCommand) -> Pipeline:
        now = self._clock.now()
        async with self._unit_of_work() as work:
            before = await work.pipelines.get(command.pipeline_id, for_update=True)
            check_revision(command.revision, before.revision)
            pipeline = _changed(before, command)
            if pipeline == before:
                return before
            if pipeline.is_active and not before.is_active:
                pipeline = replace(pipeline, enabled_at=now)
            pipeline = replace(pipeline, revision=before.revision + 1, updated_at=now)
            await work.pipelines.update(pipeline)
            if (pipeline.is_active, pipeline.schedule) != (before.is_active, before.schedule):
                await work.checks.request([pipeline.id], at=now)
            if pipeline.external_id != before.external_id:
                await forget_cursors(work, pipeline.id)
            await work.commit()
        return pipeline


def _changed(before: Pipeline, command: ChangePipelineCommand) -> Pipeline:
    external_id = before.external_id
    if command.external_id is not None:
        external_id = parse_external_id(command.external_id) if command.external_id else None
    return replace(
        before,
        name=before.name if command.name is None else parse_name(command.name),
        platform=command.platform or before.platform,
        external_id=external_id,
        pipeline_type=command.pipeline_type or before.pipeline_type,
        environment=command.environment or before.environment,
        is_active=before.is_active if command.is_active is None else command.is_active,
        schedule=Schedule(
            expect_every=_or_none(before.schedule.expect_every, command.expect_every),
            start_grace=before.schedule.start_grace if command.start_grace is None else command.start_grace,
            finish_grace=_or_none(before.schedule.finish_grace, command.finish_grace),
        ),
    )


def _or_none(before: timedelta | None, change: timedelta | None) -> timedelta | None:
    return before if change is None else change or None
