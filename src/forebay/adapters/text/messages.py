"""What a process that reads documents is told to do, and the results that it sends."""

import signal

import msgspec

from forebay.adapters.confinement.duty import Duty, errors_in
from forebay.application.ports.text import Attachment, TextLimits
from forebay.domain.documents import errors
from forebay.domain.documents.errors import (
    DocumentBrokenError,
    DocumentMemoryError,
    DocumentTimeoutError,
    ExtractionError,
    PreviewUnavailableError,
)

TEXT, DATA, FINDINGS = b"T", b"D", b"F"  # text as UTF-8, bytes of an attachment or picture, what else was found
MAX_DATA = 1 << 20


class ReaderKilledError(DocumentMemoryError):
    """Somebody killed the process that read the document: no fault of the document, unless it happens again."""


DUTY = Duty(
    module="forebay.adapters.text.child",
    noun="document",
    plural="documents",
    errors=errors_in(errors, ExtractionError) | {PreviewUnavailableError.code: PreviewUnavailableError},
    broken=DocumentBrokenError,
    memory=DocumentMemoryError,
    timeout=DocumentTimeoutError,
    timeout_setting="FOREBAY_DOCUMENT_TIMEOUT_SECONDS",
    memory_signals=frozenset({signal.SIGABRT, signal.SIGTRAP}),  # PDFium's way, which knows no exceptions
    killed=ReaderKilledError,
)


class Ocr(msgspec.Struct, frozen=True):
    """The program that reads pictures, and the languages it is to expect (tesseract's names, joined with +)."""

    program: str
    languages: str


class Job(msgspec.Struct, frozen=True):
    """Send the text of a source; or, with `attachment`, the bytes of that one; or, with `width`, a picture.

    `media_type`: a bare one.
    """

    name: str
    size: int
    media_type: str
    limits: TextLimits
    spool_dir: str | None
    ocr: Ocr | None = None
    attachment: int | None = None
    width: int | None = None


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    """What an extraction found besides the text. `reader`, `version`: the library that did it; they name a model."""

    page_starts: tuple[int, ...] | None = None
    title: str | None = None
    language: str | None = None
    needs_ocr: bool = False
    attachments: tuple[Attachment, ...] = ()
    reader: str
    version: str
    parameters: dict[str, str] = {}
