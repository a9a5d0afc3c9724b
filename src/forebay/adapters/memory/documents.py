"""The repositories of documents in memory: the same rules as in SQL, without a database."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from forebay.adapters.memory.work import Work
from forebay.application.ports.documents import (
    CategoryRepository,
    CorrectionRepository,
    DocumentFilter,
    DocumentRepository,
    LearnedModelRepository,
)
from forebay.domain.documents.category import Category, folded_name
from forebay.domain.documents.document import Document, DocumentStatus
from forebay.domain.documents.errors import CategoryNotFoundError
from forebay.domain.documents.learned import LearnedModel
from forebay.domain.documents.verdict import Correction
from forebay.domain.intake.blob import Sha256
from forebay.domain.paging import Position, SortOrder

_MOST_MODELS = 100


class MemoryDocuments:
    """Documents."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(self, document: Document) -> None:
        with self._work.writing():
            (await self._work.state()).add_document(document)

    async def get(self, document_id: UUID, *, for_update: bool = False) -> Document:
        return (await self._work.state()).document(document_id)

    async def find(self, run_id: UUID, path: str, *, for_update: bool = False) -> Document | None:
        state = await self._work.state()
        found = state.document_ids.get((run_id, path))
        return state.documents[found] if found is not None else None

    async def update(self, document: Document) -> None:
        with self._work.writing():
            state = await self._work.state()
            before = await self.get(document.id)
            state.put_document(replace(document, run_id=before.run_id, path=before.path, created_at=before.created_at))

    async def delete(self, document_id: UUID) -> None:
        with self._work.writing():
            state = await self._work.state()
            await self.get(document_id)
            state.delete_document(document_id)

    async def list(
        self, where: DocumentFilter, *, order: SortOrder, after: Position | None, limit: int
    ) -> Sequence[Document]:
        newest_first = order is SortOrder.DESC
        place = (after.at, after.id) if after is not None else None
        found = [one for one in (await self._work.state()).documents.values() if matches(one, where)]
        found.sort(key=position, reverse=newest_first)
        if place is not None:
            found = [one for one in found if (position(one) < place if newest_first else position(one) > place)]
        return tuple(found[:limit])

    async def list_of_run(
        self,
        run_id: UUID,
        *,
        statuses: frozenset[DocumentStatus] | None = None,
        after: UUID | None,
        limit: int,
        for_update: bool = False,
    ) -> Sequence[Document]:
        found = [
            one
            for one in (await self._work.state()).documents.values()
            if one.run_id == run_id
            and (statuses is None or one.status in statuses)
            and (after is None or one.id > after)
        ]
        return tuple(sorted(found, key=lambda one: one.id)[:limit])

    async def attached_to(self, document_id: UUID, *, for_update: bool = False) -> Sequence[Document]:
        found = [one for one in (await self._work.state()).documents.values() if one.parent_id == document_id]
        return tuple(sorted(found, key=lambda one: one.id))

    async def text_digests_of_run(self, run_id: UUID) -> Sequence[Sha256]:
        of_run = [one for one in (await self._work.state()).documents.values() if one.run_id == run_id]
        return tuple(sorted({one.text.sha256 for one in of_run if one.text is not None}, key=str))


def position(document: Document) -> tuple[datetime, UUID]:
    return document.created_at, document.id


def matches(document: Document, where: DocumentFilter) -> bool:
    category_id = document.verdict.category_id if document.verdict is not None else None
    return (
        (where.run_id is None or document.run_id == where.run_id)
        and (where.category_id is None or category_id == where.category_id)
        and (not where.uncategorised or category_id is None)
        and (where.media_type is None or document.media_type == where.media_type)
        and (where.owner is None or document.owner == where.owner)
        and (where.language is None or document.language == where.language)
        and (where.status is None or document.status is where.status)
        and (where.created_after is None or document.created_at >= where.created_after)
        and (where.created_before is None or document.created_at < where.created_before)
    )


class MemoryCategories:
    """Categories."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(self, category: Category) -> None:
        with self._work.writing():
            (await self._work.state()).add_category(category)

    async def get(self, category_id: UUID, *, for_update: bool = False) -> Category:
        category = (await self._work.state()).categories.get(category_id)
        if category is None:
            raise CategoryNotFoundError(f"there is no category {category_id}")
        return category

    async def find(self, name: str) -> Category | None:
        folded = folded_name(name)
        categories = (await self._work.state()).categories.values()
        return next((one for one in categories if folded_name(one.name) == folded), None)

    async def update(self, category: Category) -> None:
        with self._work.writing():
            state = await self._work.state()
            before = await self.get(category.id)
            state.put_category(replace(category, created_at=before.created_at))

    async def delete(self, category_id: UUID) -> None:
        with self._work.writing():
            state = await self._work.state()
            await self.get(category_id)
            state.delete_category(category_id)

    async def list(self) -> Sequence[Category]:
        return tuple(sorted((await self._work.state()).categories.values(), key=lambda one: one.name))

    async def names(self) -> Mapping[UUID, str]:
        return {one.id: one.name for one in (await self._work.state()).categories.values()}


class MemoryCorrections:
    """Corrections; none is ever changed."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(self, correction: Correction) -> None:
        with self._work.writing():
            (await self._work.state()).add_correction(correction)

    async def latest(self, document_id: UUID) -> Correction | None:
        found = [one for one in (await self._work.state()).corrections.values() if one.document_id == document_id]
        return max(found, key=lambda one: one.id, default=None)

    async def list_latest(self, *, before: UUID | None, limit: int) -> Sequence[Correction]:
        latest: dict[UUID, Correction] = {}
        for one in sorted((await self._work.state()).corrections.values(), key=lambda one: one.id):
            latest[one.document_id] = one
        found = [one for one in latest.values() if before is None or one.id < before]
        return tuple(sorted(found, key=lambda one: one.id, reverse=True)[:limit])


class MemoryLearnedModels:
    """Learned models."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(self, model: LearnedModel) -> None:
        with self._work.writing():
            (await self._work.state()).add_learned(model)

    async def newest(self) -> LearnedModel | None:
        return next(iter(await self.list()), None)

    async def list(self) -> Sequence[LearnedModel]:
        models = (await self._work.state()).learned.values()
        return tuple(sorted(models, key=lambda model: model.version, reverse=True)[:_MOST_MODELS])

    async def prune(self, *, keep: int) -> Sequence[Sha256]:
        with self._work.writing():
            learned = (await self._work.state()).learned
            gone = [learned.pop(version) for version in sorted(learned, reverse=True)[keep:]]
        return tuple(sorted({model.sha256 for model in gone}, key=str))


def _fit(work: Work) -> tuple[DocumentRepository, CategoryRepository, CorrectionRepository, LearnedModelRepository]:
    return MemoryDocuments(work), MemoryCategories(work), MemoryCorrections(work), MemoryLearnedModels(work)
