"""ListDocuments, GetDocument and SearchDocuments: what there is to see of documents."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from forebay.application.ports.documents import DocumentFilter, DocumentsUnitOfWorkFactory
from forebay.domain.documents.category import folded_name
from forebay.domain.documents.document import Document
from forebay.domain.documents.errors import CategoryNotFoundError
from forebay.domain.documents.search import MAX_DEPTH, Hit, SearchQuery
from forebay.domain.errors import CursorError
from forebay.domain.paging import DEFAULT_LIMIT, Page, Position, SortOrder, check_limit, decode_cursor, encode_cursor
from forebay.domain.processing.model import Model


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownDocument:
    """A document with the name of its category, and, when it was searched for, what was found in it."""

    document: Document
    category: str | None
    hit: Hit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentDetail:
    """A document with all that is known of it. `extractor` and `classifier`: the models that did the work."""

    document: Document
    category: str | None
    extractor: Model | None
    classifier: Model | None
    attachments: tuple[Document, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListDocumentsQuery:
    """`category`: by name. `cursor`: the `next_cursor` of the page before, under the same order."""

    where: DocumentFilter = field(default_factory=DocumentFilter)
    category: str | None = None
    order: SortOrder = SortOrder.DESC
    cursor: str | None = None
    limit: int = DEFAULT_LIMIT


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchDocumentsQuery:
    """`text`: words, "phrases", prefix* and -exclusions. `cursor`: the `next_cursor` of the page before."""

    text: str
    where: DocumentFilter = field(default_factory=DocumentFilter)
    category: str | None = None
    cursor: str | None = None
    limit: int = DEFAULT_LIMIT


class ListDocuments:
    """Keyset paging: documents that come meanwhile neither repeat nor hide one. CursorError, CategoryNotFoundError."""

    def __init__(self, *, unit_of_work: DocumentsUnitOfWorkFactory) -> None:
        self._unit_of_work = unit_of_work

    async def __call__(self, query: ListDocumentsQuery) -> Page[ShownDocument]:
        limit = check_limit(query.limit)
        after = decode_cursor(query.cursor, query.order) if query.cursor is not None else None
        async with self._unit_of_work(write=False) as work:
            names = await work.categories.names()
            where = with_category(query.where, query.category, names)
            found = await work.documents.list(where, order=query.order, after=after, limit=limit + 1)
        last = found[limit - 1] if len(found) > limit else None
        cursor = encode_cursor(Position(at=last.created_at, id=last.id), query.order) if last else None
        return Page(items=tuple(_shown(document, names) for document in found[:limit]), next_cursor=cursor)


class SearchDocuments:
    """Best first. InvalidQueryError, CursorError, CategoryNotFoundError.

    A page begins behind a number of hits: documents that come meanwhile may move others to the next page.
    """

    def __init__(self, *, unit_of_work: DocumentsUnitOfWorkFactory) -> None:
        self._unit_of_work = unit_of_work

    async def __call__(self, query: SearchDocumentsQuery) -> Page[ShownDocument]:
        limit = check_limit(query.limit)
        asked = SearchQuery.parse(query.text)
        skip = _decode(query.cursor) if query.cursor is not None else 0
        async with self._unit_of_work(write=False) as work:
            names = await work.categories.names()
            where = with_category(query.where, query.category, names)
            found = await work.index.search(asked, where, skip=skip, limit=limit + 1)
        items = tuple(_shown(document, names, hit) for document, hit in found[:limit])
        more = len(found) > limit and skip + limit < MAX_DEPTH
        return Page(items=items, next_cursor=_encode(skip + limit) if more else None)


class GetDocument:
    """DocumentNotFoundError when there is none."""

    def __init__(self, *, unit_of_work: DocumentsUnitOfWorkFactory) -> None:
        self._unit_of_work = unit_of_work

    async def __call__(self, document_id: UUID) -> DocumentDetail:
        async with self._unit_of_work(write=False) as work:
            document = await work.documents.get(document_id)
            text, verdict = document.text, document.verdict
            extractor = await work.models.get(text.model_id) if text is not None else None
            classifier = None
            if verdict is not None and verdict.model_id is not None:
                classifier = await work.models.get(verdict.model_id)
            names = await work.categories.names()
            attached = await work.documents.attached_to(document_id)
        return DocumentDetail(
            document=document,
            category=_category(document, names),
            extractor=extractor,
            classifier=classifier,
            attachments=tuple(attached),
        )


def with_category(where: DocumentFilter, name: str | None, names: Mapping[UUID, str]) -> DocumentFilter:
    """The filter with the category of this name. CategoryNotFoundError."""
    if name is None:
        return where
    folded = folded_name(name)
    for category_id, known in names.items():
        if folded_name(known) == folded:
            return replace(where, category_id=category_id)
    raise CategoryNotFoundError(f"there is no category {name[:100]!r}", field="category")


def _category(document: Document, names: Mapping[UUID, str]) -> str | None:
    verdict = document.verdict
    return names.get(verdict.category_id) if verdict is not None and verdict.category_id is not None else None


def _shown(document: Document, names: Mapping[UUID, str], hit: Hit | None = None) -> ShownDocument:
    return ShownDocument(document=document, category=_category(document, names), hit=hit)


def _encode(skip: int) -> str:
    return base64.urlsafe_b64encode(b"s" + skip.to_bytes(4, "big")).decode().rstrip("=")


def _decode(cursor: str) -> int:
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise CursorError(field="cursor") from None
    skip = int.from_bytes(raw[1:], "big")
    if len(raw) != 5 or raw[:1] != b"s" or skip > MAX_DEPTH or _encode(skip) != cursor:
        raise CursorError(field="cursor")
    return skip
