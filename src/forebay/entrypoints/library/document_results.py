"""What the methods about documents answer with: the same facts, under the same names, as the HTTP API."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from forebay.application.documents.show_documents import DocumentDetail, ShownDocument
from forebay.domain.documents import document as documents
from forebay.domain.documents import learned
from forebay.domain.documents.document import DocumentFailure, DocumentStatus
from forebay.domain.documents.search import Hit, Snippet
from forebay.domain.documents.verdict import ClassifierName, Reason
from forebay.domain.processing.model import Model


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file whose text is read, classified and searched. `path`: where it lies in its run; `file_id`: its bytes.

    `parent_id`: the message that it was attached to. `error`: why it could not be read. `needs_ocr`: its pages are
    pictures. `category`: by name; None: uncategorised. `confidence`: 0 to 1, of the best category even if not enough.
    """

    id: UUID
    run_id: UUID
    file_id: UUID
    parent_id: UUID | None
    path: str
    title: str
    media_type: str
    size_bytes: int
    sha256: str
    owner: str | None
    status: DocumentStatus
    error: DocumentFailure | None
    needs_ocr: bool
    page_count: int | None
    language: str | None
    category: str | None
    confidence: float | None
    classified_by: ClassifierName | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, shown: ShownDocument) -> "Document":
        return cls(**_facts(shown.document, shown.category))


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDocument(Document):
    """A document that a search found. `score`: higher is better, within one answer.

    `title_matches`: where the title matched, as (start, stop) in characters. `snippet`: a piece of the text, likewise.
    """

    score: float
    title_matches: tuple[tuple[int, int], ...]
    snippet: Snippet

    @classmethod
    def of_hit(cls, shown: ShownDocument, hit: Hit) -> "FoundDocument":
        return cls(
            **_facts(shown.document, shown.category),
            score=hit.score,
            title_matches=hit.title.matches,
            snippet=hit.snippet,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentText:
    """What there is to know of a document's text, which is UTF-8. `page_offsets`: bytes at which each page begins."""

    sha256: str
    size_bytes: int
    page_offsets: tuple[int, ...]

    @classmethod
    def of(cls, text: documents.DocumentText) -> "DocumentText":
        return cls(sha256=text.sha256.hex, size_bytes=text.size_bytes, page_offsets=text.page_offsets)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A document within another one."""

    id: UUID
    title: str
    path: str
    status: DocumentStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentWithDetails(Document):
    """A document with all that is known of it. `text` is None until it was read. `reasons`: why it has its category.

    `extractor` and `classifier`: what read and what classified it. `attachments`: documents within this one.
    """

    text: DocumentText | None
    reasons: tuple[Reason, ...]
    extractor: Model | None
    classifier: Model | None
    attachments: tuple[Attachment, ...]

    @classmethod
    def of_detail(cls, detail: DocumentDetail) -> "DocumentWithDetails":
        text, verdict = detail.document.text, detail.document.verdict
        return cls(
            **_facts(detail.document, detail.category),
            text=DocumentText.of(text) if text is not None else None,
            reasons=verdict.reasons if verdict is not None else (),
            extractor=detail.extractor,
            classifier=detail.classifier,
            attachments=tuple(
                Attachment(id=other.id, title=other.title, path=other.path, status=other.status)
                for other in detail.attachments
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedModel:
    """One version, from 1 on, of what the local classifier learned from people's corrections."""

    version: int
    model_id: UUID
    sha256: str
    size_bytes: int
    correction_count: int
    category_count: int
    created_at: datetime

    @classmethod
    def of(cls, model: learned.LearnedModel) -> "LearnedModel":
        return cls(
            version=model.version,
            model_id=model.model_id,
            sha256=model.sha256.hex,
            size_bytes=model.size_bytes,
            correction_count=model.correction_count,
            category_count=model.category_count,
            created_at=model.created_at,
        )


def _facts(document: documents.Document, category: str | None) -> Mapping[str, Any]:
    """The fields of Document, which its bigger sisters have as well."""
    verdict = document.verdict
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
        "error": document.failure,
        "needs_ocr": document.needs_ocr,
        "page_count": document.page_count,
        "language": document.language,
        "category": category,
        "confidence": verdict.confidence if verdict is not None else None,
        "classified_by": verdict.classified_by if verdict is not None else None,
        "created_at": document.created_at,
        "updated_at": document.updated_at,
    }
