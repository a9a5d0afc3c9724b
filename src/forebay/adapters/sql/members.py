"""Members of archives in SQL."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Delete, and_, bindparam, delete, insert, literal, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from forebay.adapters.sql.column_types import RowId
from forebay.adapters.sql.intake_tables import catalogues, ingestion_runs, members
from forebay.adapters.sql.member_rows import (
    HEAD_LENGTH,
    catalogue_of,
    catalogue_values,
    driver_insert,
    head_of,
    member_of,
    member_values,
)
from forebay.adapters.sql.rows import checked, storable
from forebay.adapters.sql.statements import Statements
from forebay.application.ports.members import MemberRepository
from forebay.domain.intake.errors import FileNotFoundInRunError, RunNotFoundError
from forebay.domain.intake.member import Catalogue, Member

_BATCH = 1_000  # rows in one statement

_member = members.c
_INSERT = insert(members)
_HOLD_RUN = (
    select(ingestion_runs.c.id)
    .where(ingestion_runs.c.id == bindparam("run_id"))
    .with_for_update(read=True, key_share=True)
)
_CATALOGUE = select(catalogues).where(catalogues.c.run_id == bindparam("run_id"))
_PUBLISH = {
    dialect: new.on_conflict_do_update(
        index_elements=["run_id"],
        set_={column: new.excluded[column] for column in catalogues.c.keys() if column != "run_id"},  # noqa: SIM118  # a collection of columns iterates over columns
    )
    for dialect, new in (("sqlite", sqlite.insert(catalogues)), ("postgresql", postgresql.insert(catalogues)))
}
_GET = (
    select(members)
    .join(catalogues, and_(catalogues.c.run_id == _member.run_id, catalogues.c.id == _member.catalogue_id))
    .where(_member.id == bindparam("member_id"))
)
_SHOWN = select(catalogues.c.id).where(catalogues.c.run_id == bindparam("run_id")).scalar_subquery()
_LIST = (
    select(members)
    .where(_member.run_id == bindparam("run_id"), _member.catalogue_id == _SHOWN)
    .order_by(_member.path_head, _member.path, _member.id)
)


def _discard(*conditions: ColumnElement[bool]) -> Delete:
    some = select(_member.id).where(_member.run_id == bindparam("run"), *conditions).limit(bindparam("most"))
    return delete(members).where(_member.id.in_(some))


_DISCARD_ALL = (_discard(),)
_DISCARD_OTHERS = (  # two ranges of the index beside the catalogue that is shown
    _discard(_member.catalogue_id < bindparam("shown", type_=RowId())),
    _discard(_member.catalogue_id > bindparam("shown", type_=RowId())),
)


class SqlMembers:
    """Members by catalogue."""

    def __init__(self, statements: Statements) -> None:
        self._do = statements

    async def add(self, members: Sequence[Member]) -> None:
        for run_id in {member.run_id for member in members}:
            if await self._do.first(_HOLD_RUN, {"run_id": run_id}) is None:
                self._do.spoil("a statement in it failed")
                raise RunNotFoundError(f"there is no run {run_id}")
        for start in range(0, len(members), _BATCH):
            batch = members[start : start + _BATCH]
            rows = [member_values(member) for member in batch]
            await self._do.write_many(_INSERT, rows, driver=driver_insert(batch, rows, self._do.dialect))

    async def publish(self, catalogue: Catalogue) -> None:
        await self._do.write(_PUBLISH[self._do.dialect], catalogue_values(catalogue))

    async def catalogue(self, run_id: UUID) -> Catalogue | None:
        row = await self._do.first(_CATALOGUE, {"run_id": run_id})
        return catalogue_of(row) if row is not None else None

    async def get(self, member_id: UUID) -> Member:
        row = await self._do.first(_GET, {"member_id": member_id})
        if row is None:
            raise FileNotFoundInRunError(f"there is no file {member_id}")
        return member_of(row)

    async def list(self, run_id: UUID, *, prefix: str, after: tuple[str, UUID] | None, limit: int) -> Sequence[Member]:
        if not storable(prefix):
            return ()
        statement = _LIST.where(*_range(prefix, after)).limit(limit)
        return tuple(member_of(row) for row in await self._do.fetch(statement, {"run_id": run_id}))

    async def discard(self, run_id: UUID, *, limit: int) -> int:
        shown = await self.catalogue(run_id)
        values = {"run": run_id, **({"shown": shown.id} if shown is not None else {})}
        gone = 0
        for statement in _DISCARD_ALL if shown is None else _DISCARD_OTHERS:
            gone += await self._do.write(statement, {**values, "most": limit - gone})
        return gone


def _range(prefix: str, after: tuple[str, UUID] | None) -> Iterator[ColumnElement[bool]]:
    """Conditions on the head of the path, which has an index, and where the head is not enough on the whole."""
    start, end = head_of(prefix), text_behind(head_of(prefix))
    if after is not None:
        path, member_id = checked(after[0], "cursor") or "", after[1]
        start = max(start, head_of(path))
        yield tuple_(_member.path_head, _member.path, _member.id) > tuple_(
            head_of(path), path, literal(member_id, RowId())
        )
    if start:
        yield _member.path_head >= start
    if end is not None:
        yield _member.path_head < end
    if len(prefix) > HEAD_LENGTH:
        yield _member.path >= prefix
        if (behind := text_behind(prefix)) is not None:
            yield _member.path < behind


def text_behind(prefix: str) -> str | None:
    """The first text, by code point, behind all that begin with `prefix`; None when there is none."""
    kept = prefix.rstrip("\U0010ffff")
    if not kept:
        return None
    following = ord(kept[-1]) + 1
    return kept[:-1] + chr(0xE000 if following == 0xD800 else following)  # no text has halves of surrogate pairs


def _fits(statements: Statements) -> MemberRepository:
    return SqlMembers(statements)
