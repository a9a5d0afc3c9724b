"""SummariseClient, PipelinesHealth and GetPipelineState: how pipelines are at present."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from forebay.application.pipelines.windows import SUMMARY_DAYS, window_of
from forebay.application.ports.clock import Clock
from forebay.application.ports.pipelines import (
    Extent,
    PipelineFilter,
    PipelinesUnitOfWork,
    PipelinesUnitOfWorkFactory,
)
from forebay.domain.paging import (
    DEFAULT_LIMIT,
    MAX_LIMIT,
    Page,
    Position,
    SortOrder,
    check_limit,
    decode_cursor,
    encode_cursor,
)
from forebay.domain.pipelines.client import Client
from forebay.domain.pipelines.figures import ClientSummary, PipelineState
from forebay.domain.pipelines.health import Health, LatestRuns, due_at, health
from forebay.domain.pipelines.pipeline import Pipeline

_WORST_FIRST = {state: rank for rank, state in enumerate(Health)}
_NO_RUNS = LatestRuns()


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryQuery:
    """`since` inclusive, `until` exclusive; None: the last 7 days until now."""

    client_id: UUID
    since: datetime | None = None
    until: datetime | None = None


class SummariseClient:
    """A client with its enabled pipelines as they are now, and figures of their runs in a window.

    ClientNotFoundError; InvalidInputError when since does not lie before until.
    """

    def __init__(self, *, unit_of_work: PipelinesUnitOfWorkFactory, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    async def __call__(self, query: SummaryQuery) -> ClientSummary:
        now = self._clock.now()
        window = window_of(query.since, query.until, at=now, days=SUMMARY_DAYS)
        async with self._unit_of_work(write=False) as work:
            client = await work.clients.get(query.client_id)
            pipelines = await _all(work, PipelineFilter(client_id=client.id, is_active=True))
            states = await _states(work, pipelines, {client.id: client}, at=now)
            figures = await work.figures.figures(Extent(client_id=client.id), window)
        states.sort(key=lambda state: (_WORST_FIRST[state.health], state.pipeline.name.casefold()))
        return ClientSummary(client=client, window=window, figures=figures, pipelines=tuple(states))


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelinesHealthQuery:
    """`health`: only pipelines that are so. `where.is_active` None: enabled ones. `cursor`: of the page before."""

    where: PipelineFilter = field(default_factory=PipelineFilter)
    health: frozenset[Health] = frozenset()
    order: SortOrder = SortOrder.ASC
    cursor: str | None = None
    limit: int = DEFAULT_LIMIT


class PipelinesHealth:
    """Pipelines across clients as they are now, by (created_at, id).

    CursorError; ClientNotFoundError when the filter names a client that does not exist.
    """

    def __init__(self, *, unit_of_work: PipelinesUnitOfWorkFactory, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    async def __call__(self, query: PipelinesHealthQuery) -> Page[PipelineState]:
        limit = check_limit(query.limit)
        after = decode_cursor(query.cursor, query.order) if query.cursor is not None else None
        where = query.where if query.where.is_active is not None else replace(query.where, is_active=True)
        now = self._clock.now()
        found: list[PipelineState] = []
        step = limit + 1 if not query.health else MAX_LIMIT
        async with self._unit_of_work(write=False) as work:
            if where.client_id is not None:
                await work.clients.get(where.client_id)
            while len(found) <= limit:
                pipelines = await work.pipelines.list(where, order=query.order, after=after, limit=step)
                clients = await work.clients.get_many(list({pipeline.client_id for pipeline in pipelines}))
                states = await _states(work, pipelines, clients, at=now)
                found.extend(state for state in states if not query.health or state.health in query.health)
                if len(pipelines) < step:
                    break
                after = Position(at=pipelines[-1].created_at, id=pipelines[-1].id)
        last = found[limit - 1].pipeline if len(found) > limit else None
        cursor = encode_cursor(Position(at=last.created_at, id=last.id), query.order) if last else None
        return Page(items=tuple(found[:limit]), next_cursor=cursor)


class GetPipelineState:
    """One pipeline as it is now. PipelineNotFoundError."""

    def __init__(self, *, unit_of_work: PipelinesUnitOfWorkFactory, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    async def __call__(self, pipeline_id: UUID) -> PipelineState:
        async with self._unit_of_work(write=False) as work:
            pipeline = await work.pipelines.get(pipeline_id)
            clients = await work.clients.get_many([pipeline.client_id])
            [state] = await _states(work, [pipeline], clients, at=self._clock.now())
        return state


async def _all(work: PipelinesUnitOfWork, where: PipelineFilter) -> list[Pipeline]:
    found: list[Pipeline] = []
    after: Position | None = None
    while True:
        page = await work.pipelines.list(where, order=SortOrder.ASC, after=after, limit=MAX_LIMIT)
        found.extend(page)
        if len(page) < MAX_LIMIT:
            return found
        after = Position(at=page[-1].created_at, id=page[-1].id)


async def _states(
    work: PipelinesUnitOfWork, pipelines: Sequence[Pipeline], clients: Mapping[UUID, Client], *, at: datetime
) -> list[PipelineState]:
    ids = [pipeline.id for pipeline in pipelines]
    runs = await work.figures.latest_runs(ids) if ids else {}
    alerts = await work.alerts.open_counts(ids) if ids else {}
    states = []
    for pipeline in pipelines:
        client, known = clients[pipeline.client_id], runs.get(pipeline.id, _NO_RUNS)
        states.append(
            PipelineState(
                pipeline=pipeline,
                client=client,
                latest=known.latest,
                health=health(pipeline, known, client_is_active=client.is_active, at=at),
                due_at=due_at(pipeline, known.last_start),
                open_alerts=alerts.get(pipeline.id, 0),
            )
        )
    return states
