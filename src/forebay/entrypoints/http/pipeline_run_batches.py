"""POST /v1/pipeline-runs:batch: reports by the thousand, each with a verdict of its own."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import OpenAPIMediaType, Operation, RequestBody
from litestar.params import QueryParameter
from multipart import parse_options_header

from forebay.application.pipelines.record_runs import MAX_REPORTS, RecordRunsCommand, ReportVerdict
from forebay.application.use_cases import UseCases
from forebay.domain.errors import ForebayError
from forebay.domain.intake.errors import UnsupportedMediaTypeError
from forebay.entrypoints.http.lingering import on_refused_body
from forebay.entrypoints.http.options import HttpOptions
from forebay.entrypoints.http.packed_body import is_packed, read_body, unpacked
from forebay.entrypoints.http.patience import StallLimits
from forebay.entrypoints.http.problems import AnyRequest, problem_specs
from forebay.entrypoints.http.report_records import Record, records_of_array, records_of_lines
from forebay.entrypoints.http.schemas.batch_schema import BATCH, LINES
from forebay.entrypoints.http.schemas.run_batches import BatchBody

_JSON = "application/json"
_LINES = ("application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines")
_SMALL = 32 * 1024  # bytes of a body that is read sooner than a thread is found for it


@dataclass
class BatchOperation(Operation):
    """Documents the body, which the handler reads itself."""

    def __post_init__(self) -> None:
        self.request_body = RequestBody(
            required=True,
            description=f"An array, or an object on each line: at most {MAX_REPORTS} records and 32 MiB, unpacked.",
            content={_JSON: OpenAPIMediaType(schema=BATCH), _LINES[0]: OpenAPIMediaType(schema=LINES)},
        )


@post(
    "/v1/pipeline-runs:batch",
    operation_id="reportRuns",
    operation_class=BatchOperation,
    summary="Report up to 10,000 runs",
    description="A JSON array (`application/json`) or a JSON object on each line (`application/x-ndjson`), also packed "
    "(`Content-Encoding: gzip`). Each record has a verdict of its own: one that is rejected keeps no other out.",
    tags=["pipelines"],
    status_code=200,
    request_max_body_size=None,
    exception_handlers={ForebayError: on_refused_body, HTTPException: on_refused_body},
    responses={
        200: ResponseSpec(BatchBody, description="What became of each", generate_examples=False),
        **problem_specs(400, 408, 409, 413, 415, 503),
    },
)
async def report_runs(
    request: AnyRequest,
    use_cases: NamedDependency[UseCases],
    options: NamedDependency[HttpOptions],
    create_missing: Annotated[
        bool, QueryParameter(description="Create clients and pipelines that are named and do not exist.")
    ] = False,
) -> Response[bytes]:
    by_lines, packed = _is_by_lines(request), is_packed(request)
    stall = StallLimits(seconds=options.upload_stall_seconds, bytes=options.upload_stall_bytes)
    body = await read_body(request, stall=stall)
    if len(body) <= _SMALL and not packed:
        records = _records(body, by_lines=by_lines, packed=False)
    else:
        records = await asyncio.to_thread(_records, body, by_lines=by_lines, packed=packed)
    verdicts = await use_cases.pipelines.record_runs(RecordRunsCommand(reports=records, create_missing=create_missing))
    content = _encoded(verdicts) if len(body) <= _SMALL else await asyncio.to_thread(_encoded, verdicts)
    return Response(content, status_code=200, media_type=_JSON)


def _records(body: bytes, *, by_lines: bool, packed: bool) -> Sequence[Record]:
    plain = unpacked(body) if packed else body
    return records_of_lines(plain) if by_lines else records_of_array(plain)


def _encoded(verdicts: Sequence[ReportVerdict]) -> bytes:
    return msgspec.json.encode(BatchBody.of(verdicts))


def _is_by_lines(request: AnyRequest) -> bool:
    content_type, parameters = parse_options_header(request.headers.get("content-type", ""))
    charset = parameters.get("charset", "utf-8").lower()
    if charset not in {"utf-8", "utf8"}:
        raise UnsupportedMediaTypeError(f"got the charset {charset[:100]!r}; JSON is UTF-8", field="Content-Type")
    if content_type not in {_JSON, *_LINES}:
        raise UnsupportedMediaTypeError(
            f"got {content_type[:100]!r}; expected {_JSON} or {_LINES[0]}", field="Content-Type"
        )
    return bool(content_type != _JSON)
