"""A processor whose steps ask the test what to do: two steps, each of which makes an artifact of its own."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator

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
        answer = await self._ask(context)
        if answer == DIE:
            os.kill(os.getpid(), signal.SIGKILL)
        if answer == FAIL:
            raise StorageUnavailableError("the test's gate let the step fail")
        made = await context.store(
            kind="passage", name=f"{self.name}.txt", media_type="text/plain", content=self._content(context)
        )
        return StepOutcome(metadata={"passed": self.name}, artifacts=(made,))

    async def _ask(self, context: StepContext) -> str:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(os.environ[PORT_VARIABLE]))
        try:
            visit = {
                "job": str(context.job.id),
                "step": self.name,
                "pid": os.getpid(),
                "attempt": context.job.attempts,
            }
            writer.write(json.dumps(visit).encode() + b"\n")
            await writer.drain()
            return (await reader.readline()).decode().strip()
        finally:
            writer.close()

    async def _content(self, context: StepContext) -> AsyncIterator[bytes]:
        yield passage(self.name, str(context.run.id))


def passage(step: str, run_id: str) -> bytes:
    """What the step makes of the run."""
    return f"{step} of {run_id}\n".encode()


processor = Processor(
    kind="gated",
    run_types=frozenset({RunType.SINGLE_CONF}),
    steps=(GatedStep("first"), GatedStep("second")),
)
