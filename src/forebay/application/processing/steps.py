"""The steps of a job under way: which one is next, and its results together with its status."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from forebay.application.ports.blobs import BlobStore
from forebay.application.ports.clock import Clock
from forebay.application.ports.ids import IdGenerator
from forebay.application.ports.processing import ProcessingUnitOfWork, ProcessingUnitOfWorkFactory
from forebay.application.processing.endings import JobEndings, step_failed
from forebay.application.processing.holding import Hold
from forebay.application.processing.policy import ProcessingPolicy
from forebay.application.processing.processor import (
    NewArtifact,
    ProcessingStep,
    Processor,
    Processors,
    StepContext,
    StepOutcome,
)
from forebay.application.processing.run_progress import begin_run
from forebay.application.processing.step_context import WorkingContext
from forebay.domain.errors import UnavailableError
from forebay.domain.intake.blob import Blob, ObjectKey
from forebay.domain.intake.file import FileRole, StoredFile
from forebay.domain.intake.run import IngestionRun
from forebay.domain.processing.artifact import Artifact
from forebay.domain.processing.errors import LeaseLostError, NoSuchStepError, StepFailedError, StepsFailedError
from forebay.domain.processing.event import EventCode, NewEvent
from forebay.domain.processing.job import Job, JobError
from forebay.domain.processing.model import Model, ModelSpec
from forebay.domain.processing.step import Step, StepStatus

_MOST_FILES = 100  # uploads of a run
_NAMED = 3  # of the steps that failed
_SHORT = 200  # characters of what each says


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A step that is running, and what it works with."""

    step: Step
    definition: ProcessingStep
    context: WorkingContext
    files: Sequence[StoredFile]
    run: IngestionRun | None
    is_planned: bool

    @property
    def label(self) -> str:
        """Its name for metrics; steps that are planned for one job have too many."""
        return "planned" if self.is_planned else self.step.name

    async def work(self) -> StepOutcome:
        return await self.definition(self.context)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """All steps are through, and some have failed. `is_passing`: another attempt may be worth it."""

    error: StepsFailedError
    is_passing: bool


