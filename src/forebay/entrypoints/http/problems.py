"""Problem details (RFC 9457): the one table from error codes to HTTP, and the bodies made from it."""

import re
from typing import Annotated

import msgspec
from litestar import Request, Response
from litestar.datastructures import State
from litestar.exceptions import HTTPException, ValidationException
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from msgspec import Meta

from forebay.domain.errors import ForebayError
from forebay.domain.intake.errors import RangeNotSatisfiableError
from forebay.entrypoints.http.enum_words import with_words
from forebay.entrypoints.http.secret_paths import shown_path

PROBLEM_JSON = "application/problem+json"
AnyRequest = Request[object, object, State]

STATUS: dict[str, int] = {
    "internal_error": 500,
    "invalid_input": 400,
    "not_found": 404,
    "conflict": 409,
    "unavailable": 503,
    "database_unavailable": 503,
    "storage_unavailable": 503,
    "storage_full": 507,
    "schema_outdated": 503,
    "invalid_setting": 500,
    "invalid_cursor": 400,
    "copy_target_not_empty": 409,
    "copy_source_busy": 409,
    "copy_differs": 500,
    "run_not_found": 404,
    "file_not_found": 404,
    "blob_not_found": 404,
    "range_not_satisfiable": 416,
    "invalid_transition": 409,
    "run_in_progress": 409,
    "unknown_type": 422,
    "missing_field": 422,
    "invalid_field": 422,
    "duplicate_field": 422,
    "unknown_field": 422,
    "invalid_file_name": 422,
    "empty_file": 422,
    "wrong_content": 422,
    "parent_run_not_found": 422,
    "digest_mismatch": 422,
    "upload_too_large": 413,
    "upload_interrupted": 400,
    "upload_stalled": 408,
    "upload_cancelled": 503,
    "upload_abandoned": 409,
    "malformed_multipart": 400,
    "unsupported_media_type": 415,
    "idempotency_key_reused": 409,
    "idempotency_replay": 409,
    "archive_unreadable": 422,
    "archive_broken": 422,
    "archive_truncated": 422,
    "archive_checksum_mismatch": 422,
    "archive_too_large": 422,
    "archive_ratio_exceeded": 422,
    "archive_too_many_members": 422,
    "archive_path_too_long": 422,
    "archive_nested_too_deep": 422,
    "archive_timeout": 422,
    "archive_memory_exceeded": 422,
    "member_unreadable": 409,
    "member_without_content": 409,
    "job_not_found": 404,
    "artifact_not_found": 404,
    "unknown_job_kind": 422,
    "job_kind_mismatch": 422,
    "job_active": 409,
    "invalid_job_transition": 409,
    "run_not_stored": 409,
    "job_key_reused": 409,
    "lease_lost": 409,
    "worker_lost": 500,
    "job_cancelled": 409,
    "step_failed": 500,
    "no_such_step": 500,
    "steps_failed": 500,
    "blob_corrupt": 500,
    "queue_unavailable": 503,
    "document_not_found": 404,
    "category_not_found": 404,
    "category_exists": 409,
    "invalid_rule": 422,
    "invalid_query": 422,
    "document_not_ready": 409,
    "preview_unavailable": 404,
    "nothing_to_learn": 409,
    "link_invalid": 404,
    "classifier_unavailable": 503,
    "classifier_refused": 500,
    "document_unreadable": 422,
    "document_broken": 422,
    "document_encrypted": 422,
    "document_type_unsupported": 422,
    "document_memory_exceeded": 422,
    "document_timeout": 422,
    "document_text_too_large": 422,
    "document_too_many_pages": 422,
    "client_not_found": 404,
    "client_exists": 409,
    "pipeline_not_found": 404,
    "pipeline_exists": 409,
    "pipeline_run_not_found": 404,
    "no_run_yet": 404,
    "invalid_report": 422,
    "alert_rule_not_found": 404,
    "alert_rule_exists": 409,
    "invalid_alert_rule": 422,
    "alert_not_found": 404,
    "alert_closed": 409,
    "revision_mismatch": 412,
    "unknown_run_source": 422,
    "run_source_unavailable": 503,
    "run_source_refused": 500,
    "notification_unavailable": 503,
    "notification_refused": 500,
}

TITLES: dict[int, str] = {
    400: "Bad request",
    401: "Unauthorized",
    404: "Not found",
    405: "Method not allowed",
    406: "Not acceptable",
    408: "Request timeout",
    409: "Conflict",
    412: "Precondition failed",
    413: "Content too large",
    415: "Unsupported media type",
    416: "Range not satisfiable",
    422: "Unprocessable content",
    428: "Precondition required",
    431: "Request header fields too large",
    500: "Internal error",
    503: "Unavailable",
    507: "Insufficient storage",
}
_HTTP_CODES = {
    401: "unauthorized",
    404: "route_not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    413: "request_too_large",
    415: "unsupported_media_type",
    428: "precondition_required",
}
_NAMED_FIELD = re.compile(r"Object (contains unknown|missing required) field `(?P<name>.+)`")


class FieldProblem(msgspec.Struct, kw_only=True, frozen=True):
    """What is wrong with one field."""

    field: str
    detail: str


