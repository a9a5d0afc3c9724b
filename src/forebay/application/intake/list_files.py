"""ListFiles: the files of a run, a page at a time: what was sent, then what is inside."""

from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from forebay.application.intake.member_cursor import decode_member_cursor, encode_member_cursor
from forebay.application.ports.intake import IntakeUnitOfWork, IntakeUnitOfWorkFactory
from forebay.domain.errors import CursorError
from forebay.domain.intake.errors import FileNotFoundInRunError
from forebay.domain.intake.file import FileRole, StoredFile
from forebay.domain.intake.member import Member
from forebay.domain.paging import DEFAULT_LIMIT, Page, check_limit, decode_id_cursor, encode_id_cursor


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFilesQuery:
    """`cursor`: the `next_cursor` of the page before. `prefix`: of the path."""

    run_id: UUID
    role: FileRole | None = None
    prefix: str = ""
    cursor: str | None = None
    limit: int = DEFAULT_LIMIT


class ListFiles:
    """Files with bytes of their own in the order in which they were recorded, which are the uploads and what was

    attached to messages in them (role `member`); then members of archives by path. RunNotFoundError, CursorError.
    """

    def __init__(self, *, unit_of_work: IntakeUnitOfWorkFactory) -> None:
        self._unit_of_work = unit_of_work

    async def __call__(self, query: ListFilesQuery) -> Page[StoredFile | Member]:
        limit = check_limit(query.limit)
        after_member = decode_member_cursor(query.cursor) if query.cursor is not None else None
        after_file = decode_id_cursor(query.cursor) if query.cursor is not None and after_member is None else None
        found: list[StoredFile | Member] = []
        async with self._unit_of_work(write=False) as work:
            await work.runs.get(query.run_id)
            await _check_role(work, query, after_file, after_member)
            if after_member is None:
                found += await _files(work, query, after=after_file, limit=limit + 1)
            if query.role is not FileRole.UPLOAD and len(found) <= limit:
                found += await work.members.list(
                    query.run_id, prefix=query.prefix, after=after_member, limit=limit + 1 - len(found)
                )
        return Page(items=tuple(found[:limit]), next_cursor=_cursor(found[limit - 1]) if len(found) > limit else None)


async def _check_role(
    work: IntakeUnitOfWork, query: ListFilesQuery, after_file: UUID | None, after_member: tuple[str, UUID] | None
) -> None:
    other = query.role is FileRole.UPLOAD and after_member is not None
    if query.role is not None and after_file is not None:
        with suppress(FileNotFoundInRunError):  # nothing says that a cursor's file is still there
            other = (await work.files.get(after_file)).role is not query.role
    if other:
        raise CursorError("the cursor was made with another role; keep role the same on every page", field="cursor")


async def _files(work: IntakeUnitOfWork, query: ListFilesQuery, *, after: UUID | None, limit: int) -> list[StoredFile]:
    """A run has few files with bytes of their own, so the prefix is looked for here."""
    found: list[StoredFile] = []
    while len(found) < limit:
        some = await work.files.list([query.run_id], role=query.role, after=after, limit=limit)
        found += [file for file in some if file.path.startswith(query.prefix)]
        if len(some) < limit:
            break
        after = some[-1].id
    return found[:limit]


def _cursor(last: StoredFile | Member) -> str:
    return encode_member_cursor((last.path, last.id)) if isinstance(last, Member) else encode_id_cursor(last.id)
