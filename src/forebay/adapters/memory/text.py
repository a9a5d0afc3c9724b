"""Text of text files, in this process: for unit tests, and for programs that have nothing else to read."""

import codecs
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from forebay.application.ports.archives import RangeSource
from forebay.application.ports.text import Attachment, Extraction, TextExtractor, TextLimits
from forebay.domain.documents.errors import DocumentTextTooLargeError, DocumentTypeError, PreviewUnavailableError
from forebay.domain.processing.model import ModelSpec

_TYPES = frozenset({"text/plain", "text/markdown", "text/csv"})
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LINE_ENDS = re.compile("\r\n?|\x85|\u2028|\u2029")
_UNWANTED = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class MemoryTextExtractor:
    """Character sets: by the byte order mark, UTF-8, else Windows 1252. Tells no language and draws nothing."""

    def reads(self, media_type: str) -> bool:
        return media_type.partition(";")[0].strip().lower() in _TYPES

    async def extract(self, source: RangeSource, media_type: str, limits: TextLimits) -> Extraction:
        self._check(media_type)
        data = bytearray()
        async with source.open() as chunks:
            async for chunk in chunks:
                data += chunk
                if len(data) > 4 * limits.max_text_bytes:  # no character set needs more
                    raise _too_large(limits)
        text = _UNWANTED.sub("", _LINE_ENDS.sub("\n", _decoded(bytes(data))))
        if len(text.encode()) > limits.max_text_bytes:
            raise _too_large(limits)
        return Extraction(
            text=text,
            page_starts=(),
            page_count=None,
            title=None,
            language=None,
            needs_ocr=False,
            attachments=(),
            model=ModelSpec(name="plain-text", kind="extractor", version="1"),
        )

    @asynccontextmanager
    async def open_attachment(
        self, source: RangeSource, media_type: str, attachment: Attachment, limits: TextLimits
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        raise DocumentTypeError(f"documents of the media type {media_type!r} have no attachments")
        yield source.open()  # type: ignore[unreachable] # makes this a generator, as the port wants it

    async def preview(self, source: RangeSource, media_type: str, limits: TextLimits, *, width: int) -> bytes:
        raise PreviewUnavailableError("this reader draws no pictures")

    def _check(self, media_type: str) -> None:
        if not self.reads(media_type):
            raise DocumentTypeError(f"documents of the media type {media_type!r} cannot be read")


def _decoded(data: bytes) -> str:
    codec = next((codec for mark, codec in _MARKS if data.startswith(mark)), None)
    if codec is not None:
        return data.decode(codec, "replace")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _too_large(limits: TextLimits) -> DocumentTextTooLargeError:
    return DocumentTextTooLargeError(
        f"the document holds more than {limits.max_text_bytes:,} bytes of text (FOREBAY_DOCUMENT_MAX_TEXT_BYTES)"
    )


def _fits(extractor: MemoryTextExtractor) -> TextExtractor:
    return extractor