class Problem(msgspec.Struct, kw_only=True, frozen=True):
    """A problem detail as RFC 9457 defines it, with Forebay's code, the request's id and the fields concerned."""

    type: Annotated[str, Meta(description="urn:forebay:problem:{code}")]
    title: str
    status: int
    detail: str
    instance: str
    code: Annotated[str, Meta(description="Stable; see the table of errors in the documentation.")]
    request_id: str
    errors: tuple[FieldProblem, ...] = ()


def problem_specs(*statuses: int) -> dict[int, ResponseSpec]:
    """The OpenAPI side of problems."""
    return {
        status: ResponseSpec(
            data_container=Problem,
            media_type=PROBLEM_JSON,
            description=TITLES[status],
            generate_examples=False,
        )
        for status in statuses
    }


def make_problem(
    *, status: int, code: str, detail: str, instance: str, request_id: str, errors: tuple[FieldProblem, ...] = ()
) -> Problem:
    return Problem(
        type=f"urn:forebay:problem:{code}",
        title=TITLES.get(status, "Error"),
        status=status,
        detail=detail,
        instance=shown_path(instance),
        code=code,
        request_id=request_id,
        errors=errors,
    )


def encode_problem(
    *, status: int, code: str, detail: str, instance: str, request_id: str, errors: tuple[FieldProblem, ...] = ()
) -> bytes:
    problem = make_problem(
        status=status, code=code, detail=detail, instance=instance, request_id=request_id, errors=errors
    )
    return msgspec.json.encode(problem)


def respond(
    request: AnyRequest, *, status: int, code: str, detail: str, errors: tuple[FieldProblem, ...] = ()
) -> Response[bytes]:
    problem = encode_problem(
        status=status,
        code=code,
        detail=detail,
        instance=request.scope["path"],
        request_id=str(request.scope.get("state", {}).get("request_id", "")),
        errors=errors,
    )
    return respond_with_problem(problem, status=status)


def respond_with_problem(problem: bytes, *, status: int) -> Response[bytes]:
    headers = {"Retry-After": "5"} if status == 503 else {}
    return Response(problem, status_code=status, media_type=PROBLEM_JSON, headers=headers)


def problem_of(request: AnyRequest, error: ForebayError) -> Problem:
    errors = (FieldProblem(field=error.field, detail=error.message),) if error.field else ()
    return make_problem(
        status=STATUS.get(error.code, 500),
        code=error.code,
        detail=f"{error.field}: {error.message}" if error.field else error.message,
        instance=request.scope["path"],
        request_id=str(request.scope.get("state", {}).get("request_id", "")),
        errors=errors,
    )


def on_forebay_error(request: AnyRequest, error: ForebayError) -> Response[bytes]:
    problem = problem_of(request, error)
    response = respond_with_problem(msgspec.json.encode(problem), status=problem.status)
    if isinstance(error, RangeNotSatisfiableError):
        response.headers["Content-Range"] = f"bytes */{error.size}"
    return response


def on_validation_error(request: AnyRequest, error: ValidationException) -> Response[bytes]:
    """Litestar's own check of query parameters."""
    found = error.extra if isinstance(error.extra, list) else []
    errors = tuple(
        FieldProblem(field=_field_of(str(item.get("key", "")), message), detail=message)
        for item in found
        if isinstance(item, dict)
        for message in (_with_words(request, str(item.get("key", "")), str(item.get("message", ""))),)
    )
    detail = "; ".join(f"{item.field}: {item.detail}" for item in errors) or str(error.detail)
    return respond(request, status=400, code="invalid_parameter", detail=detail, errors=errors)


def _with_words(request: AnyRequest, key: str, message: str) -> str:
    """The framework knows the parameters of the handler by their names, and the body as `data`."""
    handler = request.scope.get("route_handler")
    if not isinstance(handler, HTTPRouteHandler):
        return message
    parameters = handler.parsed_fn_signature.parameters
    name, path = (key, "") if key in parameters else ("data", key.removeprefix("data").removeprefix("."))
    return with_words(message, parameters[name].annotation, path) if name in parameters else message


def _field_of(key: str, message: str) -> str:
    """As the client knows it: `data` is our name for the body, and a field that is in question names itself."""
    place = "" if key == "data" else key.rstrip("_")
    if match := _NAMED_FIELD.search(message):
        return f"{place}.{match['name']}" if place else match["name"]
    return place or "body"


def on_http_error(request: AnyRequest, error: HTTPException) -> Response[bytes]:
    status = error.status_code
    if status == 500:  # what the framework was told cannot be done
        return on_defect(request, error)
    code = _HTTP_CODES.get(status, "invalid_request" if status < 500 else "internal_error")
    details = {404: f"there is nothing at {shown_path(request.scope['path'])}"}
    if status == 405:
        allowed = (error.headers or {}).get("Allow", "see /docs")
        details[405] = f"{request.method} is not possible here; allowed: {allowed}"
    detail = details.get(status, error.detail)
    response = respond(request, status=status, code=code, detail=detail)
    response.headers.update(error.headers or {})
    return response


def on_defect(request: AnyRequest, error: Exception) -> Response[bytes]:
    """Anything else is a defect: it is logged with its traceback, and says nothing of itself to the client."""
    request.scope.setdefault("state", {})["defect"] = error
    detail = "something went wrong inside Forebay; the log has more under this request id"
    return respond(request, status=500, code="internal_error", detail=detail)
