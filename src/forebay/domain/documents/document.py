"""The document: a file whose text is read, classified and searched."""

import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from forebay.domain.documents.verdict import ClassifierName, Verdict
from forebay.domain.errors import ForebayError, InvalidInputError
from forebay.domain.intake.blob import Sha256
from forebay.domain.intake.file import StoredFile
from forebay.domain.intake.run import IngestionRun

MAX_TITLE = 500
_LONGEST_DETAIL = 2_000


class DocumentStatus(StrEnum):
    """uploaded → extracting → classifying → ready; failed from any that is not final. Reading again begins anew."""

    UPLOADED = "uploaded"
    EXTRACTING = "extracting"
    CLASSIFYING = "classifying"
    READY = "ready"
    FAILED = "failed"

    @property
    def is_final(self) -> bool:
        return self in {DocumentStatus.READY, DocumentStatus.FAILED}


class TitleSource(StrEnum):
    """Whose the title is: the file's name, what the document itself says, or a person's, which stays."""

    NAME = "name"
    CONTENT = "content"
    PERSON = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFailure:
    """Why its text could not be read: a stable code and a sentence for a person."""

    code: str
    detail: str

    @classmethod
    def of(cls, error: ForebayError) -> "DocumentFailure":
        return cls.saying(error.code, error.message)

    @classmethod
    def saying(cls, code: str, detail: str) -> "DocumentFailure":
        """Long sentences are cut."""
        return cls(code=code, detail=detail[:_LONGEST_DETAIL])


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentText:
    """Its text as UTF-8 in the blob with this digest. `page_offsets`: bytes at which each page begins."""

    sha256: Sha256
    size_bytes: int
    page_offsets: tuple[int, ...]
    model_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """`path` is where it lies in its run, and names it there: reading the run again finds the same document.

    `file_id`: the upload or member that has its bytes. `parent_id`: the message that it was attached to.
    `needs_ocr`: pages are pictures only. `language`: ISO 639-1, where it could be told.
    """

    id: UUID
    run_id: UUID
    file_id: UUID
    parent_id: UUID | None = None
    path: str
    title: str
    title_source: TitleSource = TitleSource.NAME
    media_type: str
    size_bytes: int
    sha256: Sha256
    owner: str | None
    status: DocumentStatus = DocumentStatus.UPLOADED
    failure: DocumentFailure | None = None
    needs_ocr: bool = False
    page_count: int | None = None
    language: str | None = None
    text: DocumentText | None = None
    verdict: Verdict | None = None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of_file(
        cls, document_id: UUID, run: IngestionRun, file: StoredFile, *, at: datetime, parent_id: UUID | None = None
    ) -> "Document":
        """A file of the run that nobody has read yet, named after it."""
        return cls(
            id=document_id,
            run_id=run.id,
            file_id=file.id,
            parent_id=parent_id,
            path=file.path,
            title=title_of_path(file.path),
            media_type=file.media_type,
            size_bytes=file.size_bytes,
            sha256=file.sha256,
            owner=run.owner,
            created_at=at,
            updated_at=at,
        )

    def found_again(self, file: StoredFile, *, at: datetime) -> "Document":
        """It is to be read anew, from where its bytes are now; what a person said of it stays."""
        return replace(
            self,
            file_id=file.id,
            media_type=file.media_type,
            size_bytes=file.size_bytes,
            sha256=file.sha256,
            status=DocumentStatus.UPLOADED,
            failure=None,
            updated_at=at,
        )

    def extracting(self, *, at: datetime) -> "Document":
        """Its bytes are read, for the first time or again."""
        return replace(self, status=DocumentStatus.EXTRACTING, failure=None, updated_at=at)

    def extracted(
        self,
        *,
        at: datetime,
        text: DocumentText,
        title: str | None,
        page_count: int | None,
        language: str | None,
        needs_ocr: bool,
    ) -> "Document":
        own = title is not None and self.title_source is not TitleSource.PERSON
        return replace(
            self,
            status=DocumentStatus.CLASSIFYING,
            failure=None,
            text=text,
            title=title if own and title is not None else self.title,
            title_source=TitleSource.CONTENT if own else self.title_source,
            page_count=page_count,
            language=language,
            needs_ocr=needs_ocr,
            updated_at=at,
        )

    def classified(self, verdict: Verdict | None, *, at: datetime) -> "Document":
        """Ready; without a verdict when there was nobody to ask. A person's verdict is replaced by a person's only."""
        if self.is_corrected:
            verdict = self.verdict
        return replace(self, status=DocumentStatus.READY, failure=None, verdict=verdict, updated_at=at)

    def corrected(self, verdict: Verdict, *, at: datetime) -> "Document":
        """What a person says, whatever the document's status."""
        return replace(self, verdict=verdict, updated_at=at)

    def entitled(self, title: str, *, at: datetime) -> "Document":
        return replace(self, title=parse_title(title), title_source=TitleSource.PERSON, updated_at=at)

    def failed(self, failure: DocumentFailure, *, at: datetime) -> "Document":
        return replace(self, status=DocumentStatus.FAILED, failure=failure, updated_at=at)

    @property
    def is_corrected(self) -> bool:
        return self.verdict is not None and self.verdict.classified_by is ClassifierName.PERSON


def parse_title(value: str) -> str:
    """1 to 500 characters without control characters; white space is folded."""
    title = " ".join(value.split())
    if len(title) <= 4 * MAX_TITLE:  # to order the marks of a letter takes time by the square of their number
        title = unicodedata.normalize("NFC", title)
    if not title or len(title) > MAX_TITLE or any(unicodedata.category(char) in {"Cc", "Cs"} for char in title):
        raise InvalidInputError(f"expected 1 to {MAX_TITLE} characters, no control characters", field="title")
    return title


def title_from(text: str | None) -> str | None:
    """What a document says its title is, made fit; None when nothing is left of it."""
    shown = "".join(" " if unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} else char for char in text or "")
    title = unicodedata.normalize("NFC", " ".join(shown.split())[: 4 * MAX_TITLE])[:MAX_TITLE].strip()
    return title or None


def title_of_path(path: str) -> str:
    """The last part of a path, without its extension."""
    name = path.rsplit("/", 1)[-1]
    stem = name.rsplit(".", 1)[0] or name
    return title_from(stem) or title_from(name) or "untitled"
