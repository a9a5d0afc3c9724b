"""What there is to see of documents and categories. The types are the bodies of the HTTP API."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from forebay.entrypoints.cli.views import ErrorView

Span = Annotated[list[int], Meta(min_length=2, max_length=2)]  # start and stop, in characters


class SnippetView(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of the text, and where in it something matched."""

    text: str
    matches: list[Span]


class DocumentView(msgspec.Struct, frozen=True, kw_only=True):
    """A document. What a search says of it comes last, and only then."""

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
    status: str
    error: ErrorView | None
    needs_ocr: bool
    page_count: int | None
    language: str | None
    category: str | None
    confidence: float | None
    classified_by: str | None
    created_at: datetime
    updated_at: datetime
    score: float | UnsetType = UNSET
    title_matches: list[Span] | UnsetType = UNSET
    snippet: SnippetView | UnsetType = UNSET


class TextView(msgspec.Struct, frozen=True, kw_only=True):
    """The text of a document, and the bytes at which each page begins."""

    sha256: str
    size_bytes: int
    page_offsets: list[int]


class ReasonView(msgspec.Struct, frozen=True, kw_only=True):
    """Why it has its category, or none."""

    kind: str
    text: str
    weight: float | None


class UsedModelView(msgspec.Struct, frozen=True, kw_only=True):
    """What did the work."""

    name: str
    version: str


class AttachmentView(msgspec.Struct, frozen=True, kw_only=True):
    """A document that was attached to this one."""

    id: UUID
    title: str
    path: str
    status: str


class DocumentDetailView(DocumentView, frozen=True, kw_only=True):
    """A document with all that is known of it."""

    text: TextView | None
    reasons: list[ReasonView]
    extractor: UsedModelView | None
    classifier: UsedModelView | None
    attachments: list[AttachmentView]


class LearnedView(msgspec.Struct, frozen=True, kw_only=True):
    """One version of what was learned from corrections."""

    version: int
    model_id: UUID
    sha256: str
    size_bytes: int
    correction_count: int
    category_count: int
    created_at: datetime


class RuleView(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a document must say to belong to a category."""

    kind: str
    terms: list[str]
    where: str = "anywhere"
    confidence: float = 0.9
    similarity: float = 90.0


class CategoryView(msgspec.Struct, frozen=True, kw_only=True):
    """A category with what classifiers go by."""

    id: UUID
    name: str
    description: str
    rules: list[RuleView]
    examples: list[str]
    created_at: datetime
    updated_at: datetime


class CategoriesView(msgspec.Struct, frozen=True, kw_only=True):
    """All categories, by name."""

    items: list[CategoryView]
    next_cursor: str | None = None
