"""Clients: list, detail, create, change, disable."""

from typing import Annotated
from uuid import UUID

from litestar import Response, delete, get, patch, post
from litestar.datastructures import ResponseHeader
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter
from msgspec import UNSET

from forebay.application.pipelines.manage_clients import ChangeClientCommand, ListClientsQuery
from forebay.application.ports.pipelines import ClientFilter
from forebay.application.use_cases import UseCases
from forebay.domain.ids import parse_id
from forebay.domain.paging import DEFAULT_LIMIT, SortOrder
from forebay.domain.pipelines.client import Client
from forebay.domain.pipelines.texts import MAX_NAME
from forebay.entrypoints.http.json_request import json_as
from forebay.entrypoints.http.parameters import ClientId, CursorParameter, Limit, Order, plain_text
from forebay.entrypoints.http.problems import problem_specs
from forebay.entrypoints.http.revisions import ETAG, IfMatch, OptionalIfMatch, change_matching, etag, required
from forebay.entrypoints.http.schemas.clients import ChangeClientBody, ClientBody, ClientPage, NewClientBody


@get(
    "/v1/clients",
    operation_id="listClients",
    summary="List clients",
    tags=["pipelines"],
    responses=problem_specs(400, 422, 503),
)
async def list_clients(
    *,
    use_cases: NamedDependency[UseCases],
    text: Annotated[
        str | None, QueryParameter(max_length=MAX_NAME, description="Contained in the name, ignoring case.")
    ] = None,
    is_active: Annotated[bool | None, QueryParameter(description="Only those that are enabled, or disabled.")] = None,
    order: Order = SortOrder.DESC,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorParameter = None,
) -> ClientPage:
    where = ClientFilter(text=plain_text(text, field="text") if text else None, is_active=is_active)
    query = ListClientsQuery(where=where, order=order, cursor=cursor, limit=limit)
    return ClientPage.of(await use_cases.pipelines.list_clients(query))


@get(
    "/v1/clients/{client_id:str}",
    operation_id="getClient",
    summary="One client",
    tags=["pipelines"],
    response_headers=[ETAG],
    responses=problem_specs(400, 404, 422, 503),
)
async def get_client(use_cases: NamedDependency[UseCases], client_id: ClientId) -> Response[ClientBody]:
    return _answer(await use_cases.pipelines.get_client(parse_id(client_id, field="client_id")))


@post(
    "/v1/clients",
    operation_id="createClient",
    summary="Create a client",
    tags=["pipelines"],
    status_code=201,
    before_request=json_as(NewClientBody),
    response_headers=[
        ETAG,
        ResponseHeader(name="Location", description="The client", required=False, documentation_only=True),
    ],
    responses=problem_specs(400, 408, 409, 413, 415, 422, 503),
)
async def create_client(use_cases: NamedDependency[UseCases], data: JSONBody[NewClientBody]) -> Response[ClientBody]:
    client = await use_cases.pipelines.create_client(data.name, is_active=data.is_active)
    response = _answer(client, status_code=201)
    response.headers["Location"] = f"/v1/clients/{client.id}"
    return response


@patch(
    "/v1/clients/{client_id:str}",
    operation_id="changeClient",
    summary="Rename, disable or enable a client",
    description="What is left out stays. While it is disabled its pipelines are left out of summaries and alerts; "
    "their reports are still recorded.",
    tags=["pipelines"],
    before_request=json_as(ChangeClientBody),
    response_headers=[ETAG],
    responses=problem_specs(400, 404, 408, 409, 412, 413, 415, 422, 428, 503),
)
async def change_client(
    use_cases: NamedDependency[UseCases],
    client_id: ClientId,
    data: JSONBody[ChangeClientBody],
    if_match: IfMatch = None,
) -> Response[ClientBody]:
    parsed = parse_id(client_id, field="client_id")
    name = None if data.name is UNSET else data.name
    is_active = None if data.is_active is UNSET else data.is_active
    return _answer(await _change(use_cases, parsed, required(if_match), name=name, is_active=is_active))


@delete(
    "/v1/clients/{client_id:str}",
    operation_id="disableClient",
    summary="Disable a client",
    description="Clients are never deleted: history stays, and PATCH with `is_active` true enables it again.",
    tags=["pipelines"],
    responses=problem_specs(400, 404, 412, 422, 503),
)
async def disable_client(
    use_cases: NamedDependency[UseCases], client_id: ClientId, if_match: OptionalIfMatch = None
) -> None:
    await _change(use_cases, parse_id(client_id, field="client_id"), if_match, is_active=False)


async def _change(
    use_cases: UseCases, client_id: UUID, if_match: str | None, *, name: str | None = None, is_active: bool | None
) -> Client:
    async def change(revision: int | None) -> Client:
        command = ChangeClientCommand(client_id=client_id, name=name, is_active=is_active, revision=revision)
        return await use_cases.pipelines.change_client(command)

    async def revision_now() -> int:
        return (await use_cases.pipelines.get_client(client_id)).revision

    return await change_matching(if_match, change, revision_now)


def _answer(client: Client, *, status_code: int = 200) -> Response[ClientBody]:
    return Response(ClientBody.of(client), status_code=status_code, headers={"ETag": etag(client.revision)})
