"""CorrectDocument: a person says what a document is called or what kind it is. That wins over every model."""

from dataclasses import dataclass
from uuid import UUID

from forebay.application.ports.clock import Clock
from forebay.application.ports.documents import DocumentsUnitOfWork, DocumentsUnitOfWorkFactory
from forebay.application.ports.ids import IdGenerator
from forebay.domain.documents.document import Document
from forebay.domain.documents.errors import CategoryNotFoundError
from forebay.domain.documents.verdict import ClassifierName, Correction, Reason, ReasonKind, Verdict
from forebay.domain.errors import InvalidInputError


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectDocumentCommand:
    """What is None stays. `uncategorised`: none of the categories fits; not together with `category` (a name)."""

    document_id: UUID
    title: str | None = None
    category: str | None = None
    uncategorised: bool = False


class CorrectDocument:
    """DocumentNotFoundError, CategoryNotFoundError; InvalidInputError when nothing is said, or too much."""

    def __init__(self, *, unit_of_work: DocumentsUnitOfWorkFactory, clock: Clock, ids: IdGenerator) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._ids = ids

    async def __call__(self, command: CorrectDocumentCommand) -> Document:
        recategorised = command.category is not None or command.uncategorised
        if command.title is None and not recategorised:
            raise InvalidInputError("nothing to change; expected title or category", field="title")
        if command.category is not None and command.uncategorised:
            raise InvalidInputError("a document with a category is not uncategorised; give one", field="category")
        async with self._unit_of_work() as work:
            document = await work.documents.get(command.document_id, for_update=True)
            if command.title is not None:
                document = document.entitled(command.title, at=self._clock.now())
                await work.index.retitle(document.id, document.title)
            if recategorised:
                document = await self._categorise(work, document, command.category)
            await work.documents.update(document)
            await work.commit()
        return document

    async def _categorise(self, work: DocumentsUnitOfWork, document: Document, name: str | None) -> Document:
        category = await work.categories.find(name) if name is not None else None
        if name is not None and category is None:
            raise CategoryNotFoundError(f"there is no category {name[:100]!r}", field="category")
        category_id = category.id if category is not None else None
        await work.corrections.add(Correction(id=self._ids.new_id(), document_id=document.id, category_id=category_id))
        verdict = Verdict(
            category_id=category_id,
            confidence=1.0,
            classified_by=ClassifierName.PERSON,
            reasons=(Reason(kind=ReasonKind.CORRECTION, text="a person said so"),),
        )
        return document.corrected(verdict, at=self._clock.now())
