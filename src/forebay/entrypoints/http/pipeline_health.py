"""How pipelines are: one, those across clients, those of a client with figures."""

from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter

from forebay.application.pipelines.show_health import PipelinesHealthQuery, SummaryQuery
from forebay.application.use_cases import UseCases
from forebay.domain.ids import parse_id
from forebay.domain.intake.errors import InvalidFieldError
from forebay.domain.paging import DEFAULT_LIMIT, SortOrder
from forebay.domain.pipelines.health import Health
from forebay.domain.pipelines.pipeline import Environment, PipelineType, Platform
from forebay.entrypoints.http.parameters import (
    ClientId,
    CursorParameter,
    Limit,
    OfClient,
    Order,
    PipelineId,
    Since,
    Until,
    utc,
)
from forebay.entrypoints.http.pipeline_filters import PipelineText, pipeline_filter
from forebay.entrypoints.http.problems import problem_specs
from forebay.entrypoints.http.schemas.pipeline_health import (
    ClientSummaryBody,
    PipelineStateBody,
    PipelineStatePage,
)

_STATES = ", ".join(Health)


@get(
    "/v1/clients/{client_id:str}/summary",
    operation_id="summariseClient",
    summary="A client at a glance",
    description="Its enabled pipelines as they are now, and figures of their runs in the window: the last 7 days until "
    "now, unless `since` and `until` say otherwise.",
    tags=["pipelines"],
    responses=problem_specs(400, 404, 422, 503),
)
async def summarise_client(
    use_cases: NamedDependency[UseCases], client_id: ClientId, since: Since = None, until: Until = None
) -> ClientSummaryBody:
    query = SummaryQuery(
        client_id=parse_id(client_id, field="client_id"),
        since=utc(since, field="since"),
        until=utc(until, field="until"),
    )
    return ClientSummaryBody.of(await use_cases.pipelines.summarise_client(query))


@get(
    "/v1/pipelines/health",
    operation_id="listPipelinesHealth",
    summary="How pipelines are, across clients",
    description="Enabled ones, unless `is_active` says otherwise; oldest first.",
    tags=["pipelines"],
    responses=problem_specs(400, 404, 422, 503),
)
async def list_pipelines_health(
    *,
    use_cases: NamedDependency[UseCases],
    health: Annotated[
        list[str] | None, QueryParameter(description=f"Only such: {_STATES}. Several times, or separated by commas.")
    ] = None,
    client_id: OfClient = None,
    platform: FromQuery[Platform | None] = None,
    environment: FromQuery[Environment | None] = None,
    pipeline_type: FromQuery[PipelineType | None] = None,
    is_active: Annotated[bool | None, QueryParameter(description="Left out: only those that are enabled.")] = None,
    text: PipelineText = None,
    order: Order = SortOrder.ASC,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorParameter = None,
) -> PipelineStatePage:
    query = PipelinesHealthQuery(
        where=pipeline_filter(
            client_id=client_id,
            platform=platform,
            environment=environment,
            pipeline_type=pipeline_type,
            is_active=is_active,
            text=text,
        ),
        health=_states(health or []),
        order=order,
        cursor=cursor,
        limit=limit,
    )
    return PipelineStatePage.of(await use_cases.pipelines.pipelines_health(query))


@get(
    "/v1/pipelines/{pipeline_id:str}/health",
    operation_id="getPipelineHealth",
    summary="How one pipeline is",
    tags=["pipelines"],
    responses=problem_specs(400, 404, 422, 503),
)
async def get_pipeline_health(use_cases: NamedDependency[UseCases], pipeline_id: PipelineId) -> PipelineStateBody:
    return PipelineStateBody.of(await use_cases.pipelines.get_state(parse_id(pipeline_id, field="pipeline_id")))


def _states(values: list[str]) -> frozenset[Health]:
    try:
        return frozenset(Health(name.strip()) for value in values for name in value.split(","))
    except ValueError as error:
        raise InvalidFieldError(f"{str(error)[:100]}; expected one or several of {_STATES}", field="health") from None
