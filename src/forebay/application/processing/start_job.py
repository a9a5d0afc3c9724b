"""StartJob: work on a stored run, or on a subject, is begun, or begun once more."""

from dataclasses import dataclass
from uuid import UUID

from forebay.application.idempotency import hash_key
from forebay.application.ports.clock import Clock
from forebay.application.ports.ids import IdGenerator
from forebay.application.ports.processing import ProcessingUnitOfWork, ProcessingUnitOfWorkFactory
from forebay.application.ports.queue import JobQueue
from forebay.application.ports.tracing import WorkTracer
from forebay.application.processing.announcing import announce
from forebay.application.processing.enqueue import active_beside, enqueue
from forebay.application.processing.policy import ProcessingPolicy
from forebay.application.processing.processor import Processor, Processors
from forebay.domain.errors import ConflictError, InvalidInputError
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
_LONGEST_SUBJECT = 200  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class StartJobCommand:
    """Of a run, or of a subject: what processors of the kind call what they work on.

    `kind`: None for the processor that is automatic for the run's type. `join`: a job under way is as good.
    """

    run_id: UUID | None = None
    subject: str | None = None
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

    JobActiveError unless joined, JobKeyReusedError; InvalidInputError for a subject that is none.
    """

    def __init__(
        self,
        *,
        unit_of_work: ProcessingUnitOfWorkFactory,
        processors: Processors,
        policy: ProcessingPolicy,
        queue: JobQueue,
        tracer: WorkTracer,
        clock: Clock,
        ids: IdGenerator,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._processors = processors
        self._policy = policy
        self._queue = queue
        self._tracer = tracer
        self._clock = clock
        self._ids = ids

    async def __call__(self, command: StartJobCommand) -> StartedJob:
        _check(command)
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
            run = await _run(work, command)
            processor = self._processor(run, command.kind)
            if run is not None:
                await _check_stored(work, run)
            job = await enqueue(
                work,
                run_id=command.run_id,
                subject=command.subject,
                job_id=self._ids.new_id(),
                kind=processor.kind,
                max_attempts=self._policy.max_attempts,
                at=self._clock.now(),
                key_hash=key_hash,
                trace_context=self._tracer.current(),
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
            same = (first.run_id, first.subject) == (command.run_id, command.subject)
            if not same or await self._kind(work, command) != first.kind:
                raise JobKeyReusedError(
                    f"this key was used for job {first.id} ({first.kind} on {first.about}); use a new key",
                    field="Idempotency-Key",
                )
            return StartedJob(job=first, is_new=False)
        kind = self._processor(await _run(work, command), command.kind).kind
        active = await active_beside(work, run_id=command.run_id, subject=command.subject, kind=kind)
        if active is None:
            return None
        if not command.join:
            raise JobActiveError(command.run_id, kind, subject=command.subject)
        return StartedJob(job=active, is_new=False)

    async def _kind(self, work: ProcessingUnitOfWork, command: StartJobCommand) -> str:
        return command.kind or self._processor(await _run(work, command), None).kind

    def _processor(self, run: IngestionRun | None, kind: str | None) -> Processor:
        if run is None:
            return self._for_subjects(kind or "")
        if kind is None:
            automatic = self._processors.automatic(run)
            if automatic is None:
                raise UnknownJobKindError(f"no processor is installed for runs of type {run.type}", field="kind")
            return automatic
        processor = self._processors.get(kind)
        if not processor.takes_runs:
            raise JobKindMismatchError(f"{kind} works on no runs; it is started in another way", field="kind")
        if run.type not in processor.run_types:
            fitting = ", ".join(sorted(processor.run_types))
            raise JobKindMismatchError(
                f"{kind} works on runs of type {fitting}; run {run.id} is of type {run.type}", field="kind"
            )
        return processor

    def _for_subjects(self, kind: str) -> Processor:
        processor = self._processors.get(kind)
        if processor.takes_runs:
            fitting = ", ".join(sorted(processor.run_types))
            raise JobKindMismatchError(f"{kind} works on runs of type {fitting}; name the run", field="run_id")
        return processor


def _check(command: StartJobCommand) -> None:
    if (command.run_id is None) == (command.subject is None):
        raise InvalidInputError("a job is either of a run or of a subject; name one of them", field="run_id")
    if command.subject is None:
        return
    if not command.subject or len(command.subject) > _LONGEST_SUBJECT:
        raise InvalidInputError(f"a subject has 1 to {_LONGEST_SUBJECT} characters", field="subject")
    if command.kind is None:
        raise InvalidInputError("without a run the kind has to be named", field="kind")


async def _run(work: ProcessingUnitOfWork, command: StartJobCommand) -> IngestionRun | None:
    return await work.runs.get(command.run_id) if command.run_id is not None else None


async def _check_stored(work: ProcessingUnitOfWork, run: IngestionRun) -> None:
    if run.status is RunStatus.PENDING:
        raise RunInProgressError(f"run {run.id} is still being received; wait until its upload has ended")
    if not await work.files.list([run.id], role=FileRole.UPLOAD, after=None, limit=1):
        raise RunNotStoredError(f"run {run.id} failed before its file was stored; upload it again")
