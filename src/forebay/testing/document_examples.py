"""Documents, categories, corrections and learned models to test with: valid, different each time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypedDict, Unpack
from uuid import UUID, uuid4

from forebay.application.ports.documents import DocumentFilter, DocumentsUnitOfWorkFactory, IndexEntry
from forebay.domain.documents.category import Category, Rule, RuleKind
from forebay.domain.documents.document import Document, DocumentFailure, DocumentStatus, DocumentText, TitleSource
from forebay.domain.documents.learned import LearnedModel
from forebay.domain.documents.search import Hit, SearchQuery
from forebay.domain.documents.verdict import ClassifierName, Correction, Verdict
from forebay.domain.intake.blob import Blob, ObjectKey, Sha256
from forebay.domain.intake.file import StoredFile
from forebay.domain.intake.run import IngestionRun
from forebay.domain.paging import SortOrder
from forebay.domain.processing.model import Model
from forebay.testing.intake_examples import MORNING, a_blob, a_file, a_run
from forebay.testing.job_examples import a_model


class DocumentFields(TypedDict, total=False):
    """What a test may want to be different in a document."""

    id: UUID
    parent_id: UUID | None
    title: str
    title_source: TitleSource
    media_type: str
    size_bytes: int
    sha256: Sha256
    owner: str | None
    status: DocumentStatus
    failure: DocumentFailure | None
    needs_ocr: bool
    page_count: int | None
    language: str | None
    text: DocumentText | None
    verdict: Verdict | None
    created_at: datetime
    updated_at: datetime


def a_document(file: StoredFile, path: str = "", **fields: Unpack[DocumentFields]) -> Document:
    document = Document(
        id=uuid4(),
        run_id=file.run_id,
        file_id=file.id,
        path=path or f"{uuid4()}.pdf",
        title="A document",
        media_type="application/pdf",
        size_bytes=file.size_bytes,
        sha256=file.sha256,
        owner=None,
        created_at=MORNING,
        updated_at=MORNING,
    )
    return replace(document, **fields)


def a_category(name: str = "", *, description: str = "What it is about.") -> Category:
    return Category(
        id=uuid4(),
        name=name or f"Category {uuid4()}",
        description=description,
        rules=(
            Rule(kind=RuleKind.ANY, terms=("größe", "名前")),
            Rule(kind=RuleKind.FUZZY, terms=("x",), similarity=75.5),
        ),
        examples=("one", "zwei\nLines"),
        created_at=MORNING,
        updated_at=MORNING,
    )


def a_verdict(category: Category | None, *, by: ClassifierName = ClassifierName.RULES) -> Verdict:
    return Verdict(category_id=category.id if category is not None else None, confidence=0.75, classified_by=by)


def a_text(blob: Blob, model: Model) -> DocumentText:
    return DocumentText(sha256=blob.sha256, size_bytes=blob.size_bytes, page_offsets=(0, 1024), model_id=model.id)


def a_learned_model(blob: Blob, model: Model, *, version: int = 1) -> LearnedModel:
    return LearnedModel(
        version=version,
        model_id=model.id,
        sha256=blob.sha256,
        size_bytes=blob.size_bytes,
        correction_count=10,
        category_count=2,
        created_at=MORNING,
    )


def a_correction(document: Document, category: Category | None, *, number: int = 0) -> Correction:
    """Those of a higher number are newer."""
    found = uuid4()
    later = UUID(int=(number << 96) | (found.int & ((1 << 96) - 1))) if number else found
    return Correction(id=later, document_id=document.id, category_id=category.id if category is not None else None)


class Library:
    """Units of work that do one thing and commit, so that tests can say what they are about."""

    def __init__(self, open_work: DocumentsUnitOfWorkFactory) -> None:
        self.open = open_work

    async def uploaded(self, run: IngestionRun | None = None) -> StoredFile:
        """A run with its one file."""
        run, blob = run or a_run(), a_blob()
        file = a_file(run, blob)
        async with self.open() as work:
            await work.runs.add(run)
            await work.blobs.claim(blob)
            await work.files.add(file)
            await work.commit()
        return file

    async def add(self, *documents: Document) -> None:
        async with self.open() as work:
            for document in documents:
                await work.documents.add(document)
            await work.commit()

    async def added(self, path: str = "", **fields: Unpack[DocumentFields]) -> Document:
        """A document in a run of its own."""
        document = a_document(await self.uploaded(), path, **fields)
        await self.add(document)
        return document

    async def update(self, document: Document) -> None:
        async with self.open() as work:
            await work.documents.update(document)
            await work.commit()

    async def document(self, document_id: UUID) -> Document:
        async with self.open(write=False) as work:
            return await work.documents.get(document_id)

    async def delete(self, document_id: UUID) -> None:
        async with self.open() as work:
            await work.documents.delete(document_id)
            await work.commit()

    async def delete_run(self, run_id: UUID) -> list[ObjectKey]:
        """Gives the keys of the objects that nothing refers to any more."""
        async with self.open() as work:
            digests = {
                *await work.blobs.digests_of_run(run_id),
                *await work.documents.text_digests_of_run(run_id),
            }
            await work.runs.delete(run_id)
            released = [await work.blobs.release(digest) for digest in sorted(digests, key=str)]
            await work.commit()
        return [key for key in released if key is not None]

    async def ids(self, where: DocumentFilter | None = None, *, order: SortOrder = SortOrder.ASC) -> Sequence[UUID]:
        async with self.open(write=False) as work:
            found = await work.documents.list(where or DocumentFilter(), order=order, after=None, limit=1000)
        return [document.id for document in found]

    async def categorise(self, *categories: Category) -> None:
        async with self.open() as work:
            for category in categories:
                await work.categories.add(category)
            await work.commit()

    async def correct(self, *corrections: Correction) -> None:
        async with self.open() as work:
            for correction in corrections:
                await work.corrections.add(correction)
            await work.commit()

    async def with_text(self, document: Document, content: str = "") -> Document:
        """The document with a text whose blob was claimed."""
        blob, model = a_blob(content), a_model()
        async with self.open() as work:
            await work.blobs.claim(blob)
            known = await work.models.ensure(model)
            changed = replace(document, text=a_text(blob, known))
            await work.documents.update(changed)
            await work.commit()
        return changed

    async def index(self, document: Document, text: str, *, title: str = "", language: str | None = None) -> None:
        entry = IndexEntry(document_id=document.id, title=title or document.title, text=text, language=language)
        async with self.open() as work:
            await work.index.put(entry)
            await work.commit()

    async def indexed(
        self, content: str, *, file: StoredFile | None = None, **fields: Unpack[DocumentFields]
    ) -> Document:
        """A document in the index; later ones are newer."""
        fields.setdefault("created_at", MORNING + timedelta(seconds=len(await self.ids())))
        fields.setdefault("title", "Untitled")
        document = a_document(file or await self.uploaded(), **fields)
        await self.add(document)
        await self.index(document, content, language=document.language)
        return document

    async def search(
        self, query: str, where: DocumentFilter | None = None, *, skip: int = 0, limit: int = 100
    ) -> Sequence[tuple[Document, Hit]]:
        async with self.open(write=False) as work:
            return await work.index.search(SearchQuery.parse(query), where or DocumentFilter(), skip=skip, limit=limit)

    async def found(self, query: str, where: DocumentFilter | None = None) -> list[UUID]:
        return [document.id for document, _ in await self.search(query, where)]
