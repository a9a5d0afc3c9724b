"""Steps whose work can be watched, held up and broken."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

from forebay.application.ports.processing import ProcessingUnitOfWork
from forebay.application.processing.processor import ProcessingStep, Processor, StepContext, StepOutcome
from forebay.domain.intake.run import RunType
from forebay.domain.processing.event import NewEvent
from forebay.domain.processing.model import ModelSpec

RESULT = "result"  # the code of the event that a step's results consist of


async def nothing(context: StepContext) -> None:
    """A step that has nothing more to do."""


@dataclass(slots=True, eq=False)
class Telling:
    """Reads the uploads, does what it is told, stores an artifact, and has one result: an event of its own."""

    name: str
    does: Callable[[StepContext], Awaitable[None]] = nothing
    model: ModelSpec | None = None
    started: int = 0
    contexts: list[StepContext] = field(default_factory=list)

    async def __call__(self, context: StepContext) -> StepOutcome:
        self.started += 1
        self.contexts.append(context)
        size = 0
        for file in context.files:
            async with context.source(file) as source, source.open() as chunks:
                async for chunk in chunks:
                    size += len(chunk)
        await context.progress("all is read", {"bytes": size})
        await self.does(context)
        artifact = await context.store(
            kind="report",
            name=f"{self.name}.json",
            media_type="application/json",
            content=_parts(json.dumps({"step": self.name, "run": str(context.run.id)})),
        )

        async def record(work: ProcessingUnitOfWork) -> None:
            job = context.job
            at = (await work.jobs.get(job.id)).updated_at
            work.events.record(
                NewEvent(run_id=job.run_id, job_id=job.id, step_id=context.step.id, at=at, code=RESULT, message="is in")
            )

        return StepOutcome(metadata={"bytes": size}, record=record, artifacts=(artifact,))


@dataclass(slots=True)
class Gate:
    """A step comes by and waits: `reached` is set when it is there, and it goes on when `go` is set."""

    reached: asyncio.Event = field(default_factory=asyncio.Event)
    go: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, context: StepContext) -> None:
        self.reached.set()
        await self.go.wait()


def raising(*errors: BaseException | None) -> Callable[[StepContext], Awaitable[None]]:
    """Raises them one after the other; None, and whatever comes behind the last one, goes well."""
    left = list(errors)

    async def act(context: StepContext) -> None:
        if left and (error := left.pop(0)) is not None:
            raise error

    return act


def processor(*steps: ProcessingStep, kind: str = "telling", automatic: bool = True) -> Processor:
    """For archives and documents."""
    return Processor(
        kind=kind, run_types=frozenset({RunType.ARCHIVE, RunType.DOCUMENT}), steps=steps, automatic=automatic
    )


async def _parts(text: str) -> AsyncIterator[bytes]:
    for start in range(0, len(text), 40):
        yield text[start : start + 40].encode()


def _fits(step: Telling) -> ProcessingStep:
    return step
