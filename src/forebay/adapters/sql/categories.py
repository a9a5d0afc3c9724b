"""Categories, corrections and learned models in SQL."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import and_, bindparam, delete, insert, select, update

from forebay.adapters.sql.document_rows import (
    category_of,
    category_values,
    correction_of,
    correction_values,
    learned_of,
    learned_values,
)
from forebay.adapters.sql.documents_tables import categories, corrections, documents, learned_models
from forebay.adapters.sql.rows import storable
from forebay.adapters.sql.statements import Statements
from forebay.application.ports.documents import CategoryRepository, CorrectionRepository, LearnedModelRepository
from forebay.domain.documents.category import Category, folded_name
from forebay.domain.documents.errors import CategoryNotFoundError
from forebay.domain.documents.learned import LearnedModel
from forebay.domain.documents.verdict import ClassifierName, Correction
from forebay.domain.intake.blob import Sha256

_CATEGORY_IS_FOR_EVER = frozenset({"id", "created_at"})
_MOST_MODELS = 100
_MOST_PRUNED = 1000

_CATEGORIES = select(categories).order_by(categories.c.name)
_NAMES = select(categories.c.id, categories.c.name)
_INSERT_CATEGORY = insert(categories)
_UPDATE_CATEGORY = update(categories).where(categories.c.id == bindparam("category_id"))
_DELETE_CATEGORY = delete(categories).where(categories.c.id == bindparam("category_id"))
_FORGET_PEOPLE = (
    update(documents)
    .where(documents.c.category_id == bindparam("gone"), documents.c.classified_by == ClassifierName.PERSON.value)
    .values(category_id=None, confidence=None, classified_by=None, verdict_model_id=None, reasons=None)
)
_GET_CATEGORY = select(categories).where(categories.c.id == bindparam("category_id"))
_LOCK_CATEGORY = _GET_CATEGORY.with_for_update(key_share=True)
_FIND_CATEGORY = select(categories).where(categories.c.name_folded == bindparam("folded"))

_newer, _counts = corrections.alias("newer"), corrections.alias("counts")
_INSERT_CORRECTION = insert(corrections)
_LATEST = (
    select(corrections)
    .where(corrections.c.document_id == bindparam("document"))
    .order_by(corrections.c.id.desc())
    .limit(1)
)
_is_newer = and_(_newer.c.document_id == corrections.c.document_id, _newer.c.id > corrections.c.id)
_none_is_newer = ~select(_newer.c.id).where(_is_newer).exists()
_ALL_LATEST = select(corrections).where(_none_is_newer).order_by(corrections.c.id.desc())
_FORGET_CORRECTED = delete(corrections).where(
    corrections.c.document_id.in_(
        select(_counts.c.document_id).where(
            _counts.c.category_id == bindparam("gone"),
            ~select(_newer.c.id)
            .where(_newer.c.document_id == _counts.c.document_id, _newer.c.id > _counts.c.id)
            .exists(),
        )
    )
)

_INSERT_MODEL = insert(learned_models)
_DELETE_MODEL = delete(learned_models).where(learned_models.c.version == bindparam("the_version"))
_MODELS = select(learned_models).order_by(learned_models.c.version.desc())


class SqlCategories:
    """Categories."""

    def __init__(self, statements: Statements) -> None:
        self._do = statements

    async def add(self, category: Category) -> None:
        await self._do.write(_INSERT_CATEGORY, category_values(category))

    async def get(self, category_id: UUID, *, for_update: bool = False) -> Category:
        row = await self._do.first(_LOCK_CATEGORY if for_update else _GET_CATEGORY, {"category_id": category_id})
        if row is None:
            raise _no_category(category_id)
        return category_of(row)

    async def find(self, name: str) -> Category | None:
        if not storable(name):
            return None
        row = await self._do.first(_FIND_CATEGORY, {"folded": folded_name(name)})
        return category_of(row) if row is not None else None

    async def update(self, category: Category) -> None:
        row = category_values(category)
        values = {name: value for name, value in row.items() if name not in _CATEGORY_IS_FOR_EVER}
        if not await self._do.write(_UPDATE_CATEGORY, {**values, "category_id": category.id}, about=row):
            raise _no_category(category.id)

    async def delete(self, category_id: UUID) -> None:
        await self._do.write(_FORGET_CORRECTED, {"gone": category_id})
        await self._do.write(_FORGET_PEOPLE, {"gone": category_id})
        if not await self._do.write(_DELETE_CATEGORY, {"category_id": category_id}):
            raise _no_category(category_id)

    async def list(self) -> Sequence[Category]:
        return tuple(category_of(row) for row in await self._do.fetch(_CATEGORIES))

    async def names(self) -> Mapping[UUID, str]:
        return {row.id: row.name for row in await self._do.fetch(_NAMES)}


class SqlCorrections:
    """Corrections; none is ever changed."""

    def __init__(self, statements: Statements) -> None:
        self._do = statements

    async def add(self, correction: Correction) -> None:
        await self._do.write(_INSERT_CORRECTION, correction_values(correction))

    async def latest(self, document_id: UUID) -> Correction | None:
        row = await self._do.first(_LATEST, {"document": document_id})
        return correction_of(row) if row is not None else None

    async def list_latest(self, *, before: UUID | None, limit: int) -> Sequence[Correction]:
        statement = _ALL_LATEST.limit(limit)
        if before is not None:
            statement = statement.where(corrections.c.id < before)
        return tuple(correction_of(row) for row in await self._do.fetch(statement))


class SqlLearnedModels:
    """Learned models."""

    def __init__(self, statements: Statements) -> None:
        self._do = statements

    async def add(self, model: LearnedModel) -> None:
        await self._do.write(_INSERT_MODEL, learned_values(model))

    async def newest(self) -> LearnedModel | None:
        row = await self._do.first(_MODELS.limit(1))
        return learned_of(row) if row is not None else None

    async def list(self) -> Sequence[LearnedModel]:
        return tuple(learned_of(row) for row in await self._do.fetch(_MODELS.limit(_MOST_MODELS)))

    async def prune(self, *, keep: int) -> Sequence[Sha256]:
        gone = [learned_of(row) for row in await self._do.fetch(_MODELS.offset(keep).limit(_MOST_PRUNED))]
        for model in gone:
            await self._do.write(_DELETE_MODEL, {"the_version": model.version})
        return tuple(sorted({model.sha256 for model in gone}, key=str))


def _no_category(category_id: UUID) -> CategoryNotFoundError:
    return CategoryNotFoundError(f"there is no category {category_id}")


def _fit(statements: Statements) -> tuple[CategoryRepository, CorrectionRepository, LearnedModelRepository]:
    return SqlCategories(statements), SqlCorrections(statements), SqlLearnedModels(statements)
