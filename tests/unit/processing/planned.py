"""A processor without runs, whose steps are planned for each job: one for each name there is."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from forebay.application.ports.processing import ProcessingUnitOfWork
from forebay.application.processing.processor import ProcessingStep, Processor, StepContext, StepOutcome, StepPlan
from forebay.application.processing.start_job import StartJobCommand
from forebay.domain.errors import ForebayError
from forebay.domain.processing.event import NewEvent
from forebay.domain.processing.job import Job
from forebay.domain.processing.model import ModelSpec
from tests.unit.processing.rig import Rig
from tests.unit.processing.steps_for_tests import RESULT, nothing

KIND = "rounds"
SUBJECT = "https://partner.example"


@dataclass(slots=True)
class Rounds:
    """`fails`: what the step of a name fails with, one after the other; None for a time that goes well."""

    there: list[str]
    fails: dict[str, list[ForebayError | None]] = field(default_factory=dict)
    does: dict[str, Callable[[StepContext], Awaitable[None]]] = field(default_factory=dict)
    planned: int = 0
    started: list[str] = field(default_factory=list)

    async def names(self, work: ProcessingUnitOfWork, job: Job) -> Sequence[str]:
        self.planned += 1
        return list(self.there)

    def step(self, job: Job, name: str) -> ProcessingStep | None:
        return Round(self, name) if name in self.there else None

    @property
    def processor(self) -> Processor:
        return Processor(kind=KIND, run_types=frozenset(), plan=self, automatic=False)


@dataclass(slots=True)
class Round:
    """Has one result, an event of its own, whether or not it fails."""

    rounds: Rounds
    name: str
    model: ModelSpec | None = None

    async def __call__(self, context: StepContext) -> StepOutcome:
        self.rounds.started.append(self.name)
        await self.rounds.does.get(self.name, nothing)(context)
        job = context.job

        async def record(work: ProcessingUnitOfWork) -> None:
            at = (await work.jobs.get(job.id)).updated_at
            work.events.record(
                NewEvent(run_id=None, job_id=job.id, step_id=context.step.id, at=at, code=RESULT, message=self.name)
            )

        fails = self.rounds.fails.get(self.name, [])
        failure = fails.pop(0) if fails else None
        return StepOutcome(metadata={"read": len(self.name)}, record=record, failure=failure)


async def begun(rig: Rig) -> Job:
    """A job that waits."""
    return (await rig.start_job(StartJobCommand(subject=SUBJECT, kind=KIND))).job


def results(rig: Rig) -> Counter[str]:
    """How often the results of each step were recorded."""
    return Counter(event.message for event in rig.events if event.code == RESULT)


def _fit(rounds: Rounds, one: Round) -> tuple[StepPlan, ProcessingStep]:
    return rounds, one
