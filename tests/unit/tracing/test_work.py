"""Attempts and steps as spans in the trace that the job's row keeps."""

import asyncio
from dataclasses import replace

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.trace import NonRecordingSpan, SpanContext, SpanKind, TraceFlags, TraceState, use_span

from forebay.adapters.tracing.work import WorkSpans
from forebay.domain.intake.archive_errors import ArchiveBrokenError
from forebay.domain.processing.job import LONGEST_TRACE_CONTEXT, Job, JobStatus, Lease
from forebay.testing.intake_examples import a_run
from forebay.testing.job_examples import LATER, a_job, a_job_about, a_step
from tests.unit.tracing.recorded import Recorded, attributes_of, parent_of

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
TRACE, SPAN = (int(part, 16) for part in PARENT.split("-")[1:3])


@pytest.fixture
def recorded() -> Recorded:
    return Recorded()


@pytest.fixture
def work(recorded: Recorded) -> WorkSpans:
    return WorkSpans(recorded.tracer)


def claimed(job: Job) -> Job:
    lease = Lease(owner="host:1/claim", expires_at=LATER)
    return replace(job, status=JobStatus.RUNNING, attempts=2, lease=lease)


def trace_of(span: ReadableSpan) -> int:
    trace: int = span.context.trace_id
    return trace


def test_what_a_job_keeps_is_the_header_of_the_current_span(recorded: Recorded, work: WorkSpans) -> None:
    assert work.current() is None
    with recorded.tracer.start_as_current_span("a request") as span:
        context = span.get_span_context()
        assert work.current() == f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"


@pytest.mark.parametrize(
    ("state", "kept"), [({"of": "some body"}, f"{PARENT} of=some body"), ({"of": "x" * LONGEST_TRACE_CONTEXT}, PARENT)]
)
def test_the_state_goes_along_as_far_as_there_is_room(work: WorkSpans, state: dict[str, str], kept: str) -> None:
    context = SpanContext(TRACE, SPAN, is_remote=True, trace_flags=TraceFlags(1), trace_state=TraceState())
    for name, value in state.items():
        context.trace_state._dict[name] = value  # as long as no header may be
    with use_span(NonRecordingSpan(context)):
        assert work.current() == kept


def test_an_attempt_goes_on_where_the_job_was_wanted_and_steps_are_inside(recorded: Recorded, work: WorkSpans) -> None:
    job = claimed(a_job(a_run(), trace_context=f"{PARENT} of=somebody"))
    with recorded.tracer.start_as_current_span("something else"), work.attempt(job) as attempt:
        with work.step(job, a_step(job, 3, name="file 17"), label="planned") as step:
            step.ended("succeeded")
        attempt.ended("succeeded")
    one, part = recorded.spans[f"job {job.kind}"], recorded.spans["step planned"]
    assert (trace_of(one), parent_of(one), one.kind) == (TRACE, SPAN, SpanKind.CONSUMER)
    assert one.context.trace_state.get("of") == "somebody"
    assert (trace_of(part), parent_of(part)) == (TRACE, one.context.span_id)
    of_job = {
        "forebay.job.id": str(job.id),
        "forebay.job.kind": job.kind,
        "forebay.job.attempt": 2,
        "forebay.run.id": str(job.run_id),
        "forebay.outcome": "succeeded",
    }
    assert attributes_of(one) == {**of_job, "forebay.worker": "host:1"}
    assert attributes_of(part) == {**of_job, "forebay.step.name": "file 17", "forebay.step.ordinal": 3}
    assert one.status.is_ok


@pytest.mark.parametrize("kept", [None, "", "nonsense", "00-0-0-01", "x" * LONGEST_TRACE_CONTEXT])
def test_a_job_without_a_context_that_can_be_read_begins_a_trace(
    recorded: Recorded, work: WorkSpans, kept: str | None
) -> None:
    job = claimed(a_job_about("partner", trace_context=kept))
    with recorded.tracer.start_as_current_span("something else"), work.attempt(job):
        pass
    span, other = recorded.spans[f"job {job.kind}"], recorded.spans["something else"]
    assert (parent_of(span), trace_of(span) == trace_of(other)) == (None, False)
    assert attributes_of(span)["forebay.job.subject"] == "partner"


@pytest.mark.parametrize(
    ("error", "told"), [(ArchiveBrokenError("of a secret"), ArchiveBrokenError.code), (KeyError("secret"), "KeyError")]
)
def test_an_error_is_told_by_its_code_or_type_and_no_more(
    recorded: Recorded, work: WorkSpans, error: Exception, told: str
) -> None:
    job = claimed(a_job(a_run()))
    with pytest.raises(type(error)), work.step(job, a_step(job), label="one"):
        raise error
    span = recorded.spans["step one"]
    assert (attributes_of(span)["error.type"], span.status.is_ok) == (told, False)
    assert "secret" not in span.to_json()


def test_a_failure_that_was_recorded_is_told_and_being_cancelled_is_none(recorded: Recorded, work: WorkSpans) -> None:
    job = claimed(a_job(a_run()))
    with work.attempt(job) as attempt:
        attempt.ended("postponed", error="storage_unavailable")
    failed = recorded.spans[f"job {job.kind}"]
    assert (attributes_of(failed)["error.type"], failed.status.is_ok) == ("storage_unavailable", False)
    with pytest.raises(asyncio.CancelledError), work.step(job, a_step(job), label="one"):
        raise asyncio.CancelledError
    assert recorded.spans["step one"].status.is_ok
