"""The documents and categories of a Forebay right here."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from forebay.application.documents import show_documents as showing
from forebay.application.documents.correct_document import CorrectDocumentCommand
from forebay.application.documents.manage_categories import ChangeCategoryCommand
from forebay.application.use_cases import UseCases
from forebay.domain.documents.category import Category, CategoryDraft
from forebay.domain.documents.document import Document
from forebay.domain.documents.search import Hit
from forebay.domain.paging import Page
from forebay.domain.processing.model import Model
from forebay.entrypoints.cli.category_rules import rule_views
from forebay.entrypoints.cli.document_queries import CategoryChange, Correction, DocumentsQuery, Picture, SearchQuery
from forebay.entrypoints.cli.document_views import (
    AttachmentView,
    CategoriesView,
    CategoryView,
    DocumentDetailView,
    DocumentView,
    LearnedView,
    ReasonView,
    SnippetView,
    TextView,
    UsedModelView,
)
from forebay.entrypoints.cli.gateway import Content, DocumentGateway
from forebay.entrypoints.cli.local_jobs import LocalJobs
from forebay.entrypoints.cli.views import ErrorView, PageView


class LocalDocuments(LocalJobs):
    """Uses `use_cases` while they are open; does not close them."""

    def __init__(self, use_cases: UseCases) -> None:
        super().__init__(use_cases.processing)
        self._intake = use_cases.intake
        self._documents = use_cases.documents

    async def list_documents(self, query: DocumentsQuery) -> PageView[DocumentView]:
        asked = showing.ListDocumentsQuery(
            where=query.where, category=query.category, order=query.order, cursor=query.cursor, limit=query.limit
        )
        return _page(await self._documents.list_documents(asked))

    async def search_documents(self, query: SearchQuery) -> PageView[DocumentView]:
        asked = showing.SearchDocumentsQuery(
            text=query.text, where=query.where, category=query.category, cursor=query.cursor, limit=query.limit
        )
        return _page(await self._documents.search_documents(asked))

    async def get_document(self, document_id: UUID) -> DocumentDetailView:
        return _detail(await self._documents.get_document(document_id))

    @asynccontextmanager
    async def read_text(self, document_id: UUID) -> AsyncIterator[Content]:
        readable = await self._documents.read_text(document_id)
        name = f"{_name(readable.document).removesuffix('.txt')}.txt"
        async with readable.open() as chunks:
            yield Content(name=name, size_bytes=readable.text.size_bytes, sha256=readable.text.sha256, chunks=chunks)

    @asynccontextmanager
    async def read_document(self, document_id: UUID) -> AsyncIterator[Content]:
        document = (await self._documents.get_document(document_id)).document
        readable = await self._intake.read_file(document.file_id)
        file = readable.file
        async with readable.open() as chunks:
            yield Content(name=_name(document), size_bytes=file.size_bytes, sha256=file.sha256, chunks=chunks)

    async def preview_document(self, document_id: UUID, *, width: int) -> Picture:
        document, data = await self._documents.render_preview(document_id, width=width)
        return Picture(name=f"{_name(document)}.png", data=data)

    async def correct_document(self, document_id: UUID, correction: Correction) -> DocumentDetailView:
        command = CorrectDocumentCommand(
            document_id=document_id,
            title=correction.title,
            category=correction.category,
            uncategorised=correction.uncategorised,
        )
        await self._documents.correct_document(command)
        return await self.get_document(document_id)

    async def delete_document(self, document_id: UUID) -> None:
        await self._documents.delete_document(document_id)

    async def learn(self) -> LearnedView:
        model = await self._documents.learn()
        return LearnedView(
            version=model.version,
            model_id=model.model_id,
            sha256=model.sha256.hex,
            size_bytes=model.size_bytes,
            correction_count=model.correction_count,
            category_count=model.category_count,
            created_at=model.created_at,
        )

    async def list_categories(self) -> CategoriesView:
        return CategoriesView(items=[_category(found) for found in await self._documents.list_categories()])

    async def get_category(self, category_id: UUID) -> CategoryView:
        return _category(await self._documents.get_category(category_id))

    async def create_category(self, draft: CategoryDraft) -> CategoryView:
        return _category(await self._documents.create_category(draft))

    async def change_category(self, category_id: UUID, change: CategoryChange) -> CategoryView:
        command = ChangeCategoryCommand(
            category_id=category_id,
            name=change.name,
            description=change.description,
            rules=change.rules,
            examples=change.examples,
        )
        return _category(await self._documents.change_category(command))

    async def delete_category(self, category_id: UUID) -> None:
        await self._documents.delete_category(category_id)


def _page(page: Page[showing.ShownDocument]) -> PageView[DocumentView]:
    items = [DocumentView(**_facts(item.document, item.category), **_found(item.hit)) for item in page.items]
    return PageView(items=items, next_cursor=page.next_cursor)


def _detail(found: showing.DocumentDetail) -> DocumentDetailView:
    document = found.document
    text, reasons = document.text, document.verdict.reasons if document.verdict is not None else ()
    return DocumentDetailView(
        **_facts(document, found.category),
        text=(
            TextView(sha256=text.sha256.hex, size_bytes=text.size_bytes, page_offsets=list(text.page_offsets))
            if text is not None
            else None
        ),
        reasons=[ReasonView(kind=reason.kind.value, text=reason.text, weight=reason.weight) for reason in reasons],
        extractor=_used(found.extractor),
        classifier=_used(found.classifier),
        attachments=[
            AttachmentView(id=other.id, title=other.title, path=other.path, status=other.status.value)
            for other in found.attachments
        ],
    )


def _facts(document: Document, category: str | None) -> Mapping[str, Any]:
    failure, verdict = document.failure, document.verdict
    return {
        "id": document.id,
        "run_id": document.run_id,
        "file_id": document.file_id,
        "parent_id": document.parent_id,
        "path": document.path,
        "title": document.title,
        "media_type": document.media_type,
        "size_bytes": document.size_bytes,
        "sha256": document.sha256.hex,
        "owner": document.owner,
        "status": document.status.value,
        "error": ErrorView(code=failure.code, detail=failure.detail) if failure is not None else None,
        "needs_ocr": document.needs_ocr,
        "page_count": document.page_count,
        "language": document.language,
        "category": category,
        "confidence": verdict.confidence if verdict is not None else None,
        "classified_by": verdict.classified_by.value if verdict is not None else None,
        "created_at": document.created_at,
        "updated_at": document.updated_at,
    }


def _found(hit: Hit | None) -> Mapping[str, Any]:
    if hit is None:
        return {}
    return {
        "score": hit.score,
        "title_matches": [list(match) for match in hit.title.matches],
        "snippet": SnippetView(text=hit.snippet.text, matches=[list(match) for match in hit.snippet.matches]),
    }


def _used(model: Model | None) -> UsedModelView | None:
    return UsedModelView(name=model.name, version=model.version) if model is not None else None


def _category(category: Category) -> CategoryView:
    return CategoryView(
        id=category.id,
        name=category.name,
        description=category.description,
        rules=rule_views(category.rules),
        examples=list(category.examples),
        created_at=category.created_at,
        updated_at=category.updated_at,
    )


def _name(document: Document) -> str:
    """As a server would call the file."""
    return document.path.replace("\\", "/").rsplit("/", 1)[-1]


def _proof(documents: LocalDocuments) -> DocumentGateway:
    """What mypy must agree to."""
    return documents
