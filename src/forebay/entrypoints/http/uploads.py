"""POST /v1/uploads."""

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

import structlog
from litestar import Response, post
from litestar.datastructures import ResponseHeader
from litestar.di import NamedDependency
from litestar.openapi.spec import OpenAPIFormat, OpenAPIMediaType, OpenAPIType, Operation, RequestBody, Schema
from litestar.params import HeaderParameter

from forebay.application.intake.pump import too_large
from forebay.application.intake.receive_upload import ReceiveUploadCommand
from forebay.application.use_cases import UseCases
from forebay.domain.errors import ForebayError
from forebay.domain.intake.run import RunType
from forebay.entrypoints.http.digest_header import parse_repr_digest
from forebay.entrypoints.http.direct_body import direct_body
from forebay.entrypoints.http.form_request import multipart_boundary
from forebay.entrypoints.http.lingering import on_refused_upload
from forebay.entrypoints.http.multipart_source import MultipartSource
from forebay.entrypoints.http.options import HttpOptions
from forebay.entrypoints.http.patience import StallLimits
from forebay.entrypoints.http.problems import AnyRequest, problem_specs
from forebay.entrypoints.http.schemas.runs import RunBody

_FORM_SLACK = 256 * 1024  # what a form may hold around a file of exactly the largest size


def _text(description: str, **more: Any) -> Schema:
    return Schema(type=OpenAPIType.STRING, description=description, **more)


@dataclass
class UploadOperation(Operation):
    """Documents the form, which the handler reads itself."""

    def __post_init__(self) -> None:
        form = Schema(
            type=OpenAPIType.OBJECT,
            required=["file", "type"],
            properties={
                "file": _text("The bytes, with a file name.", content_media_type="application/octet-stream"),
                "type": _text("What the file is; its first bytes must fit.", enum=[str(t) for t in RunType]),
                "label": _text("A short name for people.", max_length=200),
                "notes": _text("Anything worth knowing.", max_length=10_000),
                "owner": _text("Whose it is.", pattern="^([A-Za-z0-9][A-Za-z0-9._@-]{0,63})?$"),
                "parent_run_id": _text("The run that this one follows.", format=OpenAPIFormat.UUID),
                "documents": _text("Of an archive: make documents of what is inside.", enum=["true", "false"]),
                "sha256": _text("What the bytes must hash to.", pattern="^[0-9a-fA-F]{64}$"),
            },
        )
        self.request_body = RequestBody(
            required=True,
            description="Fields may come in any order, also behind the file.",
            content={"multipart/form-data": OpenAPIMediaType(schema=form)},
        )


@post(
    "/v1/uploads",
    operation_id="createUpload",
    operation_class=UploadOperation,
    summary="Upload a file",
    description="Stores one file, whole and verified, and records it as an ingestion run.",
    tags=["intake"],
    status_code=201,
    request_max_body_size=None,
    response_headers=[ResponseHeader(name="Location", description="The run", required=False, documentation_only=True)],
    exception_handlers={ForebayError: on_refused_upload},
    responses=problem_specs(400, 408, 409, 413, 415, 422, 503, 507),
)
async def create_upload(
    request: AnyRequest,
    use_cases: NamedDependency[UseCases],
    options: NamedDependency[HttpOptions],
    idempotency_key: Annotated[
        str | None,
        HeaderParameter(
            name="Idempotency-Key",
            description="The same key with the same content answers with the first run; with other content 409.",
        ),
    ] = None,
    repr_digest: Annotated[
        str | None,
        HeaderParameter(
            name="Repr-Digest",
            description="`sha-256=:…:`; refused when the bytes that arrive do not have this digest.",
        ),
    ] = None,
) -> Response[RunBody]:
    boundary, length = multipart_boundary(request)
    if length is not None and length > options.max_upload_bytes + _FORM_SLACK:
        raise too_large(options.max_upload_bytes)
    source = MultipartSource(
        request.receive,
        boundary,
        content_length=length,
        stall=StallLimits(seconds=options.upload_stall_seconds, bytes=options.upload_stall_bytes),
        repr_digest=parse_repr_digest(repr_digest),
        direct=direct_body(request.scope),
    )
    try:
        await source.open()
        receipt = await use_cases.intake.receive_upload(
            ReceiveUploadCommand(source=source, idempotency_key=idempotency_key, on_run=_bind_run)
        )
    finally:
        source.close()
        request.scope["state"]["body_read"] = source.body_read
        request.scope["state"]["received_bytes"] = source.received_bytes
    request.scope["state"]["upload_outcome"] = "replayed" if receipt.replayed else "stored"
    body = RunBody.of(receipt.stored)
    headers = {"Location": f"/v1/runs/{body.id}"}
    if receipt.replayed:
        headers["Idempotency-Replayed"] = "true"
    return Response(body, status_code=201, headers=headers)


def _bind_run(run_id: UUID) -> None:
    structlog.contextvars.bind_contextvars(run_id=str(run_id))
