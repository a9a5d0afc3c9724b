"""Sweep: what crashed or was cut off leaves no trace for ever."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from forebay.application.intake.fail_ingestion_run import FailIngestionRun, FailIngestionRunCommand
from forebay.application.ports.blobs import BlobStore, IncompleteUploads, ObjectInfo
from forebay.application.ports.clock import Clock
from forebay.application.ports.intake import IntakeUnitOfWork, IntakeUnitOfWorkFactory
from forebay.domain.intake.blob import ObjectKey
from forebay.domain.intake.errors import RunNotFoundError, UploadAbandonedError
from forebay.domain.intake.run import RunStatus
from forebay.domain.processing.errors import JobNotFoundError
from forebay.domain.processing.job import JobStatus

_BATCH = 500
_ALL = 1_000_000  # a dry run leaves what it finds, and so cannot ask for the next ones


class SweepKind(StrEnum):
    """What was found: a pending run nobody works on, an object without a row, something half written."""

    STALE_RUN = "stale_run"
    ORPHAN_OBJECT = "orphan_object"
    INCOMPLETE_OBJECT = "incomplete_object"


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepFinding:
    """One thing found, with the reason in words."""

    kind: SweepKind
    name: str
    reason: str
    size_bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepCommand:
    """`grace`: younger things are left alone. `on_finding` hears of each, before anything is done about it."""

    grace: timedelta
    dry_run: bool = False
    on_finding: Callable[[SweepFinding], None] | None = None


@dataclass(slots=True, kw_only=True)
class SweepReport:
    """How much was found (and, unless it was a dry run, dealt with)."""

    dry_run: bool
    stale_runs: int = 0
    orphan_objects: int = 0
    incomplete_objects: int = 0
    freed_bytes: int = 0


class Sweep:
    """Marks abandoned pending runs failed, deletes objects no row points at, discards what writers left behind.

    Safe beside running uploads and other sweeps: whatever showed life within the grace period is left alone, and so
    is all that belongs to a run which did, since a store may date an object by when it was begun (S3 does). So is all
    that belongs to a run with a running job: its steps may take longer than any grace.
    """

    def __init__(
        self,
        *,
        unit_of_work: IntakeUnitOfWorkFactory,
        blobs: BlobStore,
        incomplete: IncompleteUploads | None,
        fail_run: FailIngestionRun,
        clock: Clock,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._blobs = blobs
        self._incomplete = incomplete
        self._fail_run = fail_run
        self._clock = clock

    async def __call__(self, command: SweepCommand) -> SweepReport:
        report = SweepReport(dry_run=command.dry_run)
        since = self._clock.now() - command.grace
        await self._stale_runs(command, report, since)
        await self._orphans(command, report, since)
        await self._leftovers(command, report, since)
        return report

    async def _stale_runs(self, command: SweepCommand, report: SweepReport, since: datetime) -> None:
        limit = _ALL if command.dry_run else _BATCH
        while True:
            async with self._unit_of_work(write=False) as work:
                runs = await work.runs.list_stale(untouched_since=since, limit=limit)
            for run in runs:
                report.stale_runs += 1
                reason = f"pending, and nothing was heard of it since {run.updated_at.isoformat()}"
                _tell(command, SweepFinding(kind=SweepKind.STALE_RUN, name=str(run.id), reason=reason))
                if not command.dry_run:
                    await self._fail_run(
                        FailIngestionRunCommand(run_id=run.id, error=UploadAbandonedError(), untouched_since=since)
                    )
            if len(runs) < limit:
                return

    async def _orphans(self, command: SweepCommand, report: SweepReport, since: datetime) -> None:
        async for batch in _batches(self._blobs.list_objects(), since):
            async with self._unit_of_work(write=False) as work:
                referenced = await work.blobs.referenced([info.key for info in batch])
            for info in await self._unclaimed([info for info in batch if info.key not in referenced], since):
                report.orphan_objects += 1
                report.freed_bytes += info.size_bytes
                reason = f"no row points at it, and it was last written at {info.modified_at.isoformat()}"
                _tell(
                    command,
                    SweepFinding(
                        kind=SweepKind.ORPHAN_OBJECT, name=str(info.key), reason=reason, size_bytes=info.size_bytes
                    ),
                )
                if not command.dry_run:
                    await self._blobs.delete(info.key)

    async def _unclaimed(self, objects: list[ObjectInfo], since: datetime) -> list[ObjectInfo]:
        """Asks for the runs and then anew for the rows: what is recorded meanwhile shows in one of the two."""
        if not objects:
            return []
        async with self._unit_of_work(write=False) as work:
            idle = [info for info in objects if not await _is_in_work(work, info.key, since)]
            referenced = await work.blobs.referenced([info.key for info in idle])
        return [info for info in idle if info.key not in referenced]

    async def _leftovers(self, command: SweepCommand, report: SweepReport, since: datetime) -> None:
        if self._incomplete is None:
            return
        async for item in self._incomplete.list_incomplete():
            if item.modified_at >= since:
                continue
            if item.key is not None:
                async with self._unit_of_work(write=False) as work:
                    if await _is_in_work(work, item.key, since):
                        continue
            report.incomplete_objects += 1
            reason = f"half written, and it last grew at {item.modified_at.isoformat()}"
            _tell(command, SweepFinding(kind=SweepKind.INCOMPLETE_OBJECT, name=item.name, reason=reason))
            if not command.dry_run:
                await self._incomplete.discard_incomplete(item)


async def _is_in_work(work: IntakeUnitOfWork, key: ObjectKey, since: datetime) -> bool:
    """It is being received, or a step may be making it: what a step has stored gets its row when the step ends."""
    try:
        run = await work.runs.get(key.run_id)
    except RunNotFoundError:
        return await _is_of_job_at_work(work, key.run_id)
    if run.status is RunStatus.PENDING:
        return run.updated_at >= since
    return any(job.status is JobStatus.RUNNING for job in await work.jobs.active_of_run(run.id))


async def _is_of_job_at_work(work: IntakeUnitOfWork, job_id: UUID) -> bool:
    """Objects of a job without a run have its id in the place of the run's."""
    try:
        job = await work.jobs.get(job_id)
    except JobNotFoundError:
        return False
    return job.status is JobStatus.RUNNING


def _tell(command: SweepCommand, finding: SweepFinding) -> None:
    if command.on_finding is not None:
        command.on_finding(finding)


async def _batches(objects: AsyncIterator[ObjectInfo], since: datetime) -> AsyncIterator[list[ObjectInfo]]:
    batch: list[ObjectInfo] = []
    async for info in objects:
        if info.modified_at < since:
            batch.append(info)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
