"""The repositories of intake in memory: the same rules as in SQL, without a database."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from uuid import UUID

from forebay.adapters.memory.work import Work
from forebay.application.ports.intake import (
    BlobRepository,
    FileRepository,
    IdempotencyKeys,
    IdempotencyRecord,
    RunFilter,
    RunRepository,
)
from forebay.application.ports.signals import Topic
from forebay.domain.intake.blob import Blob, ObjectKey, Sha256
from forebay.domain.intake.errors import (
    BlobNotFoundError,
    FileNotFoundInRunError,
    IdempotencyReplayError,
    RunNotFoundError,
)
from forebay.domain.intake.file import FileRole, StoredFile
from forebay.domain.intake.run import IngestionRun, RunStatus
from forebay.domain.paging import Position, SortOrder


class MemoryRuns:
    """Ingestion runs."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(self, run: IngestionRun) -> None:
        with self._work.writing():
            (await self._work.state()).add_run(run)

    async def get(self, run_id: UUID, *, for_update: bool = False) -> IngestionRun:
        run = (await self._work.state()).runs.get(run_id)  # a writer is alone, so there is nothing more to lock
        if run is None:
            raise RunNotFoundError(f"there is no run {run_id}")
        return run

    async def update(self, run: IngestionRun) -> None:
        with self._work.writing():
            state = await self._work.state()
            before = await self.get(run.id)
            state.put_run(replace(run, created_at=before.created_at))

    async def delete(self, run_id: UUID) -> None:
        with self._work.writing():
            state = await self._work.state()
            await self.get(run_id)
            state.delete_run(run_id)
            self._work.topics.add(Topic.JOBS)  # they went along

    async def list(
        self, where: RunFilter, *, order: SortOrder, after: Position | None, limit: int
    ) -> Sequence[IngestionRun]:
        newest_first = order is SortOrder.DESC
        place = (after.at, after.id) if after is not None else None
        runs = [run for run in (await self._work.state()).runs.values() if _matches(run, where)]
        runs.sort(key=_position, reverse=newest_first)
        if place is not None:
            runs = [run for run in runs if (_position(run) < place if newest_first else _position(run) > place)]
        return tuple(runs[:limit])

    async def list_stale(self, *, untouched_since: datetime, limit: int) -> Sequence[IngestionRun]:
        stale = [
            run
            for run in (await self._work.state()).runs.values()
            if run.status is RunStatus.PENDING and run.updated_at < untouched_since
        ]
        return tuple(sorted(stale, key=lambda run: (run.updated_at, run.id))[:limit])


def _position(run: IngestionRun) -> tuple[datetime, UUID]:
    return run.created_at, run.id


def _matches(run: IngestionRun, where: RunFilter) -> bool:
    return (
        (where.type is None or run.type is where.type)
        and (where.status is None or run.status is where.status)
        and (where.owner is None or run.owner == where.owner)
        and (where.label is None or (run.label is not None and where.label.casefold() in run.label.casefold()))
        and (where.created_after is None or run.created_at >= where.created_after)
        and (where.created_before is None or run.created_at < where.created_before)
    )


class MemoryFiles:
    """Files of runs."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(self, file: StoredFile) -> None:
        with self._work.writing():
            (await self._work.state()).add_file(file)

    async def get(self, file_id: UUID) -> StoredFile:
        file = (await self._work.state()).files.get(file_id)
        if file is None:
            raise FileNotFoundInRunError(f"there is no file {file_id}")
        return file

    async def remove(self, file_id: UUID) -> None:
        with self._work.writing():
            await self.get(file_id)
            (await self._work.state()).remove_file(file_id)

    async def list(
        self, run_ids: Sequence[UUID], *, role: FileRole | None, after: UUID | None, limit: int
    ) -> Sequence[StoredFile]:
        found = (
            file
            for file in (await self._work.state()).files_of(run_ids)
            if (role is None or file.role is role) and (after is None or file.id > after)
        )
        return tuple(islice(found, limit))


class MemoryBlobs:
    """Blobs by digest."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def claim(self, blob: Blob) -> Blob:
        with self._work.writing():
            state = await self._work.state()
            present = state.blobs.get(blob.sha256)
            if present is None:
                state.add_blob(blob)
            return present or blob

    async def get(self, sha256: Sha256) -> Blob:
        blob = (await self._work.state()).blobs.get(sha256)
        if blob is None:
            raise BlobNotFoundError(f"there is no blob {sha256}")
        return blob

    async def digests_of_run(self, run_id: UUID) -> Sequence[Sha256]:
        digests = {file.sha256 for file in (await self._work.state()).files_of([run_id])}
        return tuple(sorted(digests, key=lambda digest: digest.hex))

    async def release(self, sha256: Sha256) -> ObjectKey | None:
        with self._work.writing():
            state = await self._work.state()
            if sha256 not in state.blobs or state.is_referenced(sha256):
                return None
            return state.remove_blob(sha256)

    async def referenced(self, keys: Sequence[ObjectKey]) -> frozenset[ObjectKey]:
        state = await self._work.state()
        return frozenset(key for key in keys if key in state.digests)


class MemoryIdempotencyKeys:
    """Idempotency keys."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def find(self, key_hash: str) -> IdempotencyRecord | None:
        return (await self._work.state()).keys.get(key_hash)

    async def add(self, record: IdempotencyRecord) -> None:
        with self._work.writing():
            state = await self._work.state()
            first = state.keys.get(record.key_hash)
            if first is not None:
                raise IdempotencyReplayError(first.run_id, first.fingerprint)
            state.add_key(record)


def _fit(work: Work) -> tuple[RunRepository, FileRepository, BlobRepository, IdempotencyKeys]:
    return MemoryRuns(work), MemoryFiles(work), MemoryBlobs(work), MemoryIdempotencyKeys(work)
