"""Documents: stored, read, classified, searched and corrected, as methods to await."""

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Unpack
from uuid import UUID

from forebay.application.documents.correct_document import CorrectDocumentCommand
from forebay.application.documents.read_document import DEFAULT_WIDTH
from forebay.application.documents.show_documents import ListDocumentsQuery, SearchDocumentsQuery, ShownDocument
from forebay.application.intake.receive_upload import ReceiveUploadCommand
from forebay.application.ports.document_records import DocumentFilter
from forebay.application.use_cases import UseCases
from forebay.domain.documents.errors import DocumentNotFoundError
from forebay.domain.intake.run import RunType
from forebay.domain.paging import DEFAULT_LIMIT, MAX_LIMIT, Page, SortOrder
from forebay.entrypoints.library.categories import AsyncCategories
from forebay.entrypoints.library.content import FileContent, TextContent
from forebay.entrypoints.library.document_results import (
    Document,
    DocumentText,
    DocumentWithDetails,
    FoundDocument,
    LearnedModel,
)
from forebay.entrypoints.library.download import save, target_path
from forebay.entrypoints.library.fields import (
    DocumentWhere,
    document_filter,
    parse_id,
    parse_order,
    parse_text,
    upload_details,
)
from forebay.entrypoints.library.job_results import Job
from forebay.entrypoints.library.results import File
from forebay.entrypoints.library.sources import Content, open_source


