"""RecordUpload: the one transaction in which an upload becomes a stored run."""

from contextlib import suppress
from dataclasses import dataclass, replace
from uuid import UUID

from forebay.application.intake.create_ingestion_run import new_run
from forebay.application.intake.pump import ReceivedBytes
from forebay.application.intake.replace_damaged import ReplaceDamaged
from forebay.application.intake.results import RunWithFiles
from forebay.application.ports.blobs import BlobStore
from forebay.application.ports.clock import Clock
from forebay.application.ports.ids import IdGenerator
from forebay.application.ports.intake import IdempotencyRecord, IntakeUnitOfWork, IntakeUnitOfWorkFactory
from forebay.application.ports.sources import UploadDetails
from forebay.application.processing.automatic_jobs import AutomaticJobs
from forebay.domain.documents.document import Document
from forebay.domain.errors import ConflictError, InvalidInputError, NotFoundError, UnavailableError
from forebay.domain.intake.blob import Blob, ObjectKey
from forebay.domain.intake.errors import (
    IdempotencyReplayError,
    InvalidTransitionError,
    RunNotFoundError,
    UploadAbandonedError,
)
from forebay.domain.intake.file import FileRole, StoredFile
from forebay.domain.intake.run import IngestionRun, RunStatus, RunType
from forebay.domain.processing.event import EventCode, NewEvent

# Errors by which a commit says that the rows break a rule, and so that nothing was written.
_REFUSED = (ConflictError, IdempotencyReplayError, InvalidInputError, NotFoundError)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordUploadCommand:
    """`begun`: the run has a pending row. `key_hash` and `fingerprint` are set together or not at all."""

    run_id: UUID
    begun: bool
    details: UploadDetails
    file_name: str
    media_type: str
    key: ObjectKey
    received: ReceivedBytes
    key_hash: str | None = None
    fingerprint: str = ""


class RecordUpload:
    """Writes blob, file, run and its job together. A second copy of known bytes is discarded, the first referenced,

    unless that one is gone or was cut short: then the second takes its place before the upload is acknowledged.
    UploadAbandonedError when the run was begun and is pending no more. When the outcome of a commit is unknown the
    object stays: a row may point at it, and an orphan is swept.
    """

    def __init__(
        self,
        *,
        unit_of_work: IntakeUnitOfWorkFactory,
        blobs: BlobStore,
        replace_damaged: ReplaceDamaged,
        jobs: AutomaticJobs,
        ids: IdGenerator,
        clock: Clock,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._blobs = blobs
        self._replace_damaged = replace_damaged
        self._jobs = jobs
        self._ids = ids
        self._clock = clock

    async def __call__(self, command: RecordUploadCommand) -> RunWithFiles:
        committing = False
        try:
            async with self._unit_of_work() as work:
                result, kept = await self._write(work, command)
                job_id = await self._enqueue(work, result.run)
                committing = True
                await work.commit()
        except Exception as error:
            if not committing or isinstance(error, _REFUSED):
                await self._discard(command.key)
            raise
        if kept.object_key != command.key:
            await self._discard(await self._replace_damaged(kept, fresh=command.key))
        if job_id is not None:
            await self._jobs.announce(job_id)
        return result

    async def _write(self, work: IntakeUnitOfWork, command: RecordUploadCommand) -> tuple[RunWithFiles, Blob]:
        now = self._clock.now()
        received = command.received
        if command.begun:
            details = command.details
            try:
                run = (await work.runs.get(command.run_id, for_update=True)).moved(RunStatus.STORED, at=now)
            except (RunNotFoundError, InvalidTransitionError):  # a sweep gave it up, and somebody may have deleted it
                raise UploadAbandonedError from None
            run = replace(
                run,
                type=details.type or run.type,
                label=details.label,
                notes=details.notes,
                owner=details.owner,
                parent_run_id=details.parent_run_id,
                documents=details.documents,
            )
            await work.runs.update(run)
        else:
            run = new_run(command.run_id, command.details, at=now).moved(RunStatus.STORED, at=now)
            await work.runs.add(run)
        blob = await work.blobs.claim(
            Blob(sha256=received.sha256, size_bytes=received.size_bytes, object_key=command.key, created_at=now)
        )
        file = StoredFile(
            id=self._ids.new_id(),
            run_id=command.run_id,
            path=command.file_name,
            role=FileRole.UPLOAD,
            media_type=command.media_type,
            size_bytes=received.size_bytes,
            sha256=received.sha256,
            created_at=now,
        )
        await work.files.add(file)
        if run.type is RunType.DOCUMENT:
            await work.documents.add(Document.of_file(self._ids.new_id(), run, file, at=now))
        if command.key_hash is not None:
            await work.idempotency.add(
                IdempotencyRecord(
                    key_hash=command.key_hash, fingerprint=command.fingerprint, run_id=run.id, created_at=now
                )
            )
        return RunWithFiles(run=run, files=(file,)), blob

    async def _enqueue(self, work: IntakeUnitOfWork, run: IngestionRun) -> UUID | None:
        work.events.record(
            NewEvent(
                run_id=run.id,
                at=run.updated_at,
                code=EventCode.RUN_STORED,
                message="its bytes are stored",
                payload={"type": run.type, "label": run.label},
            )
        )
        return await self._jobs.enqueue(work, run)

    async def _discard(self, key: ObjectKey) -> None:
        with suppress(UnavailableError):  # then it is an orphan, and the sweep removes it
            await self._blobs.delete(key)
