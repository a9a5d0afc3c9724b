"""StartJob: work on a stored run is begun, or begun once more."""

from dataclasses import dataclass
from uuid import UUID

from forebay.application.idempotency import hash_key
from forebay.application.ports.clock import Clock
from forebay.application.ports.ids import IdGenerator
from forebay.application.ports.processing import ProcessingUnitOfWork, ProcessingUnitOfWorkFactory
from forebay.application.ports.queue import JobQueue
from forebay.application.processing.announcing import announce
from forebay.application.processing.enqueue import enqueue
from forebay.application.processing.policy import ProcessingPolicy
from forebay.application.processing.processor import Processor, Processors
from forebay.domain.errors import ConflictError
from forebay.domain.intake.errors import RunInProgressError
from forebay.domain.intake.file import FileRole
from forebay.domain.intake.run import IngestionRun, RunStatus
from forebay.domain.processing.errors import (
    JobActiveError,
    JobKeyReusedError,
    JobKindMismatchError,
    RunNotStoredError,
    UnknownJobKindError,
)
from forebay.domain.processing.job import Job

_TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class StartJobCommand:
    """`kind`: None for the processor that is automatic for the run's type. `join`: a job under way is as good."""

    run_id: UUID
    kind: str | None = None
    idempotency_key: str | None = None
    join: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedJob:
    """`is_new`: False when the job was there already (the same key, or one under way that was joined)."""

    job: Job
    is_new: bool


class StartJob:
    """RunNotFoundError, RunInProgressError, RunNotStoredError, UnknownJobKindError, JobKindMismatchError,

    JobActiveError unless joined, JobKeyReusedError.
    """

    def __init__(
        self,
        *,
        unit_of_work: ProcessingUnitOfWorkFactory,
        processors: Processors,
        policy: ProcessingPolicy,
        queue: JobQueue,
        clock: Clock,
        ids: IdGenerator,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._processors = processors
        self._policy = policy
        self._queue = queue
        self._clock = clock
        self._ids = ids

    async def __call__(self, command: StartJobCommand) -> StartedJob:
        key_hash = hash_key(command.idempotency_key, purpose="jobs") if command.idempotency_key is not None else None
        tries_left = _TRIES if command.join else 1
        while True:
            try:
                started = await self._start(command, key_hash)
                break
            except ConflictError as error:  # somebody was faster, between our look and our commit
                found = await self._look(command, key_hash)
                if found is not None:
                    return found
                tries_left -= 1
                if not tries_left or not isinstance(error, JobActiveError):
                    raise  # else there was a job to join, which has ended meanwhile
        if started.is_new:
            await announce(self._queue, started.job.id)
        return started

    async def _start(self, command: StartJobCommand, key_hash: str | None) -> StartedJob:
        async with self._unit_of_work() as work:
            if (found := await self._find(work, command, key_hash)) is not None:
                return found
            run = await work.runs.get(command.run_id)
            processor = self._processor(run, command.kind)
            await _check_stored(work, run)
            job = await enqueue(
                work,
                run,
                job_id=self._ids.new_id(),
                kind=processor.kind,
                max_attempts=self._policy.max_attempts,
                at=self._clock.now(),
                key_hash=key_hash,
            )
            await work.commit()
        return StartedJob(job=job, is_new=True)

    async def _look(self, command: StartJobCommand, key_hash: str | None) -> StartedJob | None:
        async with self._unit_of_work(write=False) as work:
            return await self._find(work, command, key_hash)

    async def _find(
        self, work: ProcessingUnitOfWork, command: StartJobCommand, key_hash: str | None
    ) -> StartedJob | None:
        """The job that is the answer already. Errors when there is one that stands in the way."""
        if key_hash is not None and (first := await work.jobs.find_by_key(key_hash)) is not None:
            if first.run_id != command.run_id or await self._kind(work, command) != first.kind:
                raise JobKeyReusedError(
                    f"this key was used for job {first.id} ({first.kind} on run {first.run_id}); use a new key",
                    field="Idempotency-Key",
                )
            return StartedJob(job=first, is_new=False)
        run = await work.runs.get(command.run_id)
        kind = self._processor(run, command.kind).kind
        active = [job for job in await work.jobs.active_of_run(run.id) if job.kind == kind]
        if not active:
            return None
        if not command.join:
            raise JobActiveError(run.id, kind)
        return StartedJob(job=active[0], is_new=False)

    async def _kind(self, work: ProcessingUnitOfWork, command: StartJobCommand) -> str:
        return command.kind or self._processor(await work.runs.get(command.run_id), None).kind

    def _processor(self, run: IngestionRun, kind: str | None) -> Processor:
        if kind is None:
            automatic = self._processors.automatic(run)
            if automatic is None:
                raise UnknownJobKindError(f"no processor is installed for runs of type {run.type}", field="kind")
            return automatic
        processor = self._processors.get(kind)
        if run.type not in processor.run_types:
            fitting = ", ".join(sorted(processor.run_types))
            raise JobKindMismatchError(
                f"{kind} works on runs of type {fitting}; run {run.id} is of type {run.type}", field="kind"
            )
        return processor


async def _check_stored(work: ProcessingUnitOfWork, run: IngestionRun) -> None:
    if run.status is RunStatus.PENDING:
        raise RunInProgressError(f"run {run.id} is still being received; wait until its upload has ended")
    if not await work.files.list([run.id], role=FileRole.UPLOAD, after=None, limit=1):
        raise RunNotStoredError(f"run {run.id} failed before its file was stored; upload it again")
