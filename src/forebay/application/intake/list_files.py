"""ListFiles: the files of a run, a page at a time."""

import base64
from dataclasses import dataclass
from uuid import UUID

from forebay.application.ports.intake import IntakeUnitOfWorkFactory
from forebay.domain.errors import CursorError
from forebay.domain.intake.file import FileRole, StoredFile
from forebay.domain.paging import DEFAULT_LIMIT, Page, check_limit


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFilesQuery:
    """`cursor`: the `next_cursor` of the page before."""

    run_id: UUID
    role: FileRole | None = None
    cursor: str | None = None
    limit: int = DEFAULT_LIMIT


class ListFiles:
    """In the order in which they were recorded. RunNotFoundError, CursorError."""

    def __init__(self, *, unit_of_work: IntakeUnitOfWorkFactory) -> None:
        self._unit_of_work = unit_of_work

    async def __call__(self, query: ListFilesQuery) -> Page[StoredFile]:
        limit = check_limit(query.limit)
        after = _decode(query.cursor) if query.cursor is not None else None
        async with self._unit_of_work(write=False) as work:
            await work.runs.get(query.run_id)
            files = await work.files.list([query.run_id], role=query.role, after=after, limit=limit + 1)
        shown = tuple(files[:limit])
        return Page(items=shown, next_cursor=_encode(shown[-1].id) if len(files) > limit else None)


def _encode(file_id: UUID) -> str:
    return base64.urlsafe_b64encode(file_id.bytes).decode().rstrip("=")


def _decode(cursor: str) -> UUID:
    try:
        file_id = UUID(bytes=base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except ValueError:
        raise CursorError(field="cursor") from None
    if _encode(file_id) != cursor:  # base64 has several spellings of the same bytes
        raise CursorError(field="cursor")
    return file_id
