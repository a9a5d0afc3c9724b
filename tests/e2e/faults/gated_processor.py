"""A processor whose steps ask the test what to do: two steps, each of which makes an artifact of its own."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from uuid import UUID

from forebay.application.processing.processor import Processor, StepContext, StepOutcome
from forebay.domain.errors import StorageUnavailableError
from forebay.domain.intake.run import RunType
from forebay.domain.processing.model import ModelSpec

PORT_VARIABLE = "FAULTS_GATE_PORT"
GO, DIE, FAIL = "go", "die", "fail"


class GatedStep:
    """Waits at the test's gate inside the step. What it makes depends on run and step only, as results should."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.model = ModelSpec(name=f"gate-{name}", kind="parser", version="1")

    async def __call__(self, context: StepContext) -> StepOutcome:
        await ask(context.job.id, self.name, attempt=context.job.attempts)
        made = await context.store(
            kind="passage", name=f"{self.name}.txt", media_type="text/plain", content=self._content(context)
        )
        return StepOutcome(metadata={"passed": self.name}, artifacts=(made,))

    async def _content(self, context: StepContext) -> AsyncIterator[bytes]:
        yield passage(self.name, str(context.run.id))


async def ask(about: UUID, step: str, *, attempt: int = 0) -> None:
    """Returns when the test says that it may go on. StorageUnavailableError, or the end of the process."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(os.environ[PORT_VARIABLE]))
    try:
        visit = {"job": str(about), "step": step, "pid": os.getpid(), "attempt": attempt}
        writer.write(json.dumps(visit).encode() + b"\n")
        await writer.drain()
        answer = (await reader.readline()).decode().strip()
    finally:
        writer.close()
    if answer == DIE:
        os.kill(os.getpid(), signal.SIGKILL)
    if answer == FAIL:
        raise StorageUnavailableError("the test's gate let it fail")


def passage(step: str, run_id: str) -> bytes:
    """What the step makes of the run."""
    return f"{step} of {run_id}\n".encode()


processor = Processor(
    kind="gated",
    run_types=frozenset({RunType.SINGLE_CONF}),
    steps=(GatedStep("first"), GatedStep("second")),
)
