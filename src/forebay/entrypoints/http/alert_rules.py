"""Alert rules: list, detail, create, change, disable."""

from typing import Annotated
from uuid import UUID

from litestar import Response, delete, get, patch, post
from litestar.datastructures import ResponseHeader
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter, QueryParameter

from forebay.application.pipelines.manage_alert_rules import (
    ChangeAlertRuleCommand,
    CreatedAlertRule,
    ListAlertRulesQuery,
)
from forebay.application.ports.pipelines import AlertRuleFilter
from forebay.application.use_cases import UseCases
from forebay.domain.ids import parse_id
from forebay.domain.paging import DEFAULT_LIMIT, SortOrder
from forebay.domain.pipelines.alert_rule import RuleType
from forebay.entrypoints.http.json_request import json_as
from forebay.entrypoints.http.parameters import CursorParameter, Limit, OfClient, OfPipeline, Order
from forebay.entrypoints.http.problems import problem_specs
from forebay.entrypoints.http.revisions import ETAG, IfMatch, OptionalIfMatch, change_matching, etag, required
from forebay.entrypoints.http.schemas.alert_rules import (
    AlertRuleBody,
    AlertRulePage,
    ChangeAlertRuleBody,
    NewAlertRuleBody,
    WrittenAlertRuleBody,
)

RuleId = Annotated[str, PathParameter(description="The rule's id", schema_extra={"format": "uuid"})]


@get(
    "/v1/alert-rules",
    operation_id="listAlertRules",
    summary="List alert rules",
    description="`client_id` and `pipeline_id`: rules of exactly this scope.",
    tags=["alerts"],
    responses=problem_specs(400, 422, 503),
)
async def list_alert_rules(
    *,
    use_cases: NamedDependency[UseCases],
    client_id: OfClient = None,
    pipeline_id: OfPipeline = None,
    rule_type: Annotated[RuleType | None, QueryParameter(description="Only those of this type.")] = None,
    is_enabled: Annotated[bool | None, QueryParameter(description="Only those that are enabled, or disabled.")] = None,
    order: Order = SortOrder.DESC,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorParameter = None,
) -> AlertRulePage:
    where = AlertRuleFilter(
        client_id=parse_id(client_id, field="client_id") if client_id else None,
        pipeline_id=parse_id(pipeline_id, field="pipeline_id") if pipeline_id else None,
        rule_type=rule_type,
        is_enabled=is_enabled,
    )
    query = ListAlertRulesQuery(where=where, order=order, cursor=cursor, limit=limit)
    return AlertRulePage.of(await use_cases.alerts.list_rules(query))


@get(
    "/v1/alert-rules/{rule_id:str}",
    operation_id="getAlertRule",
    summary="One alert rule",
    tags=["alerts"],
    response_headers=[ETAG],
    responses=problem_specs(400, 404, 422, 503),
)
async def get_alert_rule(use_cases: NamedDependency[UseCases], rule_id: RuleId) -> Response[AlertRuleBody]:
    rule = await use_cases.alerts.get_rule(parse_id(rule_id, field="rule_id"))
    return Response(AlertRuleBody.of(rule), headers={"ETag": etag(rule.revision)})


@post(
    "/v1/alert-rules",
    operation_id="createAlertRule",
    summary="Create an alert rule",
    description="It looks at once at all pipelines that it covers. For a pipeline, the rules of a type that are most "
    "specific hold: its own, else those of its client, else those for everywhere.",
    tags=["alerts"],
    status_code=201,
    before_request=json_as(NewAlertRuleBody),
    response_headers=[
        ETAG,
        ResponseHeader(name="Location", description="The rule", required=False, documentation_only=True),
    ],
    responses=problem_specs(400, 404, 408, 409, 413, 415, 422, 503),
)
async def create_alert_rule(
    use_cases: NamedDependency[UseCases], data: JSONBody[NewAlertRuleBody]
) -> Response[WrittenAlertRuleBody]:
    created = await use_cases.alerts.create_rule(data.draft())
    response = _answer(created, status_code=201)
    response.headers["Location"] = f"/v1/alert-rules/{created.rule.id}"
    return response


@patch(
    "/v1/alert-rules/{rule_id:str}",
    operation_id="changeAlertRule",
    summary="Change, disable or enable an alert rule",
    description="What is left out stays.",
    tags=["alerts"],
    before_request=json_as(ChangeAlertRuleBody),
    response_headers=[ETAG],
    responses=problem_specs(400, 404, 408, 409, 412, 413, 415, 422, 428, 503),
)
async def change_alert_rule(
    use_cases: NamedDependency[UseCases],
    rule_id: RuleId,
    data: JSONBody[ChangeAlertRuleBody],
    if_match: IfMatch = None,
) -> Response[WrittenAlertRuleBody]:
    parsed = parse_id(rule_id, field="rule_id")

    async def change(revision: int | None) -> CreatedAlertRule:
        return await use_cases.alerts.change_rule(data.command(parsed, revision))

    return _answer(await change_matching(required(if_match), change, lambda: _revision_now(use_cases, parsed)))


@delete(
    "/v1/alert-rules/{rule_id:str}",
    operation_id="disableAlertRule",
    summary="Disable an alert rule",
    description="Rules are never deleted: PATCH with `is_enabled` true enables it again. Its open alerts close without "
    "a message.",
    tags=["alerts"],
    responses=problem_specs(400, 404, 412, 422, 503),
)
async def disable_alert_rule(
    use_cases: NamedDependency[UseCases], rule_id: RuleId, if_match: OptionalIfMatch = None
) -> None:
    parsed = parse_id(rule_id, field="rule_id")

    async def change(revision: int | None) -> CreatedAlertRule:
        command = ChangeAlertRuleCommand(rule_id=parsed, is_enabled=False, revision=revision)
        return await use_cases.alerts.change_rule(command)

    await change_matching(if_match, change, lambda: _revision_now(use_cases, parsed))


async def _revision_now(use_cases: UseCases, rule_id: UUID) -> int:
    return (await use_cases.alerts.get_rule(rule_id)).revision


def _answer(written: CreatedAlertRule, *, status_code: int = 200) -> Response[WrittenAlertRuleBody]:
    body = WrittenAlertRuleBody.of_written(written)
    return Response(body, status_code=status_code, headers={"ETag": etag(body.revision), "Cache-Control": "no-store"})