class AsyncDocuments(AsyncCategories):
    """The side of documents. They are read by a server, by `forebay worker`, or right here by process()."""

    def __init__(self, use_cases: UseCases) -> None:
        super().__init__(use_cases)
        self._intake = use_cases.intake

    async def upload_document(
        self,
        content: Content,
        *,
        name: str | None = None,
        label: str | None = None,
        notes: str | None = None,
        owner: str | None = None,
        sha256: str | None = None,
        idempotency_key: str | None = None,
    ) -> Document:
        """upload() of a document, with the document as the answer. It is ready once its run was processed."""
        details = upload_details(
            run_type=RunType.DOCUMENT,
            label=label,
            notes=notes,
            owner=owner,
            parent_run_id=None,
            documents=False,
            sha256=sha256,
        )
        async with open_source(content, name=name, details=details) as source:
            command = ReceiveUploadCommand(source=source, idempotency_key=idempotency_key)
            run_id = (await self._intake.receive_upload(command)).stored.run.id
        query = ListDocumentsQuery(where=DocumentFilter(run_id=run_id), order=SortOrder.ASC, limit=1)
        page = await self._documents.list_documents(query)  # what is attached to it comes later
        if not page.items:
            raise DocumentNotFoundError(f"run {run_id} was stored, but has no document any more")
        return Document.of(page.items[0])

    async def list_documents(
        self,
        *,
        order: SortOrder | str = SortOrder.DESC,
        cursor: str | None = None,
        limit: int = DEFAULT_LIMIT,
        **where: Unpack[DocumentWhere],
    ) -> Page[Document]:
        """One page, newest first. `cursor`: the `next_cursor` of the page before. `limit`: 1 to 1000.

        CategoryNotFoundError.
        """
        found, category = document_filter(where)
        page = await self._documents.list_documents(
            ListDocumentsQuery(where=found, category=category, order=parse_order(order), cursor=cursor, limit=limit)
        )
        return Page(items=tuple(Document.of(item) for item in page.items), next_cursor=page.next_cursor)

    async def documents(
        self, *, order: SortOrder | str = SortOrder.DESC, **where: Unpack[DocumentWhere]
    ) -> AsyncIterator[Document]:
        """All of them, page by page: documents that come meanwhile neither repeat nor hide one."""
        cursor: str | None = None
        while True:
            page = await self.list_documents(order=order, cursor=cursor, limit=MAX_LIMIT, **where)
            for document in page.items:
                yield document
            if (cursor := page.next_cursor) is None:
                return

    async def search_documents(
        self,
        query: str,
        *,
        cursor: str | None = None,
        limit: int = DEFAULT_LIMIT,
        **where: Unpack[DocumentWhere],
    ) -> Page[FoundDocument]:
        """One page of those that match, best first. `query`: words, "phrases", prefix* and -exclusions.

        All must hold, over title and text; case and accents do not matter. InvalidQueryError, CategoryNotFoundError.
        """
        found, category = document_filter(where)
        page = await self._documents.search_documents(
            SearchDocumentsQuery(
                text=parse_text(query, field="q"), where=found, category=category, cursor=cursor, limit=limit
            )
        )
        return Page(items=tuple(_found(page.items)), next_cursor=page.next_cursor)

    async def get_document(self, document_id: UUID | str) -> DocumentWithDetails:
        """DocumentNotFoundError."""
        detail = await self._documents.get_document(parse_id(document_id, field="document_id"))
        return DocumentWithDetails.of_detail(detail)

    @asynccontextmanager
    async def open_document(
        self, document_id: UUID | str, *, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[FileContent]:
        """A document's bytes, or those from `start` up to, not including, `stop`. DocumentNotFoundError."""
        document = (await self._documents.get_document(parse_id(document_id, field="document_id"))).document
        readable = await self._intake.read_file(document.file_id)
        async with readable.open(start=start, stop=stop) as chunks:
            yield FileContent(File.of(readable.member or readable.file), chunks)

    async def download_document(
        self, document_id: UUID | str, target: str | os.PathLike[str], *, overwrite: bool = False
    ) -> Path:
        """As download(): whole and with the recorded digest, or not at all. FileExistsError unless `overwrite`."""
        async with self.open_document(document_id) as content:
            path = target_path(content.file, target, overwrite=overwrite)
            await save(content.file, content, path)
        return path

    @asynccontextmanager
    async def open_text(
        self, document_id: UUID | str, *, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[TextContent]:
        """A document's text as UTF-8, or its bytes from `start` up to, not including, `stop`. DocumentNotFoundError.

        DocumentNotReadyError while there is none, and with the reason when it could not be read.
        """
        readable = await self._documents.read_text(parse_id(document_id, field="document_id"))
        async with readable.open(start=start, stop=stop) as chunks:
            yield TextContent(DocumentText.of(readable.text), chunks)

    async def read_text(self, document_id: UUID | str) -> str:
        """A document's whole text, in memory; a form feed ends each page. Errors are those of open_text()."""
        async with self.open_text(document_id) as content:
            return (await content.read()).decode()

    async def preview_document(self, document_id: UUID | str, *, width: int = DEFAULT_WIDTH) -> bytes:
        """The first page as PNG, `width` (50 to 2000) pixels wide.

        DocumentNotFoundError; PreviewUnavailableError for what cannot be drawn; ExtractionError's.
        """
        _, picture = await self._documents.render_preview(parse_id(document_id, field="document_id"), width=width)
        return picture

    async def correct_document(
        self,
        document_id: UUID | str,
        *,
        title: str | None = None,
        category: str | None = None,
        uncategorised: bool = False,
    ) -> DocumentWithDetails:
        """What a person says of it, which wins over every model. `category`: by name. `uncategorised`: none fits.

        DocumentNotFoundError, CategoryNotFoundError.
        """
        command = CorrectDocumentCommand(
            document_id=parse_id(document_id, field="document_id"),
            title=title,
            category=None if category is None else parse_text(category, field="category"),
            uncategorised=uncategorised,
        )
        await self._documents.correct_document(command)
        return await self.get_document(document_id)

    async def delete_document(self, document_id: UUID | str) -> None:
        """One that was uploaded goes with its run; one within an archive or a message is taken off the list.

        DocumentNotFoundError, RunInProgressError.
        """
        await self._documents.delete_document(parse_id(document_id, field="document_id"))

    async def classify_documents(self, run_id: UUID | str) -> Job:
        """Starts to classify the documents of a run once more; process() does it. What a person said stays.

        RunNotFoundError, JobActiveError, JobKindMismatchError.
        """
        return await self.start_job(run_id, kind="document_classification")

    async def learn(self) -> LearnedModel:
        """Lets the local classifier learn from people's corrections; used from now on. NothingToLearnError."""
        return LearnedModel.of(await self._documents.learn())

    async def learned_models(self) -> tuple[LearnedModel, ...]:
        """What was learned, newest first; at most 100."""
        return tuple(LearnedModel.of(model) for model in await self._documents.list_learned())


def _found(items: Sequence[ShownDocument]) -> list[FoundDocument]:
    return [FoundDocument.of_hit(item, item.hit) for item in items if item.hit is not None]
