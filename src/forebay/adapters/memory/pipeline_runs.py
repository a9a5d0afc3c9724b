"""Runs of pipelines in memory: the same rules as in SQL, without a database."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from forebay.adapters.memory.storable import check_storable
from forebay.adapters.memory.work import Work
from forebay.application.ports.pipeline_records import PipelineRunFilter, PipelineRunRepository, RunIdentity
from forebay.domain.errors import ConflictError
from forebay.domain.paging import Position, SortOrder
from forebay.domain.pipelines.errors import PipelineNotFoundError, PipelineRunNotFoundError
from forebay.domain.pipelines.run import PipelineRun

_NEVER = datetime.min.replace(tzinfo=UTC)


class MemoryPipelineRuns:
    """Runs of pipelines."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def add_missing(self, runs: Sequence[PipelineRun]) -> Mapping[RunIdentity, PipelineRun | UUID]:
        there: dict[RunIdentity, PipelineRun | UUID] = {}
        with self._work.writing():
            state = await self._work.state()
            for run in runs:
                _check(run)
                if run.pipeline_id not in state.pipelines:
                    raise PipelineNotFoundError(f"there is no pipeline {run.pipeline_id}")
                identity = RunIdentity(run.pipeline_id, run.external_run_id)
                known = state.pipeline_runs.get(identity)
                if known is None:
                    state.pipeline_runs[identity] = run
                else:
                    there[identity] = known.id if run.key == known.key and not run.kept else known
        return there

    async def update_all(self, runs: Sequence[PipelineRun]) -> None:
        with self._work.writing():
            state = await self._work.state()
            for run in runs:
                _check(run)
                identity = RunIdentity(run.pipeline_id, run.external_run_id)
                before = state.pipeline_runs.get(identity)
                if before is None or before.id != run.id:
                    raise ConflictError(f"there is no run {run.id} of pipeline {run.pipeline_id} to update")
                state.pipeline_runs[identity] = replace(run, created_at=before.created_at)

    async def get(self, pipeline_id: UUID, run_id: UUID) -> PipelineRun:
        for run in await self._of(pipeline_id):
            if run.id == run_id:
                return run
        raise PipelineRunNotFoundError(f"pipeline {pipeline_id} has no run {run_id}")

    async def find(self, identity: RunIdentity) -> PipelineRun | None:
        return (await self._work.state()).pipeline_runs.get(identity)

    async def latest(self, pipeline_id: UUID) -> PipelineRun | None:
        return max(await self._of(pipeline_id), key=latest_key, default=None)

    async def list(
        self, pipeline_id: UUID, where: PipelineRunFilter, *, order: SortOrder, after: Position | None, limit: int
    ) -> Sequence[PipelineRun]:
        newest_first = order is SortOrder.DESC
        place = (after.at, after.id) if after is not None else None
        found = [run for run in await self._of(pipeline_id) if _matches(run, where)]
        found.sort(key=_position, reverse=newest_first)
        if place is not None:
            found = [run for run in found if (_position(run) < place if newest_first else _position(run) > place)]
        return tuple(found[:limit])

    async def _of(self, pipeline_id: UUID) -> Sequence[PipelineRun]:
        return [run for run in (await self._work.state()).pipeline_runs.values() if run.pipeline_id == pipeline_id]


def latest_key(run: PipelineRun) -> tuple[datetime, datetime, UUID]:
    """The greatest is the latest. No run started or finished before there was a calendar."""
    return run.started_at or _NEVER, run.finished_at or _NEVER, run.id


def _position(run: PipelineRun) -> tuple[datetime, UUID]:
    return run.effective_at, run.id


def _matches(run: PipelineRun, where: PipelineRunFilter) -> bool:
    return (
        (where.status is None or run.status is where.status)
        and (where.since is None or run.effective_at >= where.since)
        and (where.until is None or run.effective_at < where.until)
    )


def _check(run: PipelineRun) -> None:
    check_storable(
        {
            "external_run_id": run.external_run_id,
            "error_message": run.error_message,
            "status_reason": run.status_reason,
            "payload": run.payload,
        }
    )


def _fits(work: Work) -> PipelineRunRepository:
    return MemoryPipelineRuns(work)
