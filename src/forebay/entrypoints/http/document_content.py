"""The bytes of a document, its text, and a picture of its first page."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from functools import partial
from typing import Annotated

from litestar import HttpMethod, route
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import QueryParameter

from forebay.application.documents.links import Link, MakeLinkCommand
from forebay.application.documents.read_document import DEFAULT_WIDTH, MAX_WIDTH, MIN_WIDTH
from forebay.application.documents.show_documents import DocumentDetail
from forebay.application.use_cases import UseCases
from forebay.domain.documents.document import Document
from forebay.domain.ids import parse_id
from forebay.entrypoints.http.content import (
    BYTES,
    LEFT,
    SANDBOX,
    Conditions,
    Representation,
    content_specs,
    operation_ids,
    respond_with,
)
from forebay.entrypoints.http.content_response import ContentResponse
from forebay.entrypoints.http.disposition import inline
from forebay.entrypoints.http.options import HttpOptions
from forebay.entrypoints.http.parameters import DocumentId, IfNoneMatch, IfRange, Range
from forebay.entrypoints.http.presence import ClientLeftError, watched
from forebay.entrypoints.http.problems import AnyRequest, problem_specs
from forebay.entrypoints.http.ranges import matches_etag

PLAIN = "text/plain; charset=utf-8"
PNG = "image/png"
_PREVIEW_SECONDS = 3600


@route(
    "/v1/documents/{document_id:str}/text",
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    operation_id=operation_ids("readDocumentText", "probeDocumentText"),
    summary="The text of a document",
    description="UTF-8; a form feed ends each page. The ETag is the SHA-256; one byte range is served as 206.",
    tags=["documents"],
    status_code=200,
    media_type=BYTES,
    responses=content_specs(400, 404, 409, 416, 422, 503, media_type=PLAIN),
)
async def read_document_text(
    *,
    request: AnyRequest,
    use_cases: NamedDependency[UseCases],
    options: NamedDependency[HttpOptions],
    document_id: DocumentId,
    range_: Range = None,
    if_range: IfRange = None,
    if_none_match: IfNoneMatch = None,
) -> ContentResponse:
    readable = await use_cases.documents.read_text(parse_id(document_id, field="document_id"))
    found = Representation(
        name=f"{readable.document.path.removesuffix('.txt')}.txt",
        inline=True,
        media_type=PLAIN,
        size_bytes=readable.text.size_bytes,
        sha256=readable.text.sha256,
        opening=lambda start, stop: readable.open(start=start, stop=stop),
    )
    wanted = Conditions(range=range_, if_range=if_range, if_none_match=if_none_match)
    return await respond_with(request, found, wanted, patience_seconds=options.upload_stall_seconds)


@route(
    "/v1/documents/{document_id:str}/content",
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    operation_id=operation_ids("readDocument", "probeDocument"),
    summary="The bytes of a document",
    description="As an attachment, streamed. The ETag is the SHA-256; one byte range is served as 206. With `redirect` "
    "the answer is a link that needs no further permission for a while: at the blob store where it can, else here.",
    tags=["documents"],
    status_code=200,
    media_type=BYTES,
    responses={
        307: ResponseSpec(None, description="With `redirect`: `Location` is the link"),
        **content_specs(400, 404, 409, 416, 422, 503),
    },
)
async def read_document(
    *,
    request: AnyRequest,
    use_cases: NamedDependency[UseCases],
    options: NamedDependency[HttpOptions],
    document_id: DocumentId,
    redirect: Annotated[bool, QueryParameter(description="Answer with a link instead.")] = False,
    range_: Range = None,
    if_range: IfRange = None,
    if_none_match: IfNoneMatch = None,
) -> ContentResponse:
    document = (await use_cases.documents.get_document(parse_id(document_id, field="document_id"))).document
    if redirect:
        link = await use_cases.documents.make_link(MakeLinkCommand(file_id=document.file_id))
        return _redirect(link, patience_seconds=options.upload_stall_seconds)
    readable = await use_cases.intake.read_file(document.file_id)
    found = Representation(
        name=document.path,
        media_type=readable.file.media_type,
        size_bytes=readable.file.size_bytes,
        sha256=readable.file.sha256,
        opening=lambda start, stop: readable.open(start=start, stop=stop),
    )
    wanted = Conditions(range=range_, if_range=if_range, if_none_match=if_none_match)
    return await respond_with(request, found, wanted, patience_seconds=options.upload_stall_seconds)


@route(
    "/v1/documents/{document_id:str}/preview",
    http_method=[HttpMethod.GET, HttpMethod.HEAD],
    operation_id=operation_ids("previewDocument", "probeDocumentPreview"),
    summary="A picture of the first page",
    tags=["documents"],
    status_code=200,
    media_type=PNG,
    responses={
        200: ResponseSpec(bytes, media_type=PNG, description="The picture", generate_examples=False),
        304: ResponseSpec(None, description="The client has it already"),
        **problem_specs(400, 404, 409, 422, 503),
    },
)
async def preview_document(
    *,
    request: AnyRequest,
    use_cases: NamedDependency[UseCases],
    options: NamedDependency[HttpOptions],
    document_id: DocumentId,
    width: Annotated[int, QueryParameter(ge=MIN_WIDTH, le=MAX_WIDTH, description="In pixels.")] = DEFAULT_WIDTH,
    if_none_match: IfNoneMatch = None,
) -> ContentResponse:
    found = parse_id(document_id, field="document_id")
    detail = await use_cases.documents.get_document(found)
    headers = _preview_headers(detail, options.version, width)
    has_it = matches_etag(if_none_match, headers["ETag"])
    answer = partial(ContentResponse, closing=AsyncExitStack(), patience_seconds=options.upload_stall_seconds)
    whether = (if_none_match or "").strip() == "*"  # it asks whether there is a picture at all
    if has_it and not whether:
        return answer(status_code=304, headers=headers)
    shown = headers | _picture_headers(detail.document)
    if request.method == "HEAD" and detail.document.text is not None and not whether:
        return answer(status_code=200, headers=shown)  # it could be read, and its length alone is not worth drawing it
    try:
        async with watched(request.receive, patience_seconds=options.upload_stall_seconds):
            _, picture = await use_cases.documents.render_preview(found, width=width)
    except ClientLeftError:
        return answer(status_code=LEFT, headers={})
    if has_it:
        return answer(status_code=304, headers=headers)
    shown["Content-Length"] = str(len(picture))
    return answer(status_code=200, headers=shown, chunks=_at_once(picture) if request.method == "GET" else None)


async def _at_once(content: bytes) -> AsyncIterator[bytes]:
    yield content


def _redirect(link: Link, *, patience_seconds: float) -> ContentResponse:
    """Neither kept nor told to whom it leads: it is as good as a password."""
    where = link.url if link.url is not None else f"/v1/links/{link.token}"
    headers = {
        "Location": where,
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "Content-Length": "0",
    }
    return ContentResponse(
        status_code=307, headers=headers, closing=AsyncExitStack(), patience_seconds=patience_seconds
    )


def _picture_headers(document: Document) -> dict[str, str]:
    return {
        "Content-Type": PNG,
        "Content-Disposition": inline(f"{document.path}.png"),
        "Content-Security-Policy": SANDBOX,
        "X-Content-Type-Options": "nosniff",
    }


def _preview_headers(detail: DocumentDetail, version: str, width: int) -> dict[str, str]:
    """The picture is a matter of the bytes, of what reads and draws them, and of its width."""
    reader = f"{detail.extractor.name} {detail.extractor.version}" if detail.extractor is not None else ""
    parts = (detail.document.sha256.hex, reader, version, str(width))
    etag = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    return {"ETag": f'"{etag}"', "Cache-Control": f"private, max-age={_PREVIEW_SECONDS}"}