class JobSteps:
    """Both methods give the step to be done next, marked running; None when the job is done and marked so.

    A Shortfall when there is nothing more to do but to say that the job has failed.
    """

    def __init__(
        self,
        *,
        unit_of_work: ProcessingUnitOfWorkFactory,
        processors: Processors,
        endings: JobEndings,
        policy: ProcessingPolicy,
        blobs: BlobStore,
        clock: Clock,
        ids: IdGenerator,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._processors = processors
        self._endings = endings
        self._policy = policy
        self._blobs = blobs
        self._clock = clock
        self._ids = ids

    async def begin(self, hold: Hold) -> Stage | Shortfall | None:
        """Writes the steps down if this is the first attempt. Work on the run has begun from now on."""
        async with hold.writing() as (work, job):
            now = self._clock.now()
            run, files = await self._begin_run(work, job, now)
            waiting = await work.steps.list_open(job.id, limit=1)
            if not waiting and not await work.steps.list(job.id):
                waiting = (await self._write_down(work, job))[:1]
            return await self._next(work, hold, job, waiting, run=run, files=files, now=now)

    async def _begin_run(
        self, work: ProcessingUnitOfWork, job: Job, now: datetime
    ) -> tuple[IngestionRun | None, Sequence[StoredFile]]:
        if job.run_id is None:
            return None, ()
        run = await work.runs.get(job.run_id, for_update=True)
        if self._processors.advances(job.kind, run):
            run = await begin_run(work, run, at=now)
        return run, tuple(await work.files.list([run.id], role=FileRole.UPLOAD, after=None, limit=_MOST_FILES))

    async def record(self, hold: Hold, stage: Stage, outcome: StepOutcome) -> Stage | Shortfall | None:
        """May be repeated when it is not known whether it was committed. An object whose bytes are there is removed."""
        spare: list[ObjectKey] = []
        try:
            async with hold.writing() as (work, job):
                now = self._clock.now()
                waiting = await work.steps.list_open(job.id, limit=2)
                if waiting and waiting[0].id == stage.step.id:  # else our commit before was made
                    spare = await self._record(work, job, stage, outcome, now)
                    waiting = waiting[1:]
                following = await self._next(work, hold, job, waiting, run=stage.run, files=stage.files, now=now)
        except LeaseLostError:
            if await hold.has_left():
                return None
            raise
        with suppress(UnavailableError):  # then they are orphans, and the sweep removes them
            for key in spare:
                await self._blobs.delete(key)
        return following

    async def _record(
        self, work: ProcessingUnitOfWork, job: Job, stage: Stage, outcome: StepOutcome, now: datetime
    ) -> list[ObjectKey]:
        """The objects that nothing refers to."""
        await outcome.record(work)
        spare: list[ObjectKey] = []
        for artifact in sorted(outcome.artifacts, key=lambda artifact: artifact.sha256.hex):  # locks blobs in order
            kept = await self._record_artifact(work, stage, artifact, now)
            if kept != artifact.key:
                spare.append(artifact.key)
        if outcome.failure is None:
            done = stage.step.succeeded(outcome.metadata, at=now)
            work.events.record(_event(job, done, EventCode.STEP_SUCCEEDED, at=now))
        else:
            error, passing = JobError.of(outcome.failure), self._policy.is_passing(outcome.failure)
            done = stage.step.failed(error, at=now, metadata=outcome.metadata, is_passing=passing)
            work.events.record(step_failed(job, done, error, at=now))
        await work.steps.update(done)
        return spare

    async def _write_down(self, work: ProcessingUnitOfWork, job: Job) -> Sequence[Step]:
        steps = tuple(
            Step(
                id=self._ids.new_id(),
                job_id=job.id,
                ordinal=ordinal,
                name=name,
                status=StepStatus.PENDING,
                model_id=None,
                started_at=None,
                finished_at=None,
            )
            for ordinal, name in enumerate(await self._processors.get(job.kind).step_names(work, job), start=1)
        )
        await work.steps.add(*steps)
        return steps

    async def _next(
        self,
        work: ProcessingUnitOfWork,
        hold: Hold,
        job: Job,
        waiting: Sequence[Step],
        *,
        run: IngestionRun | None,
        files: Sequence[StoredFile],
        now: datetime,
    ) -> Stage | Shortfall | None:
        """`waiting`: the step that is next, and perhaps more."""
        if not waiting:
            return await self._finish(work, hold, job, now)
        step = waiting[0]
        processor = self._processors.get(job.kind)
        definition = _definition(processor, job, step)
        if step != hold.begun:  # else our commit before was made, and only its answer got lost
            step = step.running(at=now)
            if definition.model is not None:
                step = step.by(await self._model(work, definition.model, now))
            await work.steps.update(step)
            work.events.record(_event(job, step, EventCode.STEP_STARTED, at=now))
            hold.begun = step
        context = WorkingContext(
            hold=hold,
            run=run,
            step=step,
            files=files,
            unit_of_work=self._unit_of_work,
            blobs=self._blobs,
            clock=self._clock,
            ids=self._ids,
        )
        return Stage(
            step=step,
            definition=definition,
            context=context,
            files=files,
            run=run,
            is_planned=processor.plan is not None,
        )

    async def _finish(self, work: ProcessingUnitOfWork, hold: Hold, job: Job, now: datetime) -> Shortfall | None:
        steps = await work.steps.list(job.id)
        failed = [step for step in steps if step.status is StepStatus.FAILED]
        if not failed:
            hold.left = await self._endings.succeed(work, job, at=now)
            return None
        return Shortfall(
            error=StepsFailedError(shortfall_text(failed, of=len(steps))),
            is_passing=any(step.is_passing for step in failed),
        )

    async def _model(self, work: ProcessingUnitOfWork, spec: ModelSpec, now: datetime) -> UUID:
        """Asked for each time: what a unit of work that failed has added is not there."""
        new = Model(
            id=self._ids.new_id(),
            name=spec.name,
            kind=spec.kind,
            version=spec.version,
            parameters=spec.parameters,
            created_at=now,
        )
        return (await work.models.ensure(new)).id

    async def _record_artifact(
        self, work: ProcessingUnitOfWork, stage: Stage, new: NewArtifact, now: datetime
    ) -> ObjectKey:
        blob = await work.blobs.claim(
            Blob(sha256=new.sha256, size_bytes=new.size_bytes, object_key=new.key, created_at=now)
        )
        await work.artifacts.add(
            Artifact(
                id=self._ids.new_id(),
                job_id=stage.step.job_id,
                step_id=stage.step.id,
                kind=new.kind,
                media_type=new.media_type,
                name=new.name,
                size_bytes=new.size_bytes,
                sha256=new.sha256,
                created_at=now,
            )
        )
        return blob.object_key


class _Gone:
    """A step that was planned, and of which the processor knows nothing any more."""

    model: ModelSpec | None = None

    def __init__(self, job: Job, name: str) -> None:
        self.name = name
        self._failure = NoSuchStepError(f"{job.kind} has no step {name!r} any more; start a new job for {job.about}")

    async def __call__(self, context: StepContext) -> StepOutcome:
        return StepOutcome(failure=self._failure)


def _definition(processor: Processor, job: Job, step: Step) -> ProcessingStep:
    found = processor.step(job, step.name)
    if found is not None:
        return found
    if processor.plan is not None:
        return _Gone(job, step.name)
    raise StepFailedError(f"{job.kind} has no step {step.name!r} any more; start a new job for {job.about}")


def shortfall_text(failed: Sequence[Step], *, of: int) -> str:
    """How many failed, and what the first of them say."""
    shown = "; ".join(
        f"{step.name}: {_short(step.error.message) if step.error else 'failed'}" for step in failed[:_NAMED]
    )
    more = f"; and {len(failed) - _NAMED} more" if len(failed) > _NAMED else ""
    return f"{len(failed)} of {of} steps failed: {shown}{more}"


def _short(message: str) -> str:
    return message if len(message) <= _SHORT else f"{message[: _SHORT - 1]}…"


def _event(job: Job, step: Step, code: EventCode, *, at: datetime) -> NewEvent:
    return NewEvent(
        run_id=job.run_id,
        job_id=job.id,
        step_id=step.id,
        at=at,
        code=code,
        message=f"{step.name}: {step.status}",
        payload={**step.metadata, "step": step.name, "attempt": job.attempts},
    )
