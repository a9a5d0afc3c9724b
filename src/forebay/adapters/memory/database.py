"""A database in memory."""

import asyncio
from collections.abc import Sequence
from itertools import count

from forebay.adapters.memory.signals import MemorySignals
from forebay.adapters.memory.state import State
from forebay.domain.processing.event import Event, NewEvent


class MemoryDatabase:
    """What is committed, the turn to write, and the signals. Gone with the process; for one event loop."""

    def __init__(self, *, wait_seconds: float = 30.0) -> None:
        self.state = State()
        self.signals = MemorySignals()
        self.wait_seconds = wait_seconds
        self.turn = asyncio.Lock()
        self._positions = count(1)  # never used again, not even when all events are gone

    def append(self, events: Sequence[NewEvent]) -> None:
        for event in events:
            self.state.events.append(
                Event(
                    position=next(self._positions),
                    run_id=event.run_id,
                    at=event.at,
                    code=event.code,
                    message=event.message,
                    level=event.level,
                    job_id=event.job_id,
                    step_id=event.step_id,
                    payload=event.payload,
                )
            )
