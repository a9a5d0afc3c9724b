"""Backoff, steps and events."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forebay.domain.processing.backoff import Backoff
from forebay.domain.processing.event import FINAL_CODES, Event, EventCode, EventLevel, NewEvent
from forebay.domain.processing.job import JobError
from forebay.domain.processing.step import Step, StepStatus

ERROR = JobError(code="archive_broken", message="member 3 contradicts member 2")

NOW = datetime(2024, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 10), (2, 60), (3, 300), (4, 300), (1_000, 300)])
def test_the_delay_follows_the_attempts_and_the_last_one_repeats(attempts: int, seconds: int) -> None:
    assert Backoff().after(attempts, chance=0.5) == timedelta(seconds=seconds)


@given(
    delays=st.lists(st.floats(min_value=0.001, max_value=100_000), min_size=1, max_size=6),
    attempts=st.integers(min_value=1, max_value=20),
    chance=st.floats(min_value=0, max_value=1, exclude_max=True),
)
def test_a_delay_is_spread_by_a_fifth_either_way(delays: list[float], attempts: int, chance: float) -> None:
    plain = delays[min(attempts, len(delays)) - 1]
    found = Backoff(delays=tuple(delays)).after(attempts, chance=chance).total_seconds()
    assert plain * 0.8 - 1e-5 <= found <= plain * 1.2 + 1e-5


def test_chance_moves_the_delay() -> None:
    backoff = Backoff(delays=(10.0,))
    assert backoff.after(1, chance=0.0) == timedelta(seconds=8)
    assert backoff.after(1, chance=0.75) == timedelta(seconds=11)


def a_step() -> Step:
    return Step(
        id=uuid4(),
        job_id=uuid4(),
        ordinal=1,
        name="catalogue",
        status=StepStatus.PENDING,
        model_id=None,
        started_at=None,
        finished_at=None,
    )


def test_a_step_runs_and_ends() -> None:
    step = a_step().running(at=NOW)
    assert (step.status, step.started_at, step.finished_at) == (StepStatus.RUNNING, NOW, None)
    later = NOW + timedelta(seconds=3)
    done = step.succeeded({"members": 3}, at=later)
    assert (done.status, done.started_at, done.finished_at, done.metadata) == (
        StepStatus.SUCCEEDED,
        NOW,
        later,
        {"members": 3},
    )
    failed = step.failed(ERROR, at=later)
    assert (failed.status, failed.finished_at, failed.error, failed.metadata) == (StepStatus.FAILED, later, ERROR, {})
    assert (step.cancelled(at=later).status, step.cancelled(at=later).finished_at) == (StepStatus.CANCELLED, later)


def test_a_step_that_runs_again_has_nothing_of_the_time_before() -> None:
    failed = a_step().running(at=NOW).failed(ERROR, at=NOW, metadata={"read": 3}, is_passing=True)
    assert (failed.metadata, failed.is_passing) == ({"read": 3}, True)
    again = failed.running(at=NOW + timedelta(seconds=1))
    assert (again.started_at, again.finished_at, again.metadata) == (NOW + timedelta(seconds=1), None, {})
    assert (again.error, again.is_passing) == (None, False)


def test_a_step_that_is_put_back_is_as_it_was() -> None:
    step = a_step()
    assert step.running(at=NOW).put_back() == step
    assert step.running(at=NOW).failed(ERROR, at=NOW, metadata={"read": 3}, is_passing=True).put_back() == step


def test_the_codes_after_which_a_job_says_no_more() -> None:
    assert {EventCode.JOB_SUCCEEDED, EventCode.JOB_FAILED, EventCode.JOB_CANCELLED} == FINAL_CODES


def test_codes_are_unique_and_look_alike() -> None:
    assert all(code.value == code.name.lower() for code in EventCode)


def test_an_event_is_information_unless_it_says_otherwise() -> None:
    event = NewEvent(run_id=uuid4(), at=NOW, code="custom", message="m")
    assert (event.level, event.job_id, event.payload) == (EventLevel.INFO, None, {})
    recorded = Event(position=3, run_id=event.run_id, at=NOW, code="custom", message="m")
    assert recorded.position == 3
