"""Documents: list, search, detail, correct, delete, learn."""

import re
from typing import Annotated

from litestar import delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, JSONBody, QueryParameter
from msgspec import UNSET

from forebay.application.documents.correct_document import CorrectDocumentCommand
from forebay.application.documents.show_documents import ListDocumentsQuery, SearchDocumentsQuery
from forebay.application.ports.documents import DocumentFilter
from forebay.application.use_cases import UseCases
from forebay.domain.documents.document import DocumentStatus
from forebay.domain.documents.search import MAX_QUERY
from forebay.domain.ids import parse_id
from forebay.domain.intake.errors import InvalidFieldError
from forebay.domain.intake.text_fields import parse_owner
from forebay.domain.paging import DEFAULT_LIMIT, SortOrder
from forebay.entrypoints.http.json_request import json_only
from forebay.entrypoints.http.parameters import (
    CreatedAfter,
    CreatedBefore,
    CursorParameter,
    DocumentId,
    Limit,
    plain_text,
    utc,
)
from forebay.entrypoints.http.problems import problem_specs
from forebay.entrypoints.http.schemas.documents import (
    ChangeDocumentBody,
    DocumentDetailBody,
    DocumentPage,
)
from forebay.entrypoints.http.schemas.learned import LearnedModelBody, LearnedModelPage

_LANGUAGE = re.compile(r"[a-z]{2,3}", re.ASCII)
_LONGEST_MEDIA_TYPE = 255


@get(
    "/v1/documents",
    operation_id="listDocuments",
    summary="List documents, or search them",
    description='Newest first. With `q` those that match, best first: words, "phrases", prefix* and -exclusions, all '
    "of which must hold, over title and text. Case and accents do not matter.",
    tags=["documents"],
    responses=problem_specs(400, 404, 422, 503),
)
async def list_documents(
    *,
    use_cases: NamedDependency[UseCases],
    q: Annotated[str | None, QueryParameter(max_length=MAX_QUERY, description="What to search for.")] = None,
    category: Annotated[str | None, QueryParameter(description="The name of one, ignoring case.")] = None,
    uncategorised: Annotated[bool, QueryParameter(description="Only those without a category.")] = False,
    media_type: Annotated[str | None, QueryParameter(max_length=_LONGEST_MEDIA_TYPE)] = None,
    owner: FromQuery[str | None] = None,
    language: Annotated[
        str | None, QueryParameter(schema_extra={"pattern": f"^{_LANGUAGE.pattern}$"}, description="ISO 639-1.")
    ] = None,
    status: FromQuery[DocumentStatus | None] = None,
    run_id: Annotated[str | None, QueryParameter(schema_extra={"format": "uuid"})] = None,
    created_after: CreatedAfter = None,
    created_before: CreatedBefore = None,
    order: Annotated[
        SortOrder | None, QueryParameter(description="desc: newest first, the default. Not with `q`.")
    ] = None,
    limit: Limit = DEFAULT_LIMIT,
    cursor: CursorParameter = None,
) -> DocumentPage:
    if category is not None and uncategorised:
        raise InvalidFieldError("a document with a category is not uncategorised; give one", field="uncategorised")
    if language is not None and not _LANGUAGE.fullmatch(language):
        raise InvalidFieldError("expected two or three letters a-z, such as de", field="language")
    if q is not None and order is not None:
        raise InvalidFieldError("what a search finds comes best first; leave out order or q", field="order")
    where = DocumentFilter(
        run_id=parse_id(run_id, field="run_id") if run_id is not None else None,
        uncategorised=uncategorised,
        media_type=plain_text(media_type, field="media_type") if media_type is not None else None,
        owner=parse_owner(owner),
        language=language,
        status=status,
        created_after=utc(created_after, field="created_after"),
        created_before=utc(created_before, field="created_before"),
    )
    if q is not None:
        search = SearchDocumentsQuery(text=q, where=where, category=category, cursor=cursor, limit=limit)
        return DocumentPage.of(await use_cases.documents.search_documents(search))
    query = ListDocumentsQuery(
        where=where, category=category, order=order or SortOrder.DESC, cursor=cursor, limit=limit
    )
    return DocumentPage.of(await use_cases.documents.list_documents(query))


@get(
    "/v1/documents/{document_id:str}",
    operation_id="getDocument",
    summary="One document with all that is known of it",
    tags=["documents"],
    responses=problem_specs(400, 404, 422, 503),
)
async def get_document(use_cases: NamedDependency[UseCases], document_id: DocumentId) -> DocumentDetailBody:
    found = await use_cases.documents.get_document(parse_id(document_id, field="document_id"))
    return DocumentDetailBody.of_detail(found)


@patch(
    "/v1/documents/{document_id:str}",
    operation_id="correctDocument",
    summary="Say what a document is called or what kind it is",
    description="A person's word wins over every model, now and later. `category` null: none of them fits. What is "
    "left out stays.",
    tags=["documents"],
    before_request=json_only,
    responses=problem_specs(400, 404, 408, 409, 413, 415, 422, 503),
)
async def correct_document(
    use_cases: NamedDependency[UseCases], document_id: DocumentId, data: JSONBody[ChangeDocumentBody]
) -> DocumentDetailBody:
    category = None if data.category is UNSET or data.category is None else plain_text(data.category, field="category")
    command = CorrectDocumentCommand(
        document_id=parse_id(document_id, field="document_id"),
        title=None if data.title is UNSET else data.title,
        category=category,
        uncategorised=data.category is None,
    )
    document = await use_cases.documents.correct_document(command)
    return DocumentDetailBody.of_detail(await use_cases.documents.get_document(document.id))


@delete(
    "/v1/documents/{document_id:str}",
    operation_id="deleteDocument",
    summary="Delete a document",
    description="One that was uploaded goes with its run and its bytes; one within an archive or a message is taken "
    "off the list, with what was attached to it.",
    tags=["documents"],
    responses=problem_specs(400, 404, 409, 422, 503),
)
async def delete_document(use_cases: NamedDependency[UseCases], document_id: DocumentId) -> None:
    await use_cases.documents.delete_document(parse_id(document_id, field="document_id"))


@post(
    "/v1/documents:learn",
    operation_id="learnFromCorrections",
    summary="Let the local classifier learn from people's corrections",
    description="Makes a new version from all corrections, and uses it from now on, in every process.",
    tags=["documents"],
    status_code=201,
    responses=problem_specs(409, 503, 507),
)
async def learn(use_cases: NamedDependency[UseCases]) -> LearnedModelBody:
    return LearnedModelBody.of(await use_cases.documents.learn())


@get(
    "/v1/learned-models",
    operation_id="listLearnedModels",
    summary="What was learned from corrections",
    tags=["documents"],
    responses=problem_specs(503),
)
async def list_learned_models(use_cases: NamedDependency[UseCases]) -> LearnedModelPage:
    return LearnedModelPage(items=[LearnedModelBody.of(model) for model in await use_cases.documents.list_learned()])
