"""Alerts: list, detail, acknowledge, mute."""

from typing import Annotated

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter, QueryParameter

from forebay.application.pipelines.handle_alerts import ListAlertsQuery
from forebay.application.ports.pipelines import AlertFilter
from forebay.application.use_cases import UseCases
from forebay.domain.ids import parse_id
from forebay.domain.paging import DEFAULT_LIMIT, SortOrder
from forebay.domain.pipelines.alert_rule import RuleType
from forebay.entrypoints.http.json_request import json_as
from forebay.entrypoints.http.parameters import CursorParameter, Limit, OfClient, OfPipeline, Order, utc
from forebay.entrypoints.http.problems import problem_specs
from forebay.entrypoints.http.schemas.alerts import AcknowledgeBody, AlertDetailBody, AlertPage, MuteBody

AlertId = Annotated[str, PathParameter(description="The alert's id", schema_extra={"format": "uuid"})]


@get(
    "/v1/alerts",
    operation_id="listAlerts",
    summary="List alerts",
    description="By the time when they opened.",
    tags=["alerts"],
    responses=problem_specs(400, 422, 503),
)
async def list_alerts(
    *,
    use_cases: NamedDependency[UseCases],
    is_open: Annotated[bool | None, QueryParameter(description="Only those that are open, or closed.")] = None,
    client_id: OfClient = None,
    pipeline_id: OfPipeline = None,
    rule_id: Annotated[
        str | None, QueryParameter(description="Of one rule only, by id.", schema_extra={"format": "uuid"})
    ] = None,
    rule_type: Annotated[RuleType | None, QueryParameter(description="Only those of rules of this type.")] = None,
    is_acknowledged: Annotated[
        bool | None, QueryParameter(description="Only those that somebody has taken on, or nobody.")
    ] = None,
    order: Order = SortOrder.DESC,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorParameter = None,
) -> AlertPage:
    where = AlertFilter(
        is_open=is_open,
        client_id=parse_id(client_id, field="client_id") if client_id else None,
        pipeline_id=parse_id(pipeline_id, field="pipeline_id") if pipeline_id else None,
        rule_id=parse_id(rule_id, field="rule_id") if rule_id else None,
        rule_type=rule_type,
        is_acknowledged=is_acknowledged,
    )
    query = ListAlertsQuery(where=where, order=order, cursor=cursor, limit=limit)
    return AlertPage.of(await use_cases.alerts.list_alerts(query))


@get(
    "/v1/alerts/{alert_id:str}",
    operation_id="getAlert",
    summary="One alert, with the messages about it",
    tags=["alerts"],
    responses=problem_specs(400, 404, 422, 503),
)
async def get_alert(use_cases: NamedDependency[UseCases], alert_id: AlertId) -> AlertDetailBody:
    return AlertDetailBody.of_detail(await use_cases.alerts.get_alert(parse_id(alert_id, field="alert_id")))


@post(
    "/v1/alerts/{alert_id:str}/acknowledge",
    operation_id="acknowledgeAlert",
    summary="Take an alert on",
    description="The first one stays. Messages come all the same; mute it to have none.",
    tags=["alerts"],
    status_code=200,
    before_request=json_as(AcknowledgeBody),
    responses=problem_specs(400, 404, 408, 409, 413, 415, 422, 503),
)
async def acknowledge_alert(
    use_cases: NamedDependency[UseCases], alert_id: AlertId, data: JSONBody[AcknowledgeBody]
) -> AlertDetailBody:
    shown = await use_cases.alerts.acknowledge(parse_id(alert_id, field="alert_id"), by=data.by)
    return AlertDetailBody.of_detail(shown)


@post(
    "/v1/alerts/{alert_id:str}/mute",
    operation_id="muteAlert",
    summary="Say nothing of an alert for a while",
    description="Not even that it closes.",
    tags=["alerts"],
    status_code=200,
    before_request=json_as(MuteBody),
    responses=problem_specs(400, 404, 408, 409, 413, 415, 422, 503),
)
async def mute_alert(
    use_cases: NamedDependency[UseCases], alert_id: AlertId, data: JSONBody[MuteBody]
) -> AlertDetailBody:
    shown = await use_cases.alerts.mute(parse_id(alert_id, field="alert_id"), until=utc(data.until, field="until"))
    return AlertDetailBody.of_detail(shown)


@post(
    "/v1/alerts/{alert_id:str}/unmute",
    operation_id="unmuteAlert",
    summary="Tell of an alert again",
    tags=["alerts"],
    status_code=200,
    responses=problem_specs(400, 404, 409, 422, 503),
)
async def unmute_alert(use_cases: NamedDependency[UseCases], alert_id: AlertId) -> AlertDetailBody:
    return AlertDetailBody.of_detail(await use_cases.alerts.mute(parse_id(alert_id, field="alert_id"), until=None))
