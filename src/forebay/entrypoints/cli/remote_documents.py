"""The documents and categories of a Forebay behind a URL."""

from contextlib import AbstractAsyncContextManager
from uuid import UUID

import httpx

from forebay.application.ports.document_records import DocumentFilter
from forebay.domain.documents.category import CategoryDraft
from forebay.entrypoints.cli.category_rules import rule_views
from forebay.entrypoints.cli.document_queries import CategoryChange, Correction, DocumentsQuery, Picture, SearchQuery
from forebay.entrypoints.cli.document_views import (
    CategoriesView,
    CategoryView,
    DocumentDetailView,
    DocumentView,
    LearnedView,
)
from forebay.entrypoints.cli.gateway import Content, DocumentGateway
from forebay.entrypoints.cli.remote_client import instant
from forebay.entrypoints.cli.remote_jobs import RemoteJobs
from forebay.entrypoints.cli.views import PageView

_PATIENT = httpx.Timeout(60.0, connect=10.0, read=600.0)  # drawing a page and learning may take their time
_PNG = "image/png"


class RemoteDocuments(RemoteJobs):
    """Speaks through `client`; does not close it."""

    async def list_documents(self, query: DocumentsQuery) -> PageView[DocumentView]:
        parameters = {**_filter(query.where, query.category), "order": query.order.value}
        return await self._get(
            "v1/documents", PageView[DocumentView], {**parameters, "cursor": query.cursor, "limit": str(query.limit)}
        )

    async def search_documents(self, query: SearchQuery) -> PageView[DocumentView]:
        parameters = {**_filter(query.where, query.category), "q": query.text}
        return await self._get(
            "v1/documents", PageView[DocumentView], {**parameters, "cursor": query.cursor, "limit": str(query.limit)}
        )

    async def get_document(self, document_id: UUID) -> DocumentDetailView:
        return await self._get(f"v1/documents/{document_id}", DocumentDetailView)

    def read_text(self, document_id: UUID) -> AbstractAsyncContextManager[Content]:
        return self._content(f"v1/documents/{document_id}/text")

    def read_document(self, document_id: UUID) -> AbstractAsyncContextManager[Content]:
        return self._content(f"v1/documents/{document_id}/content")

    async def preview_document(self, document_id: UUID, *, width: int) -> Picture:
        name, data = await self._named(
            f"v1/documents/{document_id}/preview", {"width": str(width)}, media_type=_PNG, timeout=_PATIENT
        )
        return Picture(name=name, data=data)

    async def correct_document(self, document_id: UUID, correction: Correction) -> DocumentDetailView:
        body: dict[str, str | None] = {}
        if correction.title is not None:
            body["title"] = correction.title
        if correction.category is not None or correction.uncategorised:
            body["category"] = correction.category
        return await self._patch(f"v1/documents/{document_id}", DocumentDetailView, body=body)

    async def delete_document(self, document_id: UUID) -> None:
        await self._delete(f"v1/documents/{document_id}")

    async def learn(self) -> LearnedView:
        return await self._post("v1/documents:learn", LearnedView, timeout=_PATIENT)

    async def list_categories(self) -> CategoriesView:
        return await self._get("v1/categories", CategoriesView)

    async def get_category(self, category_id: UUID) -> CategoryView:
        return await self._get(f"v1/categories/{category_id}", CategoryView)

    async def create_category(self, draft: CategoryDraft) -> CategoryView:
        body = {
            "name": draft.name,
            "description": draft.description,
            "rules": rule_views(draft.rules),
            "examples": draft.examples,
        }
        return await self._post("v1/categories", CategoryView, body=body)

    async def change_category(self, category_id: UUID, change: CategoryChange) -> CategoryView:
        said = {
            "name": change.name,
            "description": change.description,
            "rules": rule_views(change.rules) if change.rules is not None else None,
            "examples": change.examples,
        }
        body = {name: value for name, value in said.items() if value is not None}
        return await self._patch(f"v1/categories/{category_id}", CategoryView, body=body)

    async def delete_category(self, category_id: UUID) -> None:
        await self._delete(f"v1/categories/{category_id}")


def _filter(where: DocumentFilter, category: str | None) -> dict[str, str | None]:
    return {
        "category": category,
        "uncategorised": "true" if where.uncategorised else None,
        "media_type": where.media_type,
        "owner": where.owner,
        "language": where.language,
        "status": where.status,
        "run_id": str(where.run_id) if where.run_id is not None else None,
        "created_after": instant(where.created_after),
        "created_before": instant(where.created_before),
    }


def _proof(documents: RemoteDocuments) -> DocumentGateway:
    """What mypy must agree to."""
    return documents
