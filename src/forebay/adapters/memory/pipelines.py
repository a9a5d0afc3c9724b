"""Clients and pipelines in memory: the same rules as in SQL, without a database."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from forebay.adapters.memory.pages import page
from forebay.adapters.memory.work import Work
from forebay.application.ports.pipeline_records import (
    ClientFilter,
    ClientRepository,
    PipelineAddress,
    PipelineFilter,
    PipelineName,
    PipelineRepository,
)
from forebay.domain.paging import Position, SortOrder
from forebay.domain.pipelines.client import Client
from forebay.domain.pipelines.pipeline import Pipeline
from forebay.domain.pipelines.texts import folded


class MemoryClients:
    """Clients."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(self, client: Client) -> None:
        with self._work.writing():
            (await self._work.state()).add_client(client)

    async def get(self, client_id: UUID, *, for_update: bool = False) -> Client:
        return (await self._work.state()).client(client_id)

    async def find(self, name: str) -> Client | None:
        state = await self._work.state()
        found = state.client_names.get(folded(name))
        return state.clients[found] if found is not None else None

    async def add_all(self, clients: Sequence[Client]) -> None:
        for client in clients:
            await self.add(client)

    async def find_all(self, names: Sequence[str]) -> Mapping[str, Client]:
        state = await self._work.state()
        return {name: state.clients[state.client_names[name]] for name in names if name in state.client_names}

    async def update(self, client: Client) -> None:
        with self._work.writing():
            state = await self._work.state()
            before = state.client(client.id)
            state.put_client(replace(client, created_at=before.created_at))

    async def list(
        self, where: ClientFilter, *, order: SortOrder, after: Position | None, limit: int
    ) -> Sequence[Client]:
        found = [one for one in (await self._work.state()).clients.values() if _client_matches(one, where)]
        return page(found, _place, order=order, after=after, limit=limit)

    async def get_many(self, client_ids: Sequence[UUID]) -> Mapping[UUID, Client]:
        clients = (await self._work.state()).clients
        return {client_id: clients[client_id] for client_id in client_ids if client_id in clients}


class MemoryPipelines:
    """Pipelines."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(self, pipeline: Pipeline) -> None:
        with self._work.writing():
            (await self._work.state()).add_pipeline(pipeline)

    async def get(self, pipeline_id: UUID, *, for_update: bool = False) -> Pipeline:
        return (await self._work.state()).pipeline(pipeline_id)

    async def update(self, pipeline: Pipeline) -> None:
        with self._work.writing():
            state = await self._work.state()
            before = state.pipeline(pipeline.id)
            state.put_pipeline(replace(pipeline, client_id=before.client_id, created_at=before.created_at))

    async def begin_schedules(self, client_id: UUID, *, at: datetime) -> None:
        with self._work.writing():
            state = await self._work.state()
            for pipeline in [*state.pipelines.values()]:
                if pipeline.client_id == client_id and pipeline.is_active:
                    state.put_pipeline(replace(pipeline, enabled_at=at))

    async def list(
        self, where: PipelineFilter, *, order: SortOrder, after: Position | None, limit: int
    ) -> Sequence[Pipeline]:
        found = [one for one in (await self._work.state()).pipelines.values() if _pipeline_matches(one, where)]
        return page(found, _place, order=order, after=after, limit=limit)

    async def get_many(self, pipeline_ids: Sequence[UUID], *, for_update: bool = False) -> Mapping[UUID, Pipeline]:
        pipelines = (await self._work.state()).pipelines
        return {pipeline_id: pipelines[pipeline_id] for pipeline_id in pipeline_ids if pipeline_id in pipelines}

    async def existing(self, pipeline_ids: Sequence[UUID]) -> frozenset[UUID]:
        return frozenset(pipeline_ids) & (await self._work.state()).pipelines.keys()

    async def find(self, addresses: Sequence[PipelineAddress]) -> Mapping[PipelineAddress, UUID]:
        state = await self._work.state()
        found: dict[PipelineAddress, UUID] = {}
        for address in addresses:
            client_id = state.client_names.get(address.client)
            if client_id is None:
                continue
            pipeline_id = state.pipeline_addresses.get((client_id, address.platform, address.external_id))
            if pipeline_id is not None:
                found[address] = pipeline_id
        return found

    async def add_all(self, pipelines: Sequence[Pipeline]) -> None:
        for pipeline in pipelines:
            await self.add(pipeline)

    async def taken(self, names: Sequence[PipelineName]) -> frozenset[PipelineName]:
        state = await self._work.state()
        return frozenset(one for one in names if (state.client_names.get(one.client), one.name) in state.pipeline_names)


def _place(item: Client | Pipeline) -> tuple[datetime, UUID]:
    return item.created_at, item.id


def _client_matches(client: Client, where: ClientFilter) -> bool:
    return (where.is_active is None or client.is_active is where.is_active) and (
        where.text is None or folded(where.text) in folded(client.name)
    )


def _pipeline_matches(pipeline: Pipeline, where: PipelineFilter) -> bool:
    return (
        (where.client_id is None or pipeline.client_id == where.client_id)
        and (where.platform is None or pipeline.platform is where.platform)
        and (where.environment is None or pipeline.environment is where.environment)
        and (where.pipeline_type is None or pipeline.pipeline_type is where.pipeline_type)
        and (where.is_active is None or pipeline.is_active is where.is_active)
        and (where.text is None or _has(pipeline, folded(where.text)))
    )


def _has(pipeline: Pipeline, text: str) -> bool:
    return text in folded(pipeline.name) or text in folded(pipeline.external_id or "")


def _fit(work: Work) -> tuple[ClientRepository, PipelineRepository]:
    return MemoryClients(work), MemoryPipelines(work)
