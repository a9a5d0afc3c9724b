"""Pipelines that are reported about before anybody has created them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from forebay.application.ports.ids import IdGenerator
from forebay.application.ports.pipelines import PipelineAddress, PipelineFilter, PipelinesUnitOfWork
from forebay.domain.errors import ForebayError, InvalidInputError
from forebay.domain.paging import MAX_LIMIT, SortOrder
from forebay.domain.pipelines.client import Client
from forebay.domain.pipelines.pipeline import Environment, Pipeline, PipelineType, Platform, Schedule
from forebay.domain.pipelines.texts import MAX_NAME, folded, parse_external_id, parse_name


class NamedPipeline(NamedTuple):
    """A pipeline as reporters name it: by its client's name, platform and external id there."""

    client: str
    platform: Platform
    external_id: str

    @property
    def address(self) -> PipelineAddress:
        return PipelineAddress(folded(self.client), self.platform, self.external_id)


async def create_missing(
    work: PipelinesUnitOfWork, missing: Sequence[NamedPipeline], *, ids: IdGenerator, at: datetime
) -> Mapping[NamedPipeline, UUID | ForebayError]:
    """The new pipelines, and the clients that they need; or why a name cannot be used.

    ConflictError when somebody else creates the same at the same time; the unit of work is then void.
    """
    made: dict[NamedPipeline, UUID | ForebayError] = {}
    known: dict[PipelineAddress, UUID] = {}
    clients: dict[str, Client] = {}
    for named in sorted(missing):  # in the same order everywhere, so that two of us do not wait for each other
        if named.address in known:
            made[named] = known[named.address]
            continue
        try:
            name, external_id = parse_name(named.client, field="client"), parse_external_id(named.external_id)
        except InvalidInputError as error:
            made[named] = error
            continue
        client = clients.get(folded(name)) or await _client(work, name, ids=ids, at=at)
        clients[folded(name)] = client
        pipeline = Pipeline(
            id=ids.new_id(),
            client_id=client.id,
            name=await _free_name(work, client, named.platform, external_id),
            platform=named.platform,
            external_id=external_id,
            pipeline_type=PipelineType.INGESTION,
            environment=Environment.PROD,
            is_active=True,
            schedule=Schedule(),
            enabled_at=at,
            revision=1,
            created_at=at,
            updated_at=at,
        )
        await work.pipelines.add(pipeline)
        made[named] = known[named.address] = pipeline.id
    return made


async def _client(work: PipelinesUnitOfWork, name: str, *, ids: IdGenerator, at: datetime) -> Client:
    found = await work.clients.find(folded(name))
    if found is not None:
        return found
    client = Client(id=ids.new_id(), name=name, is_active=True, revision=1, created_at=at, updated_at=at)
    await work.clients.add(client)
    return client


async def _free_name(work: PipelinesUnitOfWork, client: Client, platform: Platform, external_id: str) -> str:
    """The external id as a name, unless another pipeline of the client has it: then with the platform, or a number."""
    wanted = external_id.strip()[: MAX_NAME - 40] or platform.value
    similar = await work.pipelines.list(
        PipelineFilter(client_id=client.id, text=wanted), order=SortOrder.ASC, after=None, limit=MAX_LIMIT
    )
    taken = {folded(pipeline.name) for pipeline in similar}
    candidates = (wanted, f"{wanted} ({platform})", *(f"{wanted} ({platform} {n})" for n in range(2, MAX_LIMIT)))
    return parse_name(next(name for name in candidates if folded(name) not in taken))
