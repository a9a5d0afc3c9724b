"""Documents, what was found in them, and what a person says of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from forebay.application.documents.show_documents import DocumentDetail, ShownDocument
from forebay.domain.documents.document import MAX_TITLE, Document, DocumentStatus
from forebay.domain.documents.search import Hit
from forebay.domain.documents.verdict import ClassifierName, ReasonKind
from forebay.domain.paging import Page
from forebay.domain.processing.model import Model
from forebay.entrypoints.http.schemas.fields import Cursor, Digest

Span = Annotated[list[int], Meta(min_length=2, max_length=2, description="Start and stop in characters.")]


class DocumentErrorBody(msgspec.Struct, kw_only=True, frozen=True):
    """Why a document failed."""

    code: str
    detail: str


class SnippetBody(msgspec.Struct, kw_only=True, frozen=True):
    """A piece of the text, and where in it something matched: in order, not overlapping."""

    text: str
    matches: list[Span]


class DocumentBody(msgspec.Struct, kw_only=True, frozen=True):
    """A document. What a search says of it comes last, and only then."""

    id: UUID
    run_id: UUID
    file_id: Annotated[UUID, Meta(description="The file of the run that has its bytes.")]
    parent_id: Annotated[UUID | None, Meta(description="The message that it was attached to.")]
    path: Annotated[str, Meta(description="Where it lies in its run.")]
    title: str
    media_type: str
    size_bytes: int
    sha256: Digest
    owner: str | None
    status: DocumentStatus
    error: DocumentErrorBody | None
    needs_ocr: Annotated[bool, Meta(description="Its pages are pictures, of which nobody has read the text.")]
    page_count: int | None
    language: Annotated[str | None, Meta(description="ISO 639-1, where it could be told.")]
    category: Annotated[str | None, Meta(description="The name of its category; null: uncategorised.")]
    confidence: Annotated[
        float | None, Meta(description="0 to 1, of the best category even where it was not enough for a verdict.")
    ]
    classified_by: ClassifierName | None
    created_at: datetime
    updated_at: datetime
    score: Annotated[float, Meta(description="Higher is better, within one answer.")] | UnsetType = UNSET
    title_matches: Annotated[list[Span], Meta(description="Where the title matched.")] | UnsetType = UNSET
    snippet: SnippetBody | UnsetType = UNSET

    @classmethod
    def of(cls, shown: ShownDocument) -> "DocumentBody":
        return cls(**_facts(shown.document, shown.category), **_found(shown.hit))


class DocumentPage(msgspec.Struct, kw_only=True, frozen=True):
    """A page of documents."""

    items: list[DocumentBody]
    next_cursor: Cursor

    @classmethod
    def of(cls, page: Page[ShownDocument]) -> "DocumentPage":
        return cls(items=[DocumentBody.of(item) for item in page.items], next_cursor=page.next_cursor)


class TextBody(msgspec.Struct, kw_only=True, frozen=True):
    """The text at /v1/documents/{id}/text."""

    sha256: Digest
    size_bytes: int
    page_offsets: Annotated[list[int], Meta(description="Bytes at which each page begins; empty without pages.")]


class ReasonBody(msgspec.Struct, kw_only=True, frozen=True):
    """Why it has its category, or none."""

    kind: ReasonKind
    text: str
    weight: Annotated[float | None, Meta(description="How much it counted, on the classifier's own scale.")]


class UsedModelBody(msgspec.Struct, kw_only=True, frozen=True):
    """What did the work."""

    name: str
    version: str

    @classmethod
    def of(cls, model: Model | None) -> "UsedModelBody | None":
        return cls(name=model.name, version=model.version) if model is not None else None


class AttachmentBody(msgspec.Struct, kw_only=True, frozen=True):
    """A document that was attached to this one."""

    id: UUID
    title: str
    path: str
    status: DocumentStatus


class DocumentDetailBody(DocumentBody, kw_only=True, frozen=True):
    """A document with all that is known of it."""

    text: Annotated[TextBody | None, Meta(description="null until it was read.")]
    reasons: list[ReasonBody]
    extractor: UsedModelBody | None
    classifier: UsedModelBody | None
    attachments: list[AttachmentBody]

    @classmethod
    def of_detail(cls, detail: DocumentDetail) -> "DocumentDetailBody":
        document = detail.document
        text, verdict = document.text, document.verdict
        return cls(
            **_facts(document, detail.category),
            text=(
                TextBody(sha256=text.sha256.hex, size_bytes=text.size_bytes, page_offsets=list(text.page_offsets))
                if text is not None
                else None
            ),
            reasons=(
                [ReasonBody(kind=reason.kind, text=reason.text, weight=reason.weight) for reason in verdict.reasons]
                if verdict is not None
                else []
            ),
            extractor=UsedModelBody.of(detail.extractor),
            classifier=UsedModelBody.of(detail.classifier),
            attachments=[
                AttachmentBody(id=other.id, title=other.title, path=other.path, status=other.status)
                for other in detail.attachments
            ],
        )


class ChangeDocumentBody(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """What a person says of a document. What is left out stays."""

    title: Annotated[str, Meta(min_length=1, max_length=MAX_TITLE)] | UnsetType = UNSET
    category: Annotated[str | None, Meta(description="A category's name; null: none of them fits.")] | UnsetType = UNSET


def _facts(document: Document, category: str | None) -> Mapping[str, Any]:
    """The fields of DocumentBody, which its bigger sister has as well."""
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
        "status": document.status,
        "error": DocumentErrorBody(code=failure.code, detail=failure.detail) if failure is not None else None,
        "needs_ocr": document.needs_ocr,
        "page_count": document.page_count,
        "language": document.language,
        "category": category,
        "confidence": verdict.confidence if verdict is not None else None,
        "classified_by": verdict.classified_by if verdict is not None else None,
        "created_at": document.created_at,
        "updated_at": document.updated_at,
    }


def _found(hit: Hit | None) -> Mapping[str, Any]:
    if hit is None:
        return {}
    return {
        "score": hit.score,
        "title_matches": _spans(hit.title.matches),
        "snippet": SnippetBody(text=hit.snippet.text, matches=_spans(hit.snippet.matches)),
    }


def _spans(matches: tuple[tuple[int, int], ...]) -> list[list[int]]:
    return [list(match) for match in matches]
