"""The gate at which steps of gated_processor wait: the test sees who is inside which step, and says what happens."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from uuid import UUID

from tests.e2e.faults.gated_processor import GO


@dataclass(frozen=True, eq=False)
class Visit:
    """Somebody is inside a step, until it is answered. `left`: set when the step or its process went away."""

    job_id: UUID
    step: str
    pid: int
    attempt: int
    writer: asyncio.StreamWriter = field(repr=False)
    left: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    def answer(self, word: str = GO) -> None:
        self.writer.write(word.encode() + b"\n")


class Gate:
    """Steps arrive in the order in which they ask. Those that it `lets_pass` do not wait for the test."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.lets_pass: Callable[[Visit], bool] = lambda _: False
        self.waiting: asyncio.Queue[Visit] = asyncio.Queue()
        self.visits: list[Visit] = []
        self.on_change: Callable[[], None] = _nothing

    def open(self) -> None:
        """All that wait and all that come may pass."""
        self.lets_pass = lambda _: True
        while not self.waiting.empty():
            self.waiting.get_nowait().answer()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            asked = json.loads(await reader.readline())
            visit = Visit(UUID(asked["job"]), asked["step"], asked["pid"], asked["attempt"], writer)
            self.visits.append(visit)
            if self.lets_pass(visit):
                visit.answer()
            else:
                self.waiting.put_nowait(visit)
            self.on_change()
            with suppress(ConnectionError):
                await reader.read()
            visit.left.set()
            self.on_change()
        writer.close()


def _nothing() -> None:
    """Nobody wants to know."""


@asynccontextmanager
async def open_gate() -> AsyncIterator[Gate]:
    gate = Gate(0)
    server = await asyncio.start_server(gate.serve, "127.0.0.1", 0)
    gate.port = server.sockets[0].getsockname()[1]
    try:
        yield gate
    finally:
        server.close()
        for visit in gate.visits:
            visit.writer.close()
