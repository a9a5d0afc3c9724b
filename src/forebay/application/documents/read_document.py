"""ReadDocumentText and RenderPreview: what can be read and seen of a document."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from uuid import UUID

from forebay.application.documents.document_bytes import DocumentBytes
from forebay.application.documents.policy import DocumentPolicy
from forebay.application.ports.blobs import BlobStore
from forebay.application.ports.documents import DocumentsUnitOfWorkFactory
from forebay.application.ports.text import TextExtractor
from forebay.domain.documents.document import Document, DocumentText
from forebay.domain.documents.errors import DocumentNotReadyError
from forebay.domain.errors import InvalidInputError
from forebay.domain.intake.blob import ObjectKey

MIN_WIDTH, MAX_WIDTH, DEFAULT_WIDTH = 50, 2000, 800


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadableText:
    """A document's text as UTF-8, which can be opened whole or from `start` up to, not including, `stop` (bytes)."""

    document: Document
    text: DocumentText
    key: ObjectKey
    blobs: BlobStore

    def open(self, *, start: int = 0, stop: int | None = None) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        return self.blobs.open(self.key, start=start, stop=stop)


class ReadDocumentText:
    """DocumentNotFoundError; DocumentNotReadyError while there is no text, and with the reason when there never was."""

    def __init__(self, *, unit_of_work: DocumentsUnitOfWorkFactory, blobs: BlobStore) -> None:
        self._unit_of_work = unit_of_work
        self._blobs = blobs

    async def __call__(self, document_id: UUID) -> ReadableText:
        async with self._unit_of_work(write=False) as work:
            document = await work.documents.get(document_id)
            if document.text is None:
                why = f": {document.failure.detail}" if document.failure is not None else ""
                raise DocumentNotReadyError(f"document {document_id} is {document.status} and has no text{why}")
            blob = await work.blobs.get(document.text.sha256)
        return ReadableText(document=document, text=document.text, key=blob.object_key, blobs=self._blobs)


class RenderPreview:
    """The first page as PNG. DocumentNotFoundError, PreviewUnavailableError, ExtractionError's."""

    def __init__(
        self,
        *,
        unit_of_work: DocumentsUnitOfWorkFactory,
        content: DocumentBytes,
        extractor: TextExtractor,
        policy: DocumentPolicy,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._content = content
        self._extractor = extractor
        self._policy = policy

    async def __call__(self, document_id: UUID, *, width: int = DEFAULT_WIDTH) -> tuple[Document, bytes]:
        if not MIN_WIDTH <= width <= MAX_WIDTH:
            raise InvalidInputError(f"width is {width}; expected {MIN_WIDTH} to {MAX_WIDTH} pixels", field="width")
        async with self._unit_of_work(write=False) as work:
            document = await work.documents.get(document_id)
        async with self._content.open(document) as source:
            picture = await self._extractor.preview(source, document.media_type, self._policy.limits, width=width)
        return document, picture
