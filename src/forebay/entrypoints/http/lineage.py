"""POST /api/v1/lineage and /api/v1/lineage/batch: where OpenLineage's clients send their events.

https://openlineage.io/apidocs/openapi/
"""

import asyncio
import hashlib
import hmac
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from litestar import MediaType, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import OpenAPIMediaType, OpenAPIType, Operation, RequestBody, Schema
from litestar.params import QueryParameter
from multipart import parse_options_header

from forebay.application.use_cases import UseCases
from forebay.domain.errors import ForebayError
from forebay.domain.ids import parse_id
from forebay.domain.intake.errors import UnsupportedMediaTypeError
from forebay.entrypoints.http.lineage_json import parse_batch, parse_event
from forebay.entrypoints.http.lingering import on_refused_body
from forebay.entrypoints.http.options import HttpOptions
from forebay.entrypoints.http.packed_body import is_packed, read_body, unpacked
from forebay.entrypoints.http.parameters import PipelineId, PipelineRunId
from forebay.entrypoints.http.patience import StallLimits
from forebay.entrypoints.http.problems import AnyRequest, problem_specs
from forebay.entrypoints.http.schemas.lineage import LineageBatchBody, LineageEventList, encode_events

_JSON = "application/json"
_SPECIFICATION = "https://openlineage.io/spec/2-0-2/OpenLineage.json"
_REFUSALS: dict[Any, Any] = {ForebayError: on_refused_body, HTTPException: on_refused_body}
_MOST_EVENTS = 100
_CODINGS = ("utf-8", "latin-1")


def _event_schema() -> Schema:
    return Schema(
        type=OpenAPIType.OBJECT,
        description=f"A RunEvent, JobEvent or DatasetEvent: {_SPECIFICATION}",
        additional_properties=True,
    )


def _json_body(schema: Schema) -> RequestBody:
    return RequestBody(
        required=True,
        description="May be packed, with `Content-Encoding: gzip`.",
        content={_JSON: OpenAPIMediaType(schema=schema)},
    )


@dataclass
class EventOperation(Operation):
    """Documents the body, which the handler reads itself."""

    def __post_init__(self) -> None:
        self.request_body = _json_body(_event_schema())


@dataclass
class BatchOperation(Operation):
    """Documents the body, which the handler reads itself."""

    def __post_init__(self) -> None:
        self.request_body = _json_body(Schema(type=OpenAPIType.ARRAY, items=_event_schema()))


@post(
    "/api/v1/lineage",
    operation_id="receiveLineageEvent",
    operation_class=EventOperation,
    summary="Receive an event of OpenLineage",
    description="Of a run, a job or a dataset. The job is a pipeline, created when it is seen for the first time. With "
    "FOREBAY_LINEAGE_TOKEN set, the token is asked for as `Authorization: Bearer …`.",
    tags=["lineage"],
    status_code=200,
    request_max_body_size=None,
    exception_handlers=_REFUSALS,
    responses={
        200: ResponseSpec(None, description="It is kept, now or before"),
        **problem_specs(400, 401, 408, 413, 415, 422, 503),
    },
)
async def receive_lineage_event(
    request: AnyRequest, use_cases: NamedDependency[UseCases], options: NamedDependency[HttpOptions]
) -> Response[bytes]:
    body = await _read(request, options)
    event = await asyncio.to_thread(parse_event, body)
    [verdict] = await use_cases.pipelines.receive_lineage([event])
    if verdict.error is not None:
        raise verdict.error
    return Response(b"", status_code=200, media_type=MediaType.TEXT)


@post(
    "/api/v1/lineage/batch",
    operation_id="receiveLineageEvents",
    operation_class=BatchOperation,
    summary="Receive events of OpenLineage",
    description="Each for itself: one that is refused takes no other along. The order does not matter.",
    tags=["lineage"],
    status_code=200,
    request_max_body_size=None,
    exception_handlers=_REFUSALS,
    responses={
        200: ResponseSpec(LineageBatchBody, description="Some were not kept", generate_examples=False),
        204: ResponseSpec(None, description="All are kept, now or before"),
        **problem_specs(400, 401, 408, 413, 415, 422, 503),
    },
)
async def receive_lineage_events(
    request: AnyRequest, use_cases: NamedDependency[UseCases], options: NamedDependency[HttpOptions]
) -> Response[bytes | None]:
    body = await _read(request, options)
    events = await asyncio.to_thread(parse_batch, body)
    verdicts = await use_cases.pipelines.receive_lineage(events)
    if all(verdict.error is None for verdict in verdicts):
        return Response(None, status_code=204)
    answer = msgspec.json.encode(LineageBatchBody.of(verdicts))
    return Response(answer, status_code=200, media_type=_JSON)


@get(
    "/v1/pipelines/{pipeline_id:str}/runs/{run_id:str}/lineage",
    operation_id="listLineageEvents",
    summary="What OpenLineage said of a run",
    tags=["lineage"],
    responses={
        200: ResponseSpec(LineageEventList, description="By their time", generate_examples=False),
        **problem_specs(400, 404, 422, 503),
    },
)
async def list_lineage_events(
    use_cases: NamedDependency[UseCases],
    pipeline_id: PipelineId,
    run_id: PipelineRunId,
    limit: Annotated[int, QueryParameter(ge=1, le=_MOST_EVENTS, description="How many events at most.")] = _MOST_EVENTS,
) -> Response[bytes]:
    events = await use_cases.pipelines.show_lineage(
        parse_id(pipeline_id, field="pipeline_id"), parse_id(run_id, field="run_id"), limit=limit
    )
    return Response(await asyncio.to_thread(encode_events, events), media_type=_JSON)


async def _read(request: AnyRequest, options: HttpOptions) -> bytes:
    """The body, unpacked. 401, 413, 415."""
    _check_token(request, options.lineage_token)
    content_type, parameters = parse_options_header(request.headers.get("content-type", _JSON))
    if content_type != _JSON:
        raise UnsupportedMediaTypeError(f"got {content_type[:100]!r}; expected {_JSON}", field="Content-Type")
    charset = parameters.get("charset", "utf-8").lower()
    if charset not in {"utf-8", "utf8"}:
        raise UnsupportedMediaTypeError(f"got the charset {charset[:100]!r}; JSON is UTF-8", field="Content-Type")
    packed = is_packed(request)
    stall = StallLimits(seconds=options.upload_stall_seconds, bytes=options.upload_stall_bytes)
    body = await read_body(request, stall=stall, most=options.lineage_max_bytes)
    return await asyncio.to_thread(unpacked, body, most=options.lineage_max_bytes) if packed else body


def _check_token(request: AnyRequest, token: str) -> None:
    if not token:
        return
    scheme, _, given = request.headers.get("authorization", "").strip().partition(" ")
    sent = given.strip().encode("latin-1", "replace")
    # headers are bytes: clients write what is not ASCII in either way
    right = [hmac.compare_digest(_digest(sent), _digest(token.encode(coding, "replace"))) for coding in _CODINGS]
    if scheme.lower() == "bearer" and any(right):
        return
    raise HTTPException(
        "events are taken with the token of FOREBAY_LINEAGE_TOKEN only; send it as Authorization: Bearer …"
        " (OPENLINEAGE_API_KEY of the clients)",
        status_code=401,
        headers={"WWW-Authenticate": 'Bearer realm="forebay"'},
    )


def _digest(text: bytes) -> bytes:
    """So that nothing can be learned from how long the comparison takes, not even the length."""
    return hashlib.sha256(text).digest()
