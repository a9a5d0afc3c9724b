"""Clients and pipelines as people name them: by id, by a client's name, by CLIENT/PIPELINE."""

from collections.abc import AsyncIterator, Iterable
from uuid import UUID

from forebay.application.ports.pipelines import ClientFilter, PipelineFilter
from forebay.domain.ids import parse_id
from forebay.domain.intake.errors import InvalidFieldError
from forebay.domain.paging import MAX_LIMIT, SortOrder
from forebay.domain.pipelines.errors import ClientNotFoundError, PipelineNotFoundError
from forebay.domain.pipelines.texts import MAX_NAME, folded
from forebay.entrypoints.cli.arguments import parse_plain
from forebay.entrypoints.cli.gateway import Gateway
from forebay.entrypoints.cli.pipeline_queries import ClientsQuery, PipelinesQuery
from forebay.entrypoints.cli.pipeline_views import ClientView, PipelineView


async def client_id_of(gateway: Gateway, said: str) -> UUID:
    """Of a name in any case; what looks like an id is one, and is not looked for. ClientNotFoundError."""
    client_id = _id(said)
    return client_id if client_id is not None else (await _client_named(gateway, said)).id


async def client_of(gateway: Gateway, said: str) -> ClientView:
    """ClientNotFoundError."""
    client_id = _id(said)
    return await _client_named(gateway, said) if client_id is None else await gateway.get_client(client_id)


async def pipeline_id_of(gateway: Gateway, said: str) -> UUID:
    """Of CLIENT/PIPELINE in any case; what looks like an id is one, and is not looked for.

    PipelineNotFoundError; InvalidFieldError where names that hold a slash leave open which one is meant.
    """
    pipeline_id = _id(said)
    if pipeline_id is not None:
        return pipeline_id
    parse_plain(said, field="PIPELINE")
    places = [place for place, character in enumerate(said) if character == "/"]
    if not places:
        raise InvalidFieldError(f"{said[:100]!r} is no pipeline; expected its id, or CLIENT/PIPELINE", field="PIPELINE")
    found: set[UUID] = set()
    for place in places:
        client = await _find_client(gateway, said[:place])
        if client is not None:
            found |= await _pipelines_named(gateway, client.id, said[place + 1 :])
    if len(found) > 1:
        raise InvalidFieldError(f"{said[:100]!r} may be {len(found)} pipelines; give the id", field="PIPELINE")
    if not found:
        raise PipelineNotFoundError(f"there is no pipeline {said[:200]!r}; `forebay pipelines list` has all")
    return found.pop()


async def names_of(gateway: Gateway, client_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of these clients."""
    wanted = set(client_ids)
    names: dict[UUID, str] = {}
    if len(wanted) <= 2:
        return {client_id: (await gateway.get_client(client_id)).name for client_id in wanted}
    async for client in _clients(gateway, ClientFilter()):
        if client.id in wanted:
            names[client.id] = client.name
            if len(names) == len(wanted):
                break
    return names


async def _client_named(gateway: Gateway, said: str) -> ClientView:
    client = await _find_client(gateway, parse_plain(said, field="CLIENT"))
    if client is None:
        raise ClientNotFoundError(f"there is no client {said[:200]!r}; `forebay clients list` has all")
    return client


async def _find_client(gateway: Gateway, name: str) -> ClientView | None:
    text = name.strip()
    if not 1 <= len(text) <= MAX_NAME:
        return None
    async for client in _clients(gateway, ClientFilter(text=text)):
        if folded(client.name) == folded(text):
            return client
    return None


async def _pipelines_named(gateway: Gateway, client_id: UUID, name: str) -> set[UUID]:
    text = name.strip()
    if not 1 <= len(text) <= MAX_NAME:
        return set()
    where = PipelineFilter(client_id=client_id, text=text)
    return {found.id async for found in _pipelines(gateway, where) if folded(found.name) == folded(text)}


async def _clients(gateway: Gateway, where: ClientFilter) -> AsyncIterator[ClientView]:
    cursor: str | None = None
    while True:
        page = await gateway.list_clients(
            ClientsQuery(where=where, order=SortOrder.ASC, cursor=cursor, limit=MAX_LIMIT)
        )
        for client in page.items:
            yield client
        if (cursor := page.next_cursor) is None:
            return


async def _pipelines(gateway: Gateway, where: PipelineFilter) -> AsyncIterator[PipelineView]:
    cursor: str | None = None
    while True:
        page = await gateway.list_pipelines(
            PipelinesQuery(where=where, order=SortOrder.ASC, cursor=cursor, limit=MAX_LIMIT)
        )
        for pipeline in page.items:
            yield pipeline
        if (cursor := page.next_cursor) is None:
            return


def _id(said: str) -> UUID | None:
    try:
        return parse_id(said, field="ID")
    except InvalidFieldError:
        return None
