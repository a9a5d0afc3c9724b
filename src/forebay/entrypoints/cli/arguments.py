"""Arguments as people type them, checked here so that the answer is the same wherever Forebay is."""

import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

from forebay.application.documents.read_document import MAX_WIDTH, MIN_WIDTH
from forebay.domain.documents.document import DocumentStatus
from forebay.domain.documents.search import SearchQuery
from forebay.domain.errors import CursorError, InvalidInputError
from forebay.domain.intake.errors import InvalidFieldError
from forebay.domain.intake.file import FileRole
from forebay.domain.intake.run import RunStatus
from forebay.domain.paging import SortOrder
from forebay.domain.processing.job import JobStatus

E = TypeVar("E", bound=StrEnum)

_MAX_CURSOR = 200
_MAX_MEMBER_CURSOR = 24_000  # holds a path
_MAX_KEY = 255
_MAX_KIND = 100  # this and the next are limits of the HTTP API
_MAX_PREFIX = 4096
_MAX_MEDIA_TYPE = 255
_MAX_NAMED = 1000  # more than any category's name has
_LANGUAGE = re.compile(r"[a-z]{2,3}", re.ASCII)


def parse_instant(value: str | None, *, field: str) -> datetime | None:
    """ISO 8601; local time where no zone is given, because that is what tables show."""
    if value is None:
        return None
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidFieldError(
            f"{value[:100]!r} is not a time; expected 2026-01-31, 2026-01-31T12:00 (local) or 2026-01-31T12:00:00Z",
            field=field,
        ) from None


def parse_cursor(value: str | None, *, longest: int = _MAX_CURSOR) -> str | None:
    if value is not None and not (1 <= len(value) <= longest and value.isascii() and value.isprintable()):
        raise CursorError(field="cursor")
    return value


def parse_member_cursor(value: str | None) -> str | None:
    return parse_cursor(value, longest=_MAX_MEMBER_CURSOR)


def parse_key(value: str | None) -> str | None:
    """ASCII because it may have to travel in an HTTP header."""
    if value is not None and not (1 <= len(value) <= _MAX_KEY and value.isascii() and value.isprintable()):
        raise InvalidFieldError(f"expected 1 to {_MAX_KEY} printable ASCII characters", field="Idempotency-Key")
    return value


def parse_status(value: str | None) -> RunStatus | None:
    return one_of(RunStatus, value, field="status")


def parse_job_status(value: str | None) -> JobStatus | None:
    return one_of(JobStatus, value, field="status")


def parse_document_status(value: str | None) -> DocumentStatus | None:
    return one_of(DocumentStatus, value, field="status")


def parse_category(value: str | None, *, uncategorised: bool) -> str | None:
    """The name of one, which need not exist."""
    if value is not None and uncategorised:
        raise InvalidFieldError("a document with a category is not uncategorised; give one", field="uncategorised")
    return _text(value, field="category", longest=_MAX_NAMED) if value is not None else None


def parse_media_type(value: str | None) -> str | None:
    return _text(value, field="media_type", longest=_MAX_MEDIA_TYPE) if value is not None else None


def parse_language(value: str | None) -> str | None:
    if value is not None and not _LANGUAGE.fullmatch(value):
        raise InvalidFieldError("expected two or three letters a-z, such as de", field="language")
    return value


def parse_query(value: str) -> str:
    """InvalidQueryError for what nothing can be found with."""
    SearchQuery.parse(parse_plain(value, field="q"))
    return value


def parse_width(value: int) -> int:
    if not MIN_WIDTH <= value <= MAX_WIDTH:
        raise InvalidInputError(f"width is {value}; expected {MIN_WIDTH} to {MAX_WIDTH} pixels", field="width")
    return value


def parse_plain(value: str, *, field: str) -> str:
    return _text(value, field=field, longest=len(value))


def parse_position(value: int | None) -> int | None:
    if value is not None and not 0 <= value < 2**63:
        raise InvalidFieldError("expected the position of an event, 0 or more", field="after")
    return value


def parse_kind(value: str | None) -> str | None:
    return _text(value, field="kind", longest=_MAX_KIND) if value is not None else None


def parse_prefix(value: str) -> str:
    return _text(value, field="prefix", longest=_MAX_PREFIX)


def parse_folder(value: str) -> str:
    """As a prefix: it ends in `/`."""
    return parse_prefix(value if not value or value.endswith("/") else f"{value}/")


def parse_role(value: str | None) -> FileRole | None:
    return one_of(FileRole, value, field="role")


def parse_order(value: str) -> SortOrder:
    return one_of(SortOrder, value, field="order") or SortOrder.DESC


def _text(value: str, *, field: str, longest: int) -> str:
    """No database keeps a NUL; a surrogate stands for a byte that is not UTF-8 and cannot be sent either."""
    if len(value) > longest:
        raise InvalidFieldError(f"expected at most {longest} characters, got {len(value)}", field=field)
    if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise InvalidFieldError("expected text in UTF-8 without NUL characters", field=field)
    return value


def one_of(kind: type[E], value: str | None, *, field: str) -> E | None:
    """InvalidFieldError names those that there are."""
    if value is None:
        return None
    try:
        return kind(value)
    except ValueError:
        raise InvalidFieldError(
            f"{value[:100]!r} is not known; expected one of {', '.join(kind)}", field=field
        ) from None
