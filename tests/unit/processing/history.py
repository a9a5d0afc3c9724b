"""Reads the events of a job as a story, and finds what cannot have happened."""

from collections import Counter
from collections.abc import Sequence

from forebay.domain.processing.event import Event, EventCode
from tests.unit.processing.steps_for_tests import RESULT


class Story:
    """What the events say about one job: each is possible after those before it, or there is an AssertionError."""

    def __init__(self, events: Sequence[Event]) -> None:
        self.status = "none"
        self.open: str | None = None
        self.done: list[str] = []
        self.results: Counter[str] = Counter()
        self.attempts = 0
        assert [event.position for event in events] == sorted({event.position for event in events})
        for event in events:
            self._tell(event)

    def _tell(self, event: Event) -> None:
        at = f"{event.code} ({event.payload}) while {self.status}, {self.open} under way, {self.done} done"
        match event.code:
            case EventCode.JOB_QUEUED:
                self._go(("none",), "queued", at)
            case EventCode.JOB_STARTED:
                self._go(("queued",), "running", at)
                self.attempts += 1
            case EventCode.JOB_TAKEN_OVER:
                self._go(("running",), "running", at)
                self.open = None
                self.attempts += 1
            case EventCode.JOB_RETRIED:
                self._go(("failed", "cancelled"), "queued", at)
            case EventCode.JOB_POSTPONED | EventCode.JOB_RELEASED:
                self._go(("running",), "queued", at)
                self.open = None
            case EventCode.JOB_SUCCEEDED:
                self._go(("running",), "succeeded", at)
                assert self.open is None, at
            case EventCode.JOB_FAILED:
                self._go(("running",), "failed", at)
                self.open = None
            case EventCode.JOB_CANCELLED:
                self._go(("queued", "running"), "cancelled", at)
                self.open = None
            case EventCode.JOB_CANCEL_REQUESTED:
                self._go(("running",), "running", at)
            case _:
                self._tell_of_step(event, at)

    def _tell_of_step(self, event: Event, at: str) -> None:
        assert self.status == "running", at
        step = event.payload.get("step")
        match event.code:
            case EventCode.STEP_STARTED:
                assert self.open is None and step not in self.done, at  # noqa: PT018 - one fact
                self.open = str(step)
            case EventCode.STEP_SUCCEEDED:
                assert self.open == step, at
                self.done.append(str(step))
                self.open = None
            case EventCode.STEP_FAILED:
                assert self.open == step, at
                self.open = None
            case EventCode.STEP_PROGRESS:
                assert self.open == step, at
            case code if code == RESULT:
                assert self.open is not None, at
                self.results[self.open] += 1
            case other:
                raise AssertionError(f"{other} is not known")

    def _go(self, before: tuple[str, ...], after: str, at: str) -> None:
        assert self.status in before, at
        self.status = after
