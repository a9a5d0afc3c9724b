"""ListClients, GetClient, CreateClient and ChangeClient."""

from dataclasses import dataclass, field, replace
from uuid import UUID

from forebay.application.pipelines.revisions import check_revision
from forebay.application.ports.clock import Clock
from forebay.application.ports.ids import IdGenerator
from forebay.application.ports.pipelines import ClientFilter, PipelineFilter, PipelinesUnitOfWork
from forebay.application.ports.pipelines import PipelinesUnitOfWorkFactory as UnitOfWorkFactory
from forebay.domain.errors import InvalidInputError
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
from forebay.domain.pipelines.texts import parse_name


@dataclass(frozen=True, slots=True, kw_only=True)
class ListClientsQuery:
    """`cursor`: the `next_cursor` of the page before, under the same order."""

    where: ClientFilter = field(default_factory=ClientFilter)
    order: SortOrder = SortOrder.DESC
    cursor: str | None = None
    limit: int = DEFAULT_LIMIT


class ListClients:
    """By (created_at, id). CursorError."""

    def __init__(self, *, unit_of_work: UnitOfWorkFactory) -> None:
        self._unit_of_work = unit_of_work

    async def __call__(self, query: ListClientsQuery) -> Page[Client]:
        limit = check_limit(query.limit)
        after = decode_cursor(query.cursor, query.order) if query.cursor is not None else None
        async with self._unit_of_work(write=False) as work:
            found = await work.clients.list(query.where, order=query.order, after=after, limit=limit + 1)
        last = found[limit - 1] if len(found) > limit else None
        cursor = encode_cursor(Position(at=last.created_at, id=last.id), query.order) if last else None
        return Page(items=tuple(found[:limit]), next_cursor=cursor)


class GetClient:
    """ClientNotFoundError when there is none."""

    def __init__(self, *, unit_of_work: UnitOfWorkFactory) -> None:
        self._unit_of_work = unit_of_work

    async def __call__(self, client_id: UUID) -> Client:
        async with self._unit_of_work(write=False) as work:
            return await work.clients.get(client_id)


class CreateClient:
    """ClientExistsError when the name is taken, ignoring case."""

    def __init__(self, *, unit_of_work: UnitOfWorkFactory, clock: Clock, ids: IdGenerator) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._ids = ids

    async def __call__(self, name: str, *, is_active: bool = True) -> Client:
        now = self._clock.now()
        client = Client(
            id=self._ids.new_id(),
            name=parse_name(name),
            is_active=is_active,
            revision=1,
            created_at=now,
            updated_at=now,
        )
        async with self._unit_of_work() as work:
            await work.clients.add(client)
            await work.commit()
        return client


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeClientCommand:
    """What is None stays. `revision`: the one that the change is of; None: whichever it is."""

    client_id: UUID
    name: str | None = None
    is_active: bool | None = None
    revision: int | None = None


class ChangeClient:
    """ClientNotFoundError, ClientExistsError, RevisionMismatchError. A change that changes nothing is no revision.

    Whoever enables it starts the schedules of its pipelines anew: no run is missed from before.
    """

    def __init__(self, *, unit_of_work: UnitOfWorkFactory, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    async def __call__(self, command: ChangeClientCommand) -> Client:
        if command.name is None and command.is_active is None:
            raise InvalidInputError("nothing to change; expected name or is_active", field="name")
        now = self._clock.now()
        async with self._unit_of_work() as work:
            before = await work.clients.get(command.client_id, for_update=True)
            check_revision(command.revision, before.revision)
            client = replace(
                before,
                name=before.name if command.name is None else parse_name(command.name),
                is_active=before.is_active if command.is_active is None else command.is_active,
            )
            if client == before:
                return before
            client = replace(client, revision=before.revision + 1, updated_at=now)
            await work.clients.update(client)
            if client.is_active and not before.is_active:
                await work.pipelines.begin_schedules(client.id, at=now)
            if client.is_active != before.is_active:
                await work.checks.request(await _pipelines_of(work, client.id), at=now)
            await work.commit()
        return client


async def _pipelines_of(work: PipelinesUnitOfWork, client_id: UUID) -> list[UUID]:
    found: list[UUID] = []
    after: Position | None = None
    while True:
        page = await work.pipelines.list(
            PipelineFilter(client_id=client_id), order=SortOrder.ASC, after=after, limit=MAX_LIMIT
        )
        found.extend(pipeline.id for pipeline in page)
        if len(page) < MAX_LIMIT:
            return found
        after = Position(at=page[-1].created_at, id=page[-1].id)
