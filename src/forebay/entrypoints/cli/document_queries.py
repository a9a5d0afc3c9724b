"""What commands ask about documents."""

from dataclasses import dataclass, field

from forebay.application.ports.document_records import DocumentFilter
from forebay.domain.documents.category import Rule
from forebay.domain.paging import DEFAULT_LIMIT, SortOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentsQuery:
    """A page of documents. `category`: by name."""

    where: DocumentFilter = field(default_factory=DocumentFilter)
    category: str | None = None
    order: SortOrder = SortOrder.DESC
    cursor: str | None = None
    limit: int = DEFAULT_LIMIT


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """A page of what a search finds, best first."""

    text: str
    where: DocumentFilter
    category: str | None
    cursor: str | None
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What a person says of a document; what is None stays. `uncategorised`: no category fits."""

    title: str | None
    category: str | None
    uncategorised: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryChange:
    """What a person says of a category; what is None stays."""

    name: str | None = None
    description: str | None = None
    rules: tuple[Rule, ...] | None = None
    examples: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A PNG. Whoever writes to this name must check it first."""

    name: str
    data: bytes
