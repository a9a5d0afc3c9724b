"""What callers give, checked by the same rules as a form field of the HTTP API."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Required, TypedDict, TypeVar
from uuid import UUID

from forebay.application.ports.document_records import DocumentFilter
from forebay.application.ports.intake import RunFilter
from forebay.application.ports.jobs import JobFilter
from forebay.application.ports.sources import UploadDetails
from forebay.domain.documents.document import DocumentStatus
from forebay.domain.intake.blob import Sha256
from forebay.domain.intake.errors import InvalidFieldError
from forebay.domain.intake.file import FileRole
from forebay.domain.intake.run import RunStatus, RunType
from forebay.domain.intake.text_fields import parse_label, parse_notes, parse_owner
from forebay.domain.paging import SortOrder
from forebay.domain.processing.job import JobStatus

S = TypeVar("S", bound=StrEnum)
_LANGUAGE = re.compile(r"[a-z]{2,3}", re.ASCII)


class UploadFields(TypedDict, total=False):
    """The keyword arguments of upload()."""

    type: Required[RunType | str]
    name: str | None
    label: str | None
    notes: str | None
    owner: str | None
    parent_run_id: UUID | str | None
    documents: bool
    sha256: str | None
    idempotency_key: str | None


class DocumentFields(TypedDict, total=False):
    """The keyword arguments of upload_document()."""

    name: str | None
    label: str | None
    notes: str | None
    owner: str | None
    sha256: str | None
    idempotency_key: str | None


class RunWhere(TypedDict, total=False):
    """Which runs: all that is given must hold. `label`: contained, ignoring case.

    `created_after` is inclusive, `created_before` is not; UTC where they have no zone.
    """

    type: RunType | str | None
    status: RunStatus | str | None
    label: str | None
    owner: str | None
    created_after: datetime | None
    created_before: datetime | None


class JobWhere(TypedDict, total=False):
    """Which jobs: all that is given must hold. `created_after` is inclusive, `created_before` is not."""

    run_id: UUID | str | None
    kind: str | None
    status: JobStatus | str | None
    created_after: datetime | None
    created_before: datetime | None


class DocumentWhere(TypedDict, total=False):
    """Which documents: all that is given must hold. `category`: by name; `language`: ISO 639-1, such as de.

    `created_after` is inclusive, `created_before` is not; UTC where they have no zone.
    """

    category: str | None
    uncategorised: bool
    media_type: str | None
    owner: str | None
    language: str | None
    status: DocumentStatus | str | None
    run_id: UUID | str | None
    created_after: datetime | None
    created_before: datetime | None


def upload_details(
    *,
    run_type: RunType | str,
    label: str | None,
    notes: str | None,
    owner: str | None,
    parent_run_id: UUID | str | None,
    documents: bool,
    sha256: str | None,
) -> UploadDetails:
    return UploadDetails(
        type=RunType.parse(run_type),
        label=parse_label(label),
        notes=parse_notes(notes),
        owner=parse_owner(owner),
        parent_run_id=None if parent_run_id is None else parse_id(parent_run_id, field="parent_run_id"),
        documents=documents,
        sha256=None if sha256 is None else Sha256.parse(sha256),
    )


def run_filter(where: RunWhere) -> RunFilter:
    """TypeError for a name that is none of RunWhere's, as for any unknown keyword argument."""
    check_names(where, RunWhere.__annotations__)
    run_type, status = where.get("type"), where.get("status")
    return RunFilter(
        type=None if run_type is None else RunType.parse(run_type),
        status=None if status is None else _parse_status(RunStatus, status),
        label=parse_text(where.get("label") or "", field="label") or None,
        owner=parse_owner(where.get("owner")),
        created_after=utc(where.get("created_after")),
        created_before=utc(where.get("created_before")),
    )


def job_filter(where: JobWhere) -> JobFilter:
    """TypeError for a name that is none of JobWhere's, as for any unknown keyword argument."""
    check_names(where, JobWhere.__annotations__)
    run_id, status = where.get("run_id"), where.get("status")
    return JobFilter(
        run_id=None if run_id is None else parse_id(run_id, field="run_id"),
        kind=parse_kind(where.get("kind")),
        status=None if status is None else _parse_status(JobStatus, status),
        created_after=utc(where.get("created_after")),
        created_before=utc(where.get("created_before")),
    )


def document_filter(where: DocumentWhere) -> tuple[DocumentFilter, str | None]:
    """And the name of the category. TypeError for a name that is none of DocumentWhere's."""
    check_names(where, DocumentWhere.__annotations__)
    run_id, status, category = where.get("run_id"), where.get("status"), where.get("category")
    uncategorised, language, media_type = (
        where.get("uncategorised", False),
        where.get("language"),
        where.get("media_type"),
    )
    if category is not None and uncategorised:
        raise InvalidFieldError("a document with a category is not uncategorised; give one", field="uncategorised")
    if language is not None and not _LANGUAGE.fullmatch(language):
        raise InvalidFieldError("expected two or three letters a-z, such as de", field="language")
    found = DocumentFilter(
        run_id=None if run_id is None else parse_id(run_id, field="run_id"),
        uncategorised=uncategorised,
        media_type=None if media_type is None else parse_text(media_type, field="media_type"),
        owner=parse_owner(where.get("owner")),
        language=language,
        status=None if status is None else _parse_status(DocumentStatus, status),
        created_after=utc(where.get("created_after")),
        created_before=utc(where.get("created_before")),
    )
    return found, None if category is None else parse_text(category, field="category")


def parse_id(value: UUID | str, *, field: str) -> UUID:
    """A UUID as it is, or from its usual text (8-4-4-4-12 hexadecimal digits)."""
    if isinstance(value, UUID):
        return value
    try:
        return UUID(value)
    except ValueError:
        raise InvalidFieldError(
            f"{value[:100]!r} is not a UUID; expected the form 0190b5a2-7c1e-7cc3-98c4-dc0c0c07398f", field=field
        ) from None


def parse_role(value: FileRole | str | None) -> FileRole | None:
    """InvalidFieldError names the roles there are."""
    try:
        return None if value is None else FileRole(value)
    except ValueError:
        raise InvalidFieldError(
            f"{value!r} is not a role; expected one of {', '.join(FileRole)}", field="role"
        ) from None


def parse_order(value: SortOrder | str) -> SortOrder:
    """InvalidFieldError names the orders there are."""
    try:
        return SortOrder(value)
    except ValueError:
        raise InvalidFieldError(
            f"{value!r} is not an order; expected one of {', '.join(SortOrder)}", field="order"
        ) from None


def parse_text(value: str, *, field: str) -> str:
    """No database keeps a NUL, or half of a character (a surrogate, as for a byte that is not UTF-8)."""
    if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise InvalidFieldError("expected text without NUL characters and surrogates", field=field)
    return value


def parse_kind(value: str | None) -> str | None:
    return None if value is None else parse_text(value, field="kind")


def check_names(given: Iterable[str], known: Iterable[str]) -> None:
    """TypeError, as Python has it for a keyword argument that nobody knows."""
    if unknown := set(given) - set(known):
        raise TypeError(f"unexpected keyword argument {min(unknown)!r}; expected {', '.join(known)}")


def _parse_status(kind: type[S], value: str) -> S:
    try:
        return kind(value)
    except ValueError:
        raise InvalidFieldError(
            f"{value[:100]!r} is not a status; expected one of {', '.join(kind)}", field="status"
        ) from None


def utc(value: datetime | None) -> datetime | None:
    """UTC is taken for granted where no zone is given."""
    if value is None:
        return None
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
