"""POST /v1/documents: one file or many, each stored as soon as it is whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

import msgspec
import structlog
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import OpenAPIMediaType, OpenAPIType, Operation, RequestBody, Schema
from litestar.params import HeaderParameter

from forebay.application.documents.show_documents import ListDocumentsQuery, ShownDocument
from forebay.application.idempotency import hash_key
from forebay.application.intake.receive_upload import ReceiveUploadCommand
from forebay.application.ports.documents import DocumentFilter
from forebay.application.use_cases import UseCases
from forebay.domain.documents.errors import DocumentNotFoundError
from forebay.domain.errors import ForebayError
from forebay.domain.paging import SortOrder
from forebay.entrypoints.http.digest_header import parse_repr_digest
from forebay.entrypoints.http.document_form import MAX_FILES, DocumentForm, FormFile
from forebay.entrypoints.http.form_request import multipart_boundary
from forebay.entrypoints.http.lingering import RefusedUpload, on_refused_upload
from forebay.entrypoints.http.options import HttpOptions
from forebay.entrypoints.http.patience import StallLimits
from forebay.entrypoints.http.problems import (
    AnyRequest,
    problem_of,
    problem_specs,
    respond_with_problem,
)
from forebay.entrypoints.http.schemas.documents import DocumentBody
from forebay.entrypoints.http.schemas.stored_documents import (
    NothingStored,
    StoredDocumentBody,
    StoredDocumentsBody,
)

_JSON = "application/json"


@dataclass
class DocumentsOperation(Operation):
    """Documents the form, which the handler reads itself."""

    def __post_init__(self) -> None:
        text = OpenAPIType.STRING
        files = Schema(
            type=OpenAPIType.ARRAY,
            description=f"One to {MAX_FILES} parts, each with a file name.",
            min_items=1,
            max_items=MAX_FILES,
            items=Schema(type=text, content_media_type="application/octet-stream"),
        )
        form = Schema(
            type=OpenAPIType.OBJECT,
            required=["file"],
            properties={
                "label": Schema(type=text, description="A short name for people.", max_length=200),
                "notes": Schema(type=text, description="Anything worth knowing.", max_length=10_000),
                "owner": Schema(
                    type=text, description="Whose they are.", pattern="^([A-Za-z0-9][A-Za-z0-9._@-]{0,63})?$"
                ),
                "file": files,
            },
        )
        self.request_body = RequestBody(
            required=True,
            description="The fields hold for all files, and come before the first.",
            content={"multipart/form-data": OpenAPIMediaType(schema=form)},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """What became of one file. `file_name`: as it was sent; None for what is wrong behind the last one."""

    file_name: str | None
    document: ShownDocument | None = None
    error: ForebayError | None = None
    replayed: bool = False


@post(
    "/v1/documents",
    operation_id="createDocuments",
    operation_class=DocumentsOperation,
    summary="Upload documents",
    description="One file or many, one run of type document for each. Each is stored by itself: one that is refused or "
    "breaks off takes no other along. When none could be stored the answer is the first one's problem.",
    tags=["documents"],
    status_code=201,
    request_max_body_size=None,
    exception_handlers={ForebayError: on_refused_upload},
    responses={
        201: ResponseSpec(StoredDocumentsBody, description="At least one was stored", generate_examples=False),
        **problem_specs(400, 408, 409, 413, 415, 422, 503, 507),
    },
)
async def create_documents(
    request: AnyRequest,
    use_cases: NamedDependency[UseCases],
    options: NamedDependency[HttpOptions],
    idempotency_key: Annotated[
        str | None,
        HeaderParameter(
            name="Idempotency-Key",
            description="For the request: the same files in the same places answer with the first documents.",
        ),
    ] = None,
    repr_digest: Annotated[
        str | None,
        HeaderParameter(
            name="Repr-Digest", description="`sha-256=:…:` of the file; refused when there is more than one."
        ),
    ] = None,
) -> Response[bytes]:
    boundary, length = multipart_boundary(request)
    receive = _ReceiveDocuments(use_cases, idempotency_key)
    form = DocumentForm(
        request.receive,
        boundary,
        content_length=length,
        max_file_bytes=options.max_upload_bytes,
        stall=StallLimits(seconds=options.upload_stall_seconds, bytes=options.upload_stall_bytes),
        repr_digest=parse_repr_digest(repr_digest),
    )
    try:
        outcomes = await receive(form)
    finally:
        request.scope["state"]["body_read"] = form.body_read
        request.scope["state"]["received_bytes"] = form.received_bytes
    return _respond(request, outcomes)


class _ReceiveDocuments:
    """The files of a form one after the other, until its end or until nothing more of it can be read."""

    def __init__(self, use_cases: UseCases, idempotency_key: str | None) -> None:
        self._use_cases = use_cases
        self._key = hash_key(idempotency_key, purpose="documents") if idempotency_key is not None else None

    async def __call__(self, form: DocumentForm) -> Sequence[_Outcome]:
        outcomes: list[_Outcome] = []
        try:
            while (file := await form.next()) is not None:
                outcomes.append(await self._receive(file, position=len(outcomes)))
                if form.failure is not None and outcomes[-1].error is form.failure:
                    break
        except ForebayError as error:
            outcomes.append(_Outcome(file_name=None, error=error))
        return outcomes

    async def _receive(self, file: FormFile, *, position: int) -> _Outcome:
        key = f"{self._key}-{position}" if self._key is not None else None
        try:
            _ = file.file_name  # refused before its bytes are read
            receipt = await self._use_cases.intake.receive_upload(
                ReceiveUploadCommand(source=file, idempotency_key=key, on_run=_bind_run)
            )
            document = await self._document_of(receipt.stored.run.id)
        except ForebayError as error:
            return _Outcome(file_name=file.given_name, error=error)
        return _Outcome(file_name=file.given_name, document=document, replayed=receipt.replayed)

    async def _document_of(self, run_id: UUID) -> ShownDocument:
        """The one that was uploaded: what was attached to it came later."""
        query = ListDocumentsQuery(where=DocumentFilter(run_id=run_id), order=SortOrder.ASC, limit=1)
        page = await self._use_cases.documents.list_documents(query)
        if not page.items:
            raise DocumentNotFoundError(f"run {run_id} was stored, but has no document any more")
        return page.items[0]


def _respond(request: AnyRequest, outcomes: Sequence[_Outcome]) -> Response[bytes]:
    state = request.scope["state"]
    stored = [outcome for outcome in outcomes if outcome.document is not None]
    errors = [outcome.error for outcome in outcomes if outcome.error is not None]
    items = [_item(request, outcome) for outcome in outcomes]
    if len(outcomes) > 1:
        structlog.contextvars.unbind_contextvars("run_id")  # the line of the request is about all of them
    replayed = all(outcome.replayed for outcome in stored)
    state["upload_outcome"] = errors[0].code if errors else "replayed" if replayed else "stored"
    if not stored:
        first = problem_of(request, errors[0])
        fields = {name: getattr(first, name) for name in first.__struct_fields__}
        problem = NothingStored(**fields, items=items if len(items) > 1 else msgspec.UNSET)
        response = respond_with_problem(msgspec.json.encode(problem), status=first.status)
    else:
        body = msgspec.json.encode(StoredDocumentsBody(items=items))
        headers = {"Idempotency-Replayed": "true"} if replayed else {}
        if len(outcomes) == 1 and stored[0].document is not None:
            headers["Location"] = f"/v1/documents/{stored[0].document.document.id}"
        response = Response(body, status_code=201, media_type=_JSON, headers=headers)
    if state["body_read"]:
        return response
    return RefusedUpload(
        response.content, status_code=response.status_code, media_type=response.media_type, headers=response.headers
    )


def _bind_run(run_id: UUID) -> None:
    structlog.contextvars.bind_contextvars(run_id=str(run_id))


def _item(request: AnyRequest, outcome: _Outcome) -> StoredDocumentBody:
    return StoredDocumentBody(
        file_name=outcome.file_name,
        document=DocumentBody.of(outcome.document) if outcome.document is not None else msgspec.UNSET,
        error=problem_of(request, outcome.error) if outcome.error is not None else msgspec.UNSET,
    )
