"""What is recorded about documents: the documents, their categories, corrections, learned models and the index."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from forebay.domain.documents.category import Category
from forebay.domain.documents.document import Document, DocumentStatus
from forebay.domain.documents.learned import LearnedModel
from forebay.domain.documents.search import Hit, SearchQuery
from forebay.domain.documents.verdict import Correction
from forebay.domain.intake.blob import Sha256
from forebay.domain.paging import Position, SortOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFilter:
    """All that is set must hold. `uncategorised`: has no category. `created_after` inclusive, `created_before` not."""

    run_id: UUID | None = None
    category_id: UUID | None = None
    uncategorised: bool = False
    media_type: str | None = None
    owner: str | None = None
    language: str | None = None
    status: DocumentStatus | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None


class DocumentRepository(Protocol):
    """Documents, ordered by (created_at, id). Within a run each path names one document.

    Whoever updates or deletes has locked what goes, parents first, before any blob is claimed or released: else what
    somebody else says meanwhile is lost, or two wait for each other.
    """

    async def add(self, document: Document) -> None:
        """RunNotFoundError; ConflictError when the run has a document at this path."""
        ...

    async def get(self, document_id: UUID, *, for_update: bool = False) -> Document:
        """DocumentNotFoundError. `for_update`: nobody else changes the document until this unit of work ends."""
        ...

    async def find(self, run_id: UUID, path: str, *, for_update: bool = False) -> Document | None:
        """The run's document at this path. `for_update`: as in get()."""
        ...

    async def update(self, document: Document) -> None:
        """Writes all but id, run_id, path and created_at. DocumentNotFoundError when it is gone.

        BlobNotFoundError when the blob of its text was not claimed; CategoryNotFoundError.
        """
        ...

    async def delete(self, document_id: UUID) -> None:
        """Takes its corrections, its index entry and what was attached to it along. DocumentNotFoundError."""
        ...

    async def list(
        self, where: DocumentFilter, *, order: SortOrder, after: Position | None, limit: int
    ) -> Sequence[Document]:
        """At most `limit` documents behind `after` in `order`."""
        ...

    async def list_of_run(
        self,
        run_id: UUID,
        *,
        statuses: frozenset[DocumentStatus] | None = None,
        after: UUID | None,
        limit: int,
        for_update: bool = False,
    ) -> Sequence[Document]:
        """At most `limit` documents of the run with an id above `after`, ordered by id; of these statuses only.

        `for_update`: as in get(), and those that are deleted before they could be locked are left out.
        """
        ...

    async def attached_to(self, document_id: UUID, *, for_update: bool = False) -> Sequence[Document]:
        """Those whose parent it is, ordered by id. `for_update`: as in list_of_run()."""
        ...

    async def text_digests_of_run(self, run_id: UUID) -> Sequence[Sha256]:
        """The distinct digests of the texts of the run's documents, sorted."""
        ...


class CategoryRepository(Protocol):
    """Categories, ordered by name (by code point)."""

    async def add(self, category: Category) -> None:
        """CategoryExistsError when the name is taken, ignoring case."""
        ...

    async def get(self, category_id: UUID, *, for_update: bool = False) -> Category:
        """CategoryNotFoundError."""
        ...

    async def find(self, name: str) -> Category | None:
        """By its name, as folded_name() has it."""
        ...

    async def update(self, category: Category) -> None:
        """Writes all but id and created_at. CategoryNotFoundError, CategoryExistsError."""
        ...

    async def delete(self, category_id: UUID) -> None:
        """Its documents become uncategorised, and corrections to it go. CategoryNotFoundError.

        Those that a person has put there have no verdict any more, so that models may be asked again, and no older
        correction either: it had been taken back.
        """
        ...

    async def list(self) -> Sequence[Category]:
        """All of them."""
        ...

    async def names(self) -> Mapping[UUID, str]:
        """Those of all of them, without what may be much: rules and examples."""
        ...


class CorrectionRepository(Protocol):
    """What people said documents are, ordered by id. The newest one of a document counts."""

    async def add(self, correction: Correction) -> None:
        """DocumentNotFoundError, CategoryNotFoundError; at the latest at commit."""
        ...

    async def latest(self, document_id: UUID) -> Correction | None: ...

    async def list_latest(self, *, before: UUID | None, limit: int) -> Sequence[Correction]:
        """Of each corrected document the one that counts, with an id below `before`, newest first."""
        ...


class LearnedModelRepository(Protocol):
    """Models that were learned from corrections, by version from 1 on."""

    async def add(self, model: LearnedModel) -> None:
        """ConflictError when its version is taken; BlobNotFoundError when its blob was not claimed."""
        ...

    async def newest(self) -> LearnedModel | None: ...

    async def list(self) -> Sequence[LearnedModel]:
        """Newest first, at most 100."""
        ...

    async def prune(self, *, keep: int) -> Sequence[Sha256]:
        """Removes all but the newest `keep`, and gives the digests of their blobs, which are to be released."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexEntry:
    """`language`: ISO 639-1, for stemming where the index has that."""

    document_id: UUID
    title: str
    text: str
    language: str | None


class DocumentIndex(Protocol):
    """Full text over title and text. Case and accents are ignored; words of the title count more.

    How words are stemmed is the adapter's: a word as it stands in the document is always found.
    """

    async def put(self, entry: IndexEntry) -> None:
        """Replaces what there was of this document. DocumentNotFoundError."""
        ...

    async def retitle(self, document_id: UUID, title: str) -> None:
        """Of a document that is in the index; else nothing happens."""
        ...

    async def search(
        self, query: SearchQuery, where: DocumentFilter, *, skip: int, limit: int
    ) -> Sequence[tuple[Document, Hit]]:
        """Best first, then newest; at most `limit` behind the first `skip`."""
        ...
