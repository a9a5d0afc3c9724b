"""Documents and their categories, for callers without an event loop."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Unpack
from uuid import UUID

from forebay.application.documents.read_document import DEFAULT_WIDTH
from forebay.domain.documents.category import Category, Rule
from forebay.domain.paging import DEFAULT_LIMIT, MAX_LIMIT, Page, SortOrder
from forebay.entrypoints.library.blocking_content import BlockingFileContent, BlockingTextContent
from forebay.entrypoints.library.blocking_jobs import BlockingJobs
from forebay.entrypoints.library.document_results import Document, DocumentWithDetails, FoundDocument, LearnedModel
from forebay.entrypoints.library.fields import DocumentFields, DocumentWhere
from forebay.entrypoints.library.job_results import Job
from forebay.entrypoints.library.sources import BlockingContent


class BlockingDocuments(BlockingJobs):
    """The side of documents. They are read by a server, by `forebay worker`, or right here by process()."""

    def upload_document(self, content: BlockingContent, **fields: Unpack[DocumentFields]) -> Document:
        """upload() of a document, with the document as the answer. It is ready once its run was processed."""
        return self._thread.run(self._forebay.upload_document(content, **fields))

    def list_documents(
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
        return self._thread.run(self._forebay.list_documents(order=order, cursor=cursor, limit=limit, **where))

    def documents(
        self, *, order: SortOrder | str = SortOrder.DESC, **where: Unpack[DocumentWhere]
    ) -> Iterator[Document]:
        """All of them, page by page: documents that come meanwhile neither repeat nor hide one."""
        cursor: str | None = None
        while True:
            page = self.list_documents(order=order, cursor=cursor, limit=MAX_LIMIT, **where)
            yield from page.items
            if (cursor := page.next_cursor) is None:
                return

    def search_documents(
        self, query: str, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT, **where: Unpack[DocumentWhere]
    ) -> Page[FoundDocument]:
        """One page of those that match, best first. `query`: words, "phrases", prefix* and -exclusions.

        All must hold, over title and text; case and accents do not matter. InvalidQueryError, CategoryNotFoundError.
        """
        return self._thread.run(self._forebay.search_documents(query, cursor=cursor, limit=limit, **where))

    def get_document(self, document_id: UUID | str) -> DocumentWithDetails:
        """DocumentNotFoundError."""
        return self._thread.run(self._forebay.get_document(document_id))

    @contextmanager
    def open_document(
        self, document_id: UUID | str, *, start: int = 0, stop: int | None = None
    ) -> Iterator[BlockingFileContent]:
        """A document's bytes, or those from `start` up to, not including, `stop`. DocumentNotFoundError."""
        with self._thread.entered(self._forebay.open_document(document_id, start=start, stop=stop)) as content:

            async def next_chunk() -> bytes:
                return await anext(content, b"")

            with BlockingFileContent(content.file, lambda: self._thread.run(next_chunk())) as opened:
                yield opened

    def download_document(
        self, document_id: UUID | str, target: str | os.PathLike[str], *, overwrite: bool = False
    ) -> Path:
        """As download(): whole and with the recorded digest, or not at all. FileExistsError unless `overwrite`."""
        return self._thread.run(self._forebay.download_document(document_id, target, overwrite=overwrite))

    @contextmanager
    def open_text(
        self, document_id: UUID | str, *, start: int = 0, stop: int | None = None
    ) -> Iterator[BlockingTextContent]:
        """A document's text as UTF-8, or its bytes from `start` up to, not including, `stop`. DocumentNotFoundError.

        DocumentNotReadyError while there is none, and with the reason when it could not be read.
        """
        with self._thread.entered(self._forebay.open_text(document_id, start=start, stop=stop)) as content:

            async def next_chunk() -> bytes:
                return await anext(content, b"")

            with BlockingTextContent(content.text, lambda: self._thread.run(next_chunk())) as opened:
                yield opened

    def read_text(self, document_id: UUID | str) -> str:
        """A document's whole text, in memory; a form feed ends each page. Errors are those of open_text()."""
        return self._thread.run(self._forebay.read_text(document_id))

    def preview_document(self, document_id: UUID | str, *, width: int = DEFAULT_WIDTH) -> bytes:
        """The first page as PNG, `width` (50 to 2000) pixels wide.

        DocumentNotFoundError; PreviewUnavailableError for what cannot be drawn; ExtractionError's.
        """
        return self._thread.run(self._forebay.preview_document(document_id, width=width))

    def correct_document(
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
        return self._thread.run(
            self._forebay.correct_document(document_id, title=title, category=category, uncategorised=uncategorised)
        )

    def delete_document(self, document_id: UUID | str) -> None:
        """One that was uploaded goes with its run; one within an archive or a message is taken off the list.

        DocumentNotFoundError, RunInProgressError.
        """
        self._thread.run(self._forebay.delete_document(document_id))

    def classify_documents(self, run_id: UUID | str) -> Job:
        """Starts to classify the documents of a run once more; process() does it. What a person said stays.

        RunNotFoundError, JobActiveError, JobKindMismatchError.
        """
        return self._thread.run(self._forebay.classify_documents(run_id))

    def learn(self) -> LearnedModel:
        """Lets the local classifier learn from people's corrections; used from now on. NothingToLearnError."""
        return self._thread.run(self._forebay.learn())

    def learned_models(self) -> tuple[LearnedModel, ...]:
        """What was learned, newest first; at most 100."""
        return self._thread.run(self._forebay.learned_models())

    def list_categories(self) -> tuple[Category, ...]:
        """All of them, by name."""
        return self._thread.run(self._forebay.list_categories())

    def get_category(self, category_id: UUID | str) -> Category:
        """CategoryNotFoundError."""
        return self._thread.run(self._forebay.get_category(category_id))

    def create_category(
        self, name: str, *, description: str = "", rules: Iterable[Rule] = (), examples: Iterable[str] = ()
    ) -> Category:
        """CategoryExistsError when the name is taken, ignoring case; InvalidRuleError."""
        return self._thread.run(
            self._forebay.create_category(name, description=description, rules=rules, examples=examples)
        )

    def change_category(
        self,
        category_id: UUID | str,
        *,
        name: str | None = None,
        description: str | None = None,
        rules: Iterable[Rule] | None = None,
        examples: Iterable[str] | None = None,
    ) -> Category:
        """What is None stays; rules and examples are replaced whole. Documents keep theirs until classified again.

        CategoryNotFoundError, CategoryExistsError, InvalidRuleError.
        """
        return self._thread.run(
            self._forebay.change_category(
                category_id, name=name, description=description, rules=rules, examples=examples
            )
        )

    def delete_category(self, category_id: UUID | str) -> None:
        """Its documents become uncategorised, and corrections to it are forgotten. CategoryNotFoundError."""
        self._thread.run(self._forebay.delete_category(category_id))
