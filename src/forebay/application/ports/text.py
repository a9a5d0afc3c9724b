"""Reading documents: text, previews, attachments. What is opened is not trusted, so this happens in other processes."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from forebay.application.ports.archives import RangeSource
from forebay.domain.processing.model import ModelSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLimits:
    """What a document may ask of us. `max_text_bytes`: of its text as UTF-8; `max_attachments`: of a message."""

    max_text_bytes: int = 32 * 1024**2
    max_pages: int = 20_000
    max_attachments: int = 1_000
    timeout_seconds: float = 300.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file within a message. `index` counts from 0; `name` is checked and has no path in it."""

    index: int
    name: str
    media_type: str
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """`text`: NFC-independent Unicode without NUL, surrogates and control characters but tab, line feed and form feed.

    `page_starts`: characters at which each page begins (a form feed ends each page); empty for what has no pages.
    `title`: what the document says of itself. `language`: ISO 639-1 when it could be told. `needs_ocr`: there are
    pages, and pictures but no text on them. `model`: the adapter and library that did it, with its version.
    """

    text: str
    page_starts: tuple[int, ...]
    page_count: int | None
    title: str | None
    language: str | None
    needs_ocr: bool
    attachments: tuple[Attachment, ...]
    model: ModelSpec


class TextExtractor(Protocol):
    """Text of documents, by their media type, in bounded memory and time. Errors are ExtractionError's, those of the

    source, or UnavailableError when no process can be had at present. A reader that breaks down over a document fails
    that document alone.
    """

    def reads(self, media_type: str) -> bool:
        """Whether there is any use in extract()."""
        ...

    async def extract(self, source: RangeSource, media_type: str, limits: TextLimits) -> Extraction:
        """DocumentTypeError says which extra to install when the format is known but its library is not there."""
        ...

    def open_attachment(
        self, source: RangeSource, media_type: str, attachment: Attachment, limits: TextLimits
    ) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """The decoded bytes of one, in chunks of at most 1 MiB."""
        ...

    async def preview(self, source: RangeSource, media_type: str, limits: TextLimits, *, width: int) -> bytes:
        """The first page as PNG, `width` pixels wide. PreviewUnavailableError for what cannot be drawn."""
        ...
