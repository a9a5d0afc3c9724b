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
from forebay.application.processing.endings import JobEndings
from forebay.application.processing.holding import Hold
from forebay.application.processing.processor import NewArtifact, ProcessingStep, Processors, StepOutcome
from forebay.application.processing.run_progress import begin_run
from forebay.application.processing.step_context import WorkingContext
from forebay.domain.errors import UnavailableError
from forebay.domain.intake.blob import Blob, ObjectKey
from forebay.domain.intake.file import FileRole, StoredFile
from forebay.domain.intake.run import IngestionRun
from forebay.domain.processing.artifact import Artifact
from forebay.domain.processing.errors import LeaseLostError, StepFailedError
from forebay.domain.processing.event import EventCode, NewEvent
from forebay.domain.processing.job import Job
from forebay.domain.processing.model import Model, ModelSpec
from forebay.domain.processing.step import Step, StepStatus

_MOST_FILES = 100  # uploads of a run


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A step that is running, and what it works with."""

    step: Step
    definition: ProcessingStep
    context: WorkingContext
    files: Sequence[StoredFile]
    run: IngestionRun

    @property
    def name(self) -> str:
        return self.step.name

    async def work(self) -> StepOutcome:
        return await self.definition(self.context)


class JobSteps:
    """Both methods give the step to be done next, marked running; None when the job is done and marked so."""

    def __init__(
        self,
        *,
        unit_of_work: ProcessingUnitOfWorkFactory,
        processors: Processors,
        endings: JobEndings,
        blobs: BlobStore,
        clock: Clock,
        ids: IdGenerator,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._processors = processors
        self._endings = endings
        self._blobs = blobs
        self._clock = clock
        self._ids = ids

    async def begin(self, hold: Hold) -> Stage | None:
        """Writes the steps down if this is the first attempt. Work on the run has begun from now on."""
        async with hold.writing() as (work, job):
            now = self._clock.now()
            run = await work.runs.get(job.run_id, for_update=True)
            if self._processors.advances(job.kind, run):
                run = await begin_run(work, run, at=now)
            files = tuple(await work.files.list([run.id], role=FileRole.UPLOAD, after=None, limit=_MOST_FILES))
            steps = await work.steps.list(job.id) or await self._write_down(work, job)
            return await self._next(work, hold, job, steps, run=run, files=files, now=now)

    async def record(self, hold: Hold, stage: Stage, outcome: StepOutcome) -> Stage | None:
        """May be repeated when it is not known whether it was committed. An object whose bytes are there is removed."""
        spare: list[ObjectKey] = []
        try:
            async with hold.writing() as (work, job):
                now = self._clock.now()
                steps = list(await work.steps.list(job.id))
                index = next(index for index, step in enumerate(steps) if step.id == stage.step.id)
                if steps[index].status is not StepStatus.SUCCEEDED:
                    steps[index], spare = await self._record(work, job, stage, outcome, now)
                following = await self._next(work, hold, job, steps, run=stage.run, files=stage.files, now=now)
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
    ) -> tuple[Step, list[ObjectKey]]:
        """The step as it is now, and the objects that nothing refers to."""
        await outcome.record(work)
        spare: list[ObjectKey] = []
        for artifact in sorted(outcome.artifacts, key=lambda artifact: artifact.sha256.hex):  # locks blobs in order
            kept = await self._record_artifact(work, stage, artifact, now)
            if kept != artifact.key:
                spare.append(artifact.key)
        done = stage.step.succeeded(outcome.metadata, at=now)
        await work.steps.update(done)
        work.events.record(_event(job, done, EventCode.STEP_SUCCEEDED, at=now))
        return done, spare

    async def _write_down(self, work: ProcessingUnitOfWork, job: Job) -> Sequence[Step]:
        steps = tuple(
            Step(
                id=self._ids.new_id(),
                job_id=job.id,
                ordinal=ordinal,
                name=definition.name,
                status=StepStatus.PENDING,
                model_id=None,
                started_at=None,
                finished_at=None,
            )
            for ordinal, definition in enumerate(self._processors.get(job.kind).steps, start=1)
        )
        for step in steps:
            await work.steps.add(step)
        return steps

    async def _next(
        self,
        work: ProcessingUnitOfWork,
        hold: Hold,
        job: Job,
        steps: Sequence[Step],
        *,
        run: IngestionRun,
        files: Sequence[StoredFile],
        now: datetime,
    ) -> Stage | None:
        waiting = next((step for step in steps if step.status is not StepStatus.SUCCEEDED), None)
        if waiting is None:
            hold.left = await self._endings.succeed(work, job, at=now)
            return None
        definition = self._definition(job, waiting)
        step = waiting
        if step != hold.begun:  # else our commit before was made, and only its answer got lost
            step = waiting.running(at=now)
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
        return Stage(step=step, definition=definition, context=context, files=files, run=run)

    def _definition(self, job: Job, step: Step) -> ProcessingStep:
        for definition in self._processors.get(job.kind).steps:
            if definition.name == step.name:
                return definition
        raise StepFailedError(f"{job.kind} has no step {step.name!r} any more; start a new job for run {job.run_id}")

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
