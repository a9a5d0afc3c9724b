"""Jobs keep where they were wanted, and work on them is told to whoever traces."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import uuid4

from forebay.adapters.system.no_tracer import NoTracer
from forebay.application.ports.tracing import WorkSpan, WorkTracer
from forebay.application.processing.processor import Processor, StepContext
from forebay.domain.errors import StorageUnavailableError
from forebay.domain.intake.archive_errors import ArchiveBrokenError
from forebay.domain.processing.job import Job
from forebay.domain.processing.step import Step
from forebay.testing.intake_examples import a_run
from forebay.testing.job_examples import a_job, a_step
from tests.unit.processing.planned import Rounds, begun
from tests.unit.processing.rig import Rig
from tests.unit.processing.steps_for_tests import Telling, processor, raising
from tests.unit.processing.virtual_time import in_virtual_time


@dataclass(slots=True)
class _Span:
    tracer: "Remembering"
    name: str

    def ended(self, outcome: str, *, error: str | None = None) -> None:
        self.tracer.told.append((self.name, outcome, error))


@dataclass(slots=True)
class Remembering:
    """Remembers what was told, and what was open when a step did its work."""

    context: str | None = None
    told: list[tuple[str, str, str | None]] = field(default_factory=list)
    parents: list[str | None] = field(default_factory=list)
    open: list[str] = field(default_factory=list)

    def current(self) -> str | None:
        return self.context

    @contextmanager
    def attempt(self, job: Job) -> Iterator[WorkSpan]:
        self.parents.append(job.trace_context)
        with self._span(f"job {job.attempts}") as span:
            yield span

    @contextmanager
    def step(self, job: Job, step: Step, *, label: str) -> Iterator[WorkSpan]:
        with self._span(f"step {label}") as span:
            yield span

    @contextmanager
    def _span(self, name: str) -> Iterator[WorkSpan]:
        self.open.append(name)
        try:
            yield _Span(self, name)
        finally:
            self.open.remove(name)


def _fits(tracer: Remembering) -> WorkTracer:
    return tracer


def rig_of(one: Processor) -> tuple[Rig, Remembering]:
    rig, tracer = Rig.of(one), Remembering(context="of the upload")
    rig.tracer = tracer
    return rig, tracer


@in_virtual_time
async def test_a_job_keeps_where_it_was_wanted_and_its_steps_are_inside_its_attempt() -> None:
    seen: list[list[str]] = []

    async def look(context: StepContext) -> None:
        seen.append([*tracer.open])

    rig, tracer = rig_of(processor(Telling("one", does=look), Telling("two")))
    await rig.stored()
    tracer.context = "of somebody else"
    assert await rig.worked_off() == "succeeded"
    assert tracer.parents == ["of the upload"]
    assert seen == [["job 1", "step one"]]
    assert tracer.told == [
        ("step one", "succeeded", None),
        ("step two", "succeeded", None),
        ("job 1", "succeeded", None),
    ]
    assert tracer.open == []


@in_virtual_time
async def test_each_attempt_is_told_with_the_code_of_what_ended_it() -> None:
    away, broken = StorageUnavailableError("secret"), ArchiveBrokenError("secret")
    rig, tracer = rig_of(processor(Telling("one", does=raising(away, broken))))
    await rig.stored()
    assert await rig.worked_off() == "postponed"
    await asyncio.sleep(3600)
    assert await rig.worked_off() == "failed"
    assert tracer.parents == ["of the upload"] * 2
    assert tracer.told == [
        ("step one", "failed", None),  # the error leaves the span by itself
        ("job 1", "postponed", away.code),
        ("step one", "failed", None),
        ("job 2", "failed", broken.code),
    ]


@in_virtual_time
async def test_a_job_that_is_started_by_hand_and_one_of_a_subject_keep_it_too() -> None:
    rig, tracer = rig_of(processor(Telling("one")))
    await rig.stored()
    await rig.worked_off()
    tracer.context = "of a person"
    assert (await rig.start_again()).trace_context == "of a person"
    rounds = Rounds(["a"])
    rig, tracer = rig_of(rounds.processor)
    assert (await begun(rig)).trace_context == "of the upload"
    await rig.worked_off()
    assert [name for name, *_ in tracer.told] == ["step planned", "job 1"]


def test_where_nothing_is_traced_jobs_keep_nothing() -> None:
    tracer = NoTracer()
    job = a_job(a_run())
    assert tracer.current() is None
    with tracer.attempt(job) as attempt, tracer.step(job, a_step(job), label=str(uuid4())) as step:
        step.ended("failed", error="x")
        attempt.ended("failed", error="x")
