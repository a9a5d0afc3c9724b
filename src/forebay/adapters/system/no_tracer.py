"""Where nothing is traced."""

from collections.abc import Iterator
from contextlib import contextmanager

from forebay.application.ports.tracing import WorkSpan, WorkTracer
from forebay.domain.processing.job import Job
from forebay.domain.processing.step import Step


class NoTracer:
    """Knows of no trace, and begins none."""

    def current(self) -> str | None:
        return None

    @contextmanager
    def attempt(self, job: Job) -> Iterator[WorkSpan]:
        yield _NoSpan()

    @contextmanager
    def step(self, job: Job, step: Step, *, label: str) -> Iterator[WorkSpan]:
        yield _NoSpan()


class _NoSpan:
    def ended(self, outcome: str, *, error: str | None = None) -> None:
        """Nobody wants to know."""


def _fits(tracer: NoTracer) -> WorkTracer:
    return tracer
