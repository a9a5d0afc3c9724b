"""ListRuns: runs in order of creation, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from forebay.application.intake.results import RunWithFiles
from forebay.application.ports.intake import IntakeUnitOfWorkFactory, RunFilter
from forebay.domain.intake.file import FileRole, StoredFile
from forebay.domain.paging import DEFAULT_LIMIT, Page, Position, SortOrder, check_limit, decode_cursor, encode_cursor


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRunsQuery:
    """`cursor`: the `next_cursor` of the page before, under the same order."""

    where: RunFilter = field(default_factory=RunFilter)
    order: SortOrder = SortOrder.DESC
    cursor: str | None = None
    limit: int = DEFAULT_LIMIT


class ListRuns:
    """Keyset paging: runs that arrive meanwhile neither repeat nor hide one. CursorError for a cursor not ours."""

    def __init__(self, *, unit_of_work: IntakeUnitOfWorkFactory) -> None:
        self._unit_of_work = unit_of_work

    async def __call__(self, query: ListRunsQuery) -> Page[RunWithFiles]:
        limit = check_limit(query.limit)
        after = decode_cursor(query.cursor, query.order) if query.cursor is not None else None
        async with self._unit_of_work(write=False) as work:
            runs = await work.runs.list(query.where, order=query.order, after=after, limit=limit + 1)
            shown = runs[:limit]
            ids = [run.id for run in shown]
            files = await work.files.list(ids, role=FileRole.UPLOAD, after=None, limit=limit) if ids else ()
        items = tuple(RunWithFiles(run=run, files=_of(run.id, files)) for run in shown)
        more = len(runs) > limit
        last = shown[-1] if shown else None
        cursor = encode_cursor(Position(at=last.created_at, id=last.id), query.order) if last and more else None
        return Page(items=items, next_cursor=cursor)


def _of(run_id: UUID, files: Sequence[StoredFile]) -> tuple[StoredFile, ...]:
    return tuple(file for file in files if file.run_id == run_id)
