"""Runs of pipelines in SQL. Thousands at once come over into a temporary table, from where statements take them.

Nobody waits in a circle: everybody adds in the order of the unique key, then locks in the order of the ids.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Insert, Select, and_, bindparam, func, or_, select, true, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite

from forebay.adapters.sql.bulk import ORDINAL, Passing
from forebay.adapters.sql.column_types import RowId, UtcTime
from forebay.adapters.sql.pipeline_run_rows import key_rows, run_of, run_rows, run_values
from forebay.adapters.sql.pipelines_tables import pipeline_runs
from forebay.adapters.sql.rows import storable
from forebay.adapters.sql.schema import newest_first
from forebay.adapters.sql.statements import Statements
from forebay.adapters.sql.transaction import Dialect, Values
from forebay.application.ports.pipeline_records import PipelineRunFilter, PipelineRunRepository, RunIdentity
from forebay.domain.errors import ConflictError
from forebay.domain.paging import Position, SortOrder
from forebay.domain.pipelines.errors import PipelineRunNotFoundError
from forebay.domain.pipelines.run import PipelineRun

_run = pipeline_runs.c
_NAMES = [column.name for column in pipeline_runs.columns]
_FOR_EVER = {"id", "pipeline_id", "external_run_id", "created_at"}
_PASSING = Passing.like(pipeline_runs, "given_pipeline_runs")
_given = _PASSING.table.c
_ASKED = Passing.like(pipeline_runs, "asked_pipeline_runs", only=("pipeline_id", "external_run_id", "report_digest"))
_asked = _ASKED.table.c
_SAMPLE = 16  # runs, of which half must be known for a batch to be taken for a replay
_REPLAYED_FROM = 100  # runs

_SOURCE = select(*(_given[name] for name in _NAMES)).where(true()).order_by(_given.pipeline_id, _given.external_run_id)


_KEY = ["pipeline_id", "external_run_id"]
_ADD_ONE: Mapping[Dialect, Insert] = {
    "sqlite": sqlite.insert(pipeline_runs).on_conflict_do_nothing(index_elements=_KEY),
    "postgresql": postgresql.insert(pipeline_runs).on_conflict_do_nothing(index_elements=_KEY),
}
_ADD: Mapping[Dialect, Insert] = {
    "sqlite": sqlite.insert(pipeline_runs).from_select(_NAMES, _SOURCE).on_conflict_do_nothing(index_elements=_KEY),
    "postgresql": postgresql.insert(pipeline_runs)
    .from_select(_NAMES, _SOURCE)
    .on_conflict_do_nothing(index_elements=_KEY),
}
_SAME_RUN = and_(_run.pipeline_id == _given.pipeline_id, _run.external_run_id == _given.external_run_id)
_OF_ANOTHER_REPORT = or_(_run.report_digest != _given.report_digest, _given.kept.is_not(None))


def _there(*columns: Any) -> Select[*tuple[Any, ...]]:
    """Those that were there before: the ones just added have the ids that were given."""
    return (
        select(_given[ORDINAL], *columns)
        .join_from(_PASSING.table, pipeline_runs, _SAME_RUN)
        .where(_run.id != _given.id)
    )


_KNOWN_OF_SAMPLE = select(func.count().label("known")).where(
    tuple_(_run.pipeline_id, _run.external_run_id).in_(bindparam("sample", expanding=True))
)
_REPLAYED = select(_asked[ORDINAL], _run.id).join_from(
    _ASKED.table,
    pipeline_runs,
    and_(
        _run.pipeline_id == _asked.pipeline_id,
        _run.external_run_id == _asked.external_run_id,
        _run.report_digest == _asked.report_digest,
    ),
)
_THERE = _there(_run.id, _OF_ANOTHER_REPORT.label("differs"))
_LOCK = _there(*pipeline_runs.columns).where(_OF_ANOTHER_REPORT).order_by(_run.id).with_for_update(of=pipeline_runs)
_UPDATE = (
    update(pipeline_runs)
    .values({name: _given[name] for name in _NAMES if name not in _FOR_EVER})
    .where(_run.id == _given.id)
)
_UPDATE_ONE = update(pipeline_runs).where(_run.id == bindparam("run"))
_SELECT = select(pipeline_runs)
_GET = _SELECT.where(_run.pipeline_id == bindparam("pipeline"), _run.id == bindparam("run"))
_FIND = _SELECT.where(_run.pipeline_id == bindparam("pipeline"), _run.external_run_id == bindparam("external"))
_FIND_AND_LOCK = _FIND.with_for_update()
_OF_PIPELINE = _SELECT.where(_run.pipeline_id == bindparam("pipeline"))
_LATEST = _OF_PIPELINE.order_by(newest_first(_run.started_at), newest_first(_run.finished_at), _run.id.desc()).limit(1)
_PLACE = tuple_(bindparam("at", type_=UtcTime()), bindparam("last_id", type_=RowId()))


class SqlPipelineRuns:
    """Runs of pipelines."""

    def __init__(self, statements: Statements) -> None:
        self._do = statements

    async def add_missing(self, runs: Sequence[PipelineRun]) -> Mapping[RunIdentity, PipelineRun | UUID]:
        if not runs:
            return {}
        if len(runs) == 1:
            return await self._add_one(runs[0])
        runs = sorted(runs, key=_place)  # neighbours in the index are looked up one after the other
        if await self._seems_replayed(runs):
            there = await self._replayed(runs)
            runs = [run for run in runs if _identity(run) not in there]
            return there | await self._add_all(runs) if runs else there
        return await self._add_all(runs)

    async def _seems_replayed(self, runs: Sequence[PipelineRun]) -> bool:
        """By a sample: to look all of them up first pays for a replay only."""
        if len(runs) < _REPLAYED_FROM:
            return False
        sample = [(run.pipeline_id, run.external_run_id) for run in runs[:: len(runs) // _SAMPLE][:_SAMPLE]]
        if not all(storable(external_run_id) for _, external_run_id in sample):
            return False
        (row,) = await self._do.fetch(_KNOWN_OF_SAMPLE, {"sample": sample})
        return 2 * int(row.known) >= len(sample)

    async def _replayed(self, runs: Sequence[PipelineRun]) -> dict[RunIdentity, PipelineRun | UUID]:
        """Those in which the same report counts, and no other has to be looked at."""
        asked = [run for run in runs if not run.kept and storable(run.external_run_id)]
        if not asked:
            return {}
        await self._do.bring(_ASKED, key_rows(asked, self._do.dialect))
        return {_identity(asked[row.ordinal]): row.id for row in await self._do.fetch(_REPLAYED)}

    async def _add_all(self, runs: Sequence[PipelineRun]) -> dict[RunIdentity, PipelineRun | UUID]:
        """In the order of _place()."""
        there: dict[RunIdentity, PipelineRun | UUID] = {}
        await self._do.bring(_PASSING, run_rows(runs, self._do.dialect))
        added = await self._do.write_from(_ADD[self._do.dialect], _pipelines_of(runs))
        if added == len(runs):
            return there
        differs = False
        for row in await self._do.fetch(_THERE):
            there[_identity(runs[row.ordinal])] = row.id
            differs = differs or row.differs
        if differs:
            for row in await self._do.fetch(_LOCK):
                there[_identity(runs[row.ordinal])] = run_of(row)
        return there

    async def _add_one(self, run: PipelineRun) -> Mapping[RunIdentity, PipelineRun | UUID]:
        """Without a temporary table, which would take longer than all the rest."""
        if await self._do.write(_ADD_ONE[self._do.dialect], run_values(run)):
            return {}
        values = {"pipeline": run.pipeline_id, "external": run.external_run_id}
        (row,) = await self._do.fetch(_FIND_AND_LOCK, values)
        known = run_of(row)
        return {_identity(run): known.id if known.key == run.key and not run.kept else known}

    async def update_all(self, runs: Sequence[PipelineRun]) -> None:
        if len(runs) == 1:
            (run,) = runs
            values = {name: value for name, value in run_values(run).items() if name not in _FOR_EVER}
            written = await self._do.write(_UPDATE_ONE, {**values, "run": run.id}, about=run_values(run))
        elif runs:
            await self._do.bring(_PASSING, run_rows(runs, self._do.dialect))
            written = await self._do.write_from(_UPDATE, _pipelines_of(runs))
        else:
            return
        if written != len(runs):
            self._do.spoil("a statement in it failed")
            raise ConflictError("a run to update is not there")

    async def get(self, pipeline_id: UUID, run_id: UUID) -> PipelineRun:
        row = await self._do.first(_GET, {"pipeline": pipeline_id, "run": run_id})
        if row is None:
            raise PipelineRunNotFoundError(f"pipeline {pipeline_id} has no run {run_id}")
        return run_of(row)

    async def find(self, identity: RunIdentity) -> PipelineRun | None:
        if not storable(identity.external_run_id):
            return None
        row = await self._do.first(_FIND, {"pipeline": identity.pipeline_id, "external": identity.external_run_id})
        return run_of(row) if row is not None else None

    async def latest(self, pipeline_id: UUID) -> PipelineRun | None:
        row = await self._do.first(_LATEST, {"pipeline": pipeline_id})
        return run_of(row) if row is not None else None

    async def list(
        self, pipeline_id: UUID, where: PipelineRunFilter, *, order: SortOrder, after: Position | None, limit: int
    ) -> Sequence[PipelineRun]:
        statement, columns, descending = _OF_PIPELINE, (_run.effective_at, _run.id), order is SortOrder.DESC
        values: dict[str, object] = {"pipeline": pipeline_id}
        if where.status is not None:
            statement = statement.where(_run.status == where.status.value)
        if where.since is not None:
            statement = statement.where(_run.effective_at >= where.since)
        if where.until is not None:
            statement = statement.where(_run.effective_at < where.until)
        if after is not None:
            place = tuple_(*columns)
            statement = statement.where(place < _PLACE if descending else place > _PLACE)
            values |= {"at": after.at, "last_id": after.id}
        statement = statement.order_by(*(c.desc() if descending else c.asc() for c in columns)).limit(limit)
        return tuple(run_of(row) for row in await self._do.fetch(statement, values))


def _place(run: PipelineRun) -> tuple[int, str]:
    return run.pipeline_id.int, run.external_run_id


def _identity(run: PipelineRun) -> RunIdentity:
    return RunIdentity(run.pipeline_id, run.external_run_id)


def _pipelines_of(runs: Sequence[PipelineRun]) -> Sequence[Values]:
    return [{"pipeline_id": pipeline_id} for pipeline_id in {run.pipeline_id for run in runs}]


def _fits(statements: Statements) -> PipelineRunRepository:
    return SqlPipelineRuns(statements)
