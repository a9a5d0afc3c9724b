"""Processors: what is done with runs of a type or a subject, as named steps. Outside packages build these, too."""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from forebay.application.ports.archives import RangeSource
from forebay.application.ports.processing import ProcessingUnitOfWork
from forebay.domain.errors import ForebayError, InternalStateError
from forebay.domain.intake.blob import ObjectKey, Sha256
from forebay.domain.intake.file import StoredFile
from forebay.domain.intake.run import IngestionRun, RunType
from forebay.domain.processing.errors import UnknownJobKindError
from forebay.domain.processing.job import Job, JobError
from forebay.domain.processing.model import ModelSpec
from forebay.domain.processing.step import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class NewArtifact:
    """A file that a step has put into the blob store, and that is recorded together with the step's results."""

    kind: str
    name: str
    media_type: str
    key: ObjectKey
    size_bytes: int
    sha256: Sha256


async def _nothing(work: ProcessingUnitOfWork) -> None:
    """No results but the metadata."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepOutcome:
    """What a step came to. `record` writes its results in the transaction that marks the step succeeded.

    It may be called again when that transaction failed, and must then do the same. `metadata` is JSON.
    `failure`: the step has failed, and says why without holding up the others. Its results are written all the same;
    when all steps are through, the job fails, or is tried again if the policy says that a failure passes.
    """

    metadata: Mapping[str, object] = field(default_factory=dict)
    record: Callable[[ProcessingUnitOfWork], Awaitable[None]] = _nothing
    artifacts: Sequence[NewArtifact] = ()
    failure: ForebayError | None = None


class StepContext(Protocol):
    """What a step works with. Everything it does here counts only once the step has succeeded."""

    @property
    def job(self) -> Job: ...
    @property
    def run(self) -> IngestionRun:
        """InternalStateError when the job is of a subject and has no run."""
        ...

    @property
    def step(self) -> Step: ...
    @property
    def files(self) -> Sequence[StoredFile]:
        """The uploads of the run; none without one."""
        ...

    def source(self, file: StoredFile) -> AbstractAsyncContextManager[RangeSource]:
        """The bytes of an upload. BlobNotFoundError."""
        ...

    def writing(self) -> AbstractAsyncContextManager[ProcessingUnitOfWork]:
        """A transaction of its own, committed on leaving, for results that nobody sees before the step's end.

        LeaseLostError when another worker has the job.
        """
        ...

    def reading(self) -> AbstractAsyncContextManager[ProcessingUnitOfWork]:
        """What is committed."""
        ...

    async def store(self, *, kind: str, name: str, media_type: str, content: AsyncIterator[bytes]) -> NewArtifact:
        """Puts a file into the blob store, to be given back in the outcome."""
        ...

    async def progress(self, message: str, payload: Mapping[str, object]) -> None:
        """Tells those who watch how far it is; at most one in a second is recorded."""
        ...


class ProcessingStep(Protocol):
    """One step. It is cancelled, at any await, when the job is cancelled, lost or the worker stops.

    It may run several times for one job: each time from its beginning, and only the last one counts. ForebayError
    says why it failed; whether it is tried again is for the policy to say.
    """

    @property
    def name(self) -> str: ...
    @property
    def model(self) -> ModelSpec | None: ...

    async def __call__(self, context: StepContext) -> StepOutcome: ...


class StepPlan(Protocol):
    """Steps that differ from job to job, such as one for each thing that there is just then."""

    async def names(self, work: ProcessingUnitOfWork, job: Job) -> Sequence[str]:
        """The names of the job's steps in their order, no two alike.

        Asked in the transaction that writes them down, when work on the job begins; what it finds changed later is no
        matter. May be asked again when that transaction failed, or when there were none.
        """
        ...

    def step(self, job: Job, name: str) -> ProcessingStep | None:
        """What the step of this name does, perhaps in another process or a newer version than named it.

        None when there is no such step any more: then this one fails, and the others go on.
        """
        ...


async def _nothing_is_left(work: ProcessingUnitOfWork, job: Job, error: JobError, at: datetime) -> None:
    """What its steps have written says by itself how far they came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Processor:
    """`kind` names it in jobs. An automatic one is started for every stored run of its types and moves their status;

    another one runs when somebody asks for it; one without run types works on subjects. Steps have names of their own
    within a processor; `plan` instead of `steps` when each job has others.
    `for_documents`: automatic for those runs only that ask for the documents within them. `given_up` is called in the
    transaction that marks a job failed or cancelled, for what would otherwise seem to be under way for ever.
    """

    kind: str
    run_types: frozenset[RunType]
    steps: tuple[ProcessingStep, ...] = ()
    plan: StepPlan | None = None
    automatic: bool = True
    for_documents: bool = False
    given_up: Callable[[ProcessingUnitOfWork, Job, JobError, datetime], Awaitable[None]] = _nothing_is_left

    def __post_init__(self) -> None:
        if self.steps and self.plan is not None:
            raise InternalStateError(f"the processor {self.kind!r} has both steps and a plan of steps; give it one")

    @property
    def takes_runs(self) -> bool:
        return bool(self.run_types)

    async def step_names(self, work: ProcessingUnitOfWork, job: Job) -> Sequence[str]:
        """InternalStateError when two of them are alike."""
        if self.plan is None:
            return [step.name for step in self.steps]
        names = await self.plan.names(work, job)
        if twice := next((name for name, count in Counter(names).items() if count > 1), None):
            raise InternalStateError(f"{self.kind} plans two steps called {twice!r}; their names must differ")
        return names

    def step(self, job: Job, name: str) -> ProcessingStep | None:
        if self.plan is not None:
            return self.plan.step(job, name)
        return next((step for step in self.steps if step.name == name), None)


class Processors:
    """All processors of this program. A later one takes over run types that an earlier one was automatic for."""

    def __init__(self, processors: Sequence[Processor]) -> None:
        self._by_kind = {processor.kind: processor for processor in processors}
        self._automatic: dict[tuple[RunType, bool], Processor] = {}
        for processor in processors:
            for run_type in processor.run_types if processor.automatic else ():
                self._automatic[run_type, processor.for_documents] = processor
                if not processor.for_documents:
                    self._automatic.pop((run_type, True), None)

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(self._by_kind)

    def get(self, kind: str) -> Processor:
        """UnknownJobKindError names the kinds there are."""
        if kind not in self._by_kind:
            known = ", ".join(sorted(self._by_kind)) or "none"
            raise UnknownJobKindError(
                f"no processor of kind {kind[:100]!r} is installed; there are {known}", field="kind"
            )
        return self._by_kind[kind]

    def find(self, kind: str) -> Processor | None:
        """None when it is not installed (any more)."""
        return self._by_kind.get(kind)

    def automatic(self, run: IngestionRun) -> Processor | None:
        """The one that is started when this run is stored."""
        found = self._automatic.get((run.type, True)) if run.documents else None
        return found or self._automatic.get((run.type, False))

    def advances(self, kind: str, run: IngestionRun) -> bool:
        """Whether such a job moves the run's status."""
        automatic = self.automatic(run)
        return automatic is not None and automatic.kind == kind
