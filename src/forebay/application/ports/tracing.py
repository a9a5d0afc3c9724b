"""What belongs together across processes: a trace goes from whoever wants a job to the worker that does it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol

from forebay.domain.processing.job import Job
from forebay.domain.processing.step import Step


class WorkSpan(Protocol):
    """Some work under way. An error that leaves its context is noted by its code; messages may hold what came in."""

    def ended(self, outcome: str, *, error: str | None = None) -> None:
        """`outcome` as ProcessingObserver has it; `error`: a code."""
        ...


class WorkTracer(Protocol):
    """Never raises, and never waits. Whatever is done inside a context that it gives, belongs to that span."""

    def current(self) -> str | None:
        """What a job that is wanted now keeps as its `trace_context`; at most LONGEST_TRACE_CONTEXT characters."""
        ...

    def attempt(self, job: Job) -> AbstractContextManager[WorkSpan]:
        """An attempt at a claimed job. It goes on with the trace of the job's context, whatever is traced here."""
        ...

    def step(self, job: Job, step: Step, *, label: str) -> AbstractContextManager[WorkSpan]:
        """One of its steps. `label`: its name, or what stands for names that are too many."""
        ...


class StatementTracer(Protocol):
    """For adapters of databases. Never raises, and never waits."""

    def statement(self, system: str, text: Callable[[], str]) -> AbstractContextManager[object]:
        """Around one statement. `text` is asked for when it is wanted, and has no values in it."""
        ...
