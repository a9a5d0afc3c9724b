"""Jobs and their steps as spans, in the trace of whoever wanted the job: W3C's trace context is kept in its row."""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from forebay.adapters.tracing.spans import entered, note_code
from forebay.application.ports.tracing import WorkSpan, WorkTracer
from forebay.domain.processing.job import LONGEST_TRACE_CONTEXT, Job
from forebay.domain.processing.step import Step

_FAILED = frozenset({"failed", "postponed"})
_UNNAMED = "unknown"
_PARENT, _STATE = "traceparent", "tracestate"
_headers = TraceContextTextMapPropagator()


class WorkSpans:
    """`trace_context` of a job is the header `traceparent`, and behind a space `tracestate`, if there is any."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer

    def current(self) -> str | None:
        headers: dict[str, str] = {}
        _headers.inject(headers)
        parent = headers.get(_PARENT)
        if parent is None:
            return None
        both = f"{parent} {headers.get(_STATE, '')}".strip()
        return both if len(both) <= LONGEST_TRACE_CONTEXT else parent

    @contextmanager
    def attempt(self, job: Job) -> Iterator[WorkSpan]:
        context = _context_of(job.trace_context)
        attributes = {**_of_job(job), "forebay.worker": _worker(job)}
        span = self._tracer.start_span(
            f"job {job.kind}", context=context, kind=SpanKind.CONSUMER, attributes=attributes
        )
        with entered(span):
            yield _WorkSpan(span)

    @contextmanager
    def step(self, job: Job, step: Step, *, label: str) -> Iterator[WorkSpan]:
        attributes = {**_of_job(job), "forebay.step.name": step.name, "forebay.step.ordinal": step.ordinal}
        with entered(self._tracer.start_span(f"step {label}", attributes=attributes)) as span:
            yield _WorkSpan(span)


class _WorkSpan:
    def __init__(self, span: Span) -> None:
        self._span = span

    def ended(self, outcome: str, *, error: str | None = None) -> None:
        self._span.set_attribute("forebay.outcome", outcome)
        if error is not None or outcome in _FAILED:
            note_code(self._span, error or _UNNAMED)


def _context_of(trace_context: str | None) -> Context:
    """An empty one, with which a trace begins, when there is none that can be read."""
    parent, _, state = (trace_context or "").partition(" ")
    return _headers.extract({_PARENT: parent, _STATE: state}, context=Context())


def _of_job(job: Job) -> dict[str, str | int]:
    about = (
        {"forebay.run.id": str(job.run_id)} if job.run_id is not None else {"forebay.job.subject": job.subject or ""}
    )
    return {"forebay.job.id": str(job.id), "forebay.job.kind": job.kind, "forebay.job.attempt": job.attempts, **about}


def _worker(job: Job) -> str:
    """The lease's owner is the worker, and behind a slash its claim."""
    return job.lease.owner.rpartition("/")[0] if job.lease is not None else ""


def _fits(spans: WorkSpans, span: _WorkSpan) -> tuple[WorkTracer, WorkSpan]:
    return spans, span
