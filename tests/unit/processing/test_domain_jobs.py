"""The job's state machine: what may follow what, whoever asks, in whatever order."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from forebay.domain.errors import ForebayError, InternalStateError
from forebay.domain.processing.errors import InvalidJobTransitionError, LeaseLostError
from forebay.domain.processing.job import LONGEST_TRACE_CONTEXT, Job, JobError, JobStatus, Lease

NOW = datetime(2024, 1, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ERROR = JobError(code="archive_broken", message="member 7 is damaged")


def lease(owner: str = "w1", *, until: datetime = NOW + 60 * SECOND) -> Lease:
    return Lease(owner=owner, expires_at=until)


def queued(*, run_after: datetime = NOW, max_attempts: int = 3) -> Job:
    return Job(
        id=uuid4(),
        kind="catalogue",
        run_id=uuid4(),
        status=JobStatus.QUEUED,
        attempts=0,
        max_attempts=max_attempts,
        lease=None,
        run_after=run_after,
        cancel_requested=False,
        idempotency_key_hash=None,
        error=None,
        created_at=NOW,
        updated_at=NOW,
        started_at=None,
        finished_at=None,
    )


def running() -> Job:
    return queued().claimed(lease(), at=NOW)


def ended(status: JobStatus) -> Job:
    return {
        JobStatus.SUCCEEDED: lambda: running().succeeded(at=NOW),
        JobStatus.FAILED: lambda: running().failed(ERROR, at=NOW),
        JobStatus.CANCELLED: lambda: running().cancelled(at=NOW),
    }[status]()


FINAL = [status for status in JobStatus if status.is_final]


def test_three_statuses_are_final() -> None:
    assert FINAL == [JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.CANCELLED]


def test_a_queued_job_can_be_claimed_from_its_time_on() -> None:
    job = queued(run_after=NOW)
    assert not job.is_claimable(NOW - timedelta(microseconds=1))
    assert job.is_claimable(NOW)
    with pytest.raises(InvalidJobTransitionError):
        job.claimed(lease(), at=NOW - SECOND)


def test_a_claim_counts_an_attempt_and_gives_the_lease() -> None:
    job = queued().claimed(lease("w1"), at=NOW + SECOND)
    assert (job.status, job.attempts, job.lease, job.started_at) == (JobStatus.RUNNING, 1, lease("w1"), NOW + SECOND)


def test_a_lease_is_taken_over_when_it_has_run_out_and_not_before() -> None:
    job = queued().claimed(lease("w1", until=NOW + SECOND), at=NOW)
    with pytest.raises(InvalidJobTransitionError):
        job.claimed(lease("w2"), at=NOW + SECOND - timedelta(microseconds=1))
    taken = job.claimed(lease("w2"), at=NOW + SECOND)
    assert (taken.attempts, taken.started_at) == (2, NOW)
    taken.check_owner("w2")
    with pytest.raises(LeaseLostError):
        taken.check_owner("w1")


def test_a_job_is_suspect_when_the_lease_of_its_second_attempt_or_a_later_one_has_run_out() -> None:
    job = queued().claimed(lease(until=NOW + SECOND), at=NOW)
    assert not job.is_suspect(NOW + SECOND)
    for _ in range(2):
        job = job.claimed(lease(until=NOW + 2 * SECOND), at=NOW + 2 * SECOND)
        assert not job.is_suspect(NOW + 2 * SECOND - timedelta(microseconds=1))
        assert job.is_suspect(NOW + 2 * SECOND)
    assert not job.postponed(ERROR, until=NOW, at=NOW).is_suspect(NOW + 2 * SECOND)
    assert not job.failed(ERROR, at=NOW).is_suspect(NOW + 2 * SECOND)


def test_who_has_the_lease_may_renew_it_even_late_as_long_as_nobody_took_over() -> None:
    job = queued().claimed(lease("w1", until=NOW), at=NOW)
    later = lease("w1", until=NOW + 10 * SECOND)
    assert job.renewed(later, at=NOW + 5 * SECOND).lease == later
    with pytest.raises(LeaseLostError):
        job.renewed(lease("w2"), at=NOW)


@pytest.mark.parametrize("job", [queued(), *(ended(status) for status in FINAL)], ids=lambda job: str(job.status))
def test_without_a_lease_nobody_owns_the_job(job: Job) -> None:
    with pytest.raises(LeaseLostError):
        job.check_owner("w1")
    with pytest.raises(LeaseLostError):
        job.renewed(lease("w1"), at=NOW)


def test_a_postponed_job_waits_for_its_time_and_keeps_its_error() -> None:
    job = running().postponed(ERROR, until=NOW + 10 * SECOND, at=NOW)
    assert (job.status, job.attempts, job.lease, job.error) == (JobStatus.QUEUED, 1, None, ERROR)
    assert not job.is_claimable(NOW + 9 * SECOND)
    assert job.claimed(lease(), at=NOW + 10 * SECOND).error == ERROR
    assert job.claimed(lease(), at=NOW + 10 * SECOND).succeeded(at=NOW).error is None


def test_a_released_job_can_be_claimed_at_once_and_the_attempt_does_not_count() -> None:
    job = running().released(at=NOW)
    assert (job.status, job.attempts, job.lease) == (JobStatus.QUEUED, 0, None)
    assert job.is_claimable(NOW)


def test_a_job_is_exhausted_with_its_last_attempt() -> None:
    job = queued(max_attempts=2)
    assert [replace(job, attempts=attempts).is_exhausted for attempts in (0, 1, 2, 3)] == [False, False, True, True]


def test_cancelling_ends_a_waiting_job_and_asks_a_running_one() -> None:
    waiting = queued().asked_to_cancel(at=NOW)
    assert (waiting.status, waiting.cancel_requested, waiting.finished_at) == (JobStatus.CANCELLED, True, NOW)
    working = running().asked_to_cancel(at=NOW)
    assert (working.status, working.cancel_requested, working.lease) == (JobStatus.RUNNING, True, lease())
    assert working.cancelled(at=NOW).status is JobStatus.CANCELLED


@pytest.mark.parametrize("status", [JobStatus.FAILED, JobStatus.CANCELLED])
def test_a_retried_job_has_all_its_attempts_anew(status: JobStatus) -> None:
    job = replace(ended(status), attempts=3, cancel_requested=True).retried(at=NOW + SECOND)
    assert job == replace(
        queued(run_after=NOW + SECOND),
        id=job.id,
        run_id=job.run_id,
        updated_at=NOW + SECOND,
        started_at=job.started_at,
    )


@pytest.mark.parametrize("status", FINAL)
def test_what_is_over_stays_over(status: JobStatus) -> None:
    job = ended(status)
    assert not job.is_claimable(datetime.max.replace(tzinfo=UTC))
    changes: list[Callable[[], Job]] = [
        lambda: job.claimed(lease(), at=NOW),
        lambda: job.succeeded(at=NOW),
        lambda: job.failed(ERROR, at=NOW),
        lambda: job.cancelled(at=NOW),
        lambda: job.asked_to_cancel(at=NOW),
        lambda: job.postponed(ERROR, until=NOW, at=NOW),
        lambda: job.released(at=NOW),
    ]
    for change in changes:
        with pytest.raises(InvalidJobTransitionError, match=str(job.id)):
            change()


@pytest.mark.parametrize("job", [queued(), running(), ended(JobStatus.SUCCEEDED)], ids=lambda job: str(job.status))
def test_only_a_failure_or_a_cancellation_can_be_retried(job: Job) -> None:
    with pytest.raises(InvalidJobTransitionError):
        job.retried(at=NOW)


@pytest.mark.parametrize("name", ["succeeded", "postponed", "released"])
def test_only_work_under_way_succeeds_or_goes_back(name: str) -> None:
    job = queued()
    changes: dict[str, Callable[[], Job]] = {
        "succeeded": lambda: job.succeeded(at=NOW),
        "postponed": lambda: job.postponed(ERROR, until=NOW, at=NOW),
        "released": lambda: job.released(at=NOW),
    }
    with pytest.raises(InvalidJobTransitionError):
        changes[name]()


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20))
def test_an_error_of_the_domain_becomes_the_error_of_a_job(message: str) -> None:
    error = JobError.of(ForebayError(message))
    assert error.code == "internal_error"
    assert error.message == (message or "Something went wrong in Forebay.")


@given(st.text(st.sampled_from("a\0\ud800\udfffé🌊"), max_size=20))
def test_what_no_database_keeps_is_spelled_out_in_the_error_of_a_job(message: str) -> None:
    shown = JobError.of(ForebayError(message)).message
    assert "\0" not in shown
    assert shown.encode()


def test_a_very_long_error_is_cut() -> None:
    shown = JobError.of(ForebayError("x" * 1_000_000)).message
    assert len(shown) < 100_000
    assert shown.endswith("x…")


class JobLife(RuleBasedStateMachine):
    """Workers, people and time do what they like with one job."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.job = queued(max_attempts=3)
        self.claims = 0
        self.finals = 0

    @rule(seconds=st.integers(min_value=0, max_value=100))
    def time_passes(self, seconds: int) -> None:
        self.now += seconds * SECOND

    @precondition(lambda self: self.job.is_claimable(self.now))
    @rule(length=st.integers(min_value=0, max_value=60))
    def claim(self, length: int) -> None:
        self.claims += 1
        self.job = self.job.claimed(lease(f"w{self.claims}", until=self.now + length * SECOND), at=self.now)

    @precondition(lambda self: not self.job.is_claimable(self.now))
    @rule()
    def claim_too_early(self) -> None:
        with pytest.raises(InvalidJobTransitionError):
            self.job.claimed(lease("eager"), at=self.now)

    @precondition(lambda self: self.job.status is JobStatus.RUNNING)
    @rule(outcome=st.sampled_from(["succeed", "fail", "cancel", "postpone", "release", "renew"]))
    def worker(self, outcome: str) -> None:
        self.job.check_owner(f"w{self.claims}")
        match outcome:
            case "succeed":
                self.job = self.job.succeeded(at=self.now)
            case "fail":
                self.job = self.job.failed(ERROR, at=self.now)
            case "cancel":
                self.job = self.job.cancelled(at=self.now)
            case "postpone":
                self.job = self.job.postponed(ERROR, until=self.now + 10 * SECOND, at=self.now)
            case "release":
                self.job = self.job.released(at=self.now)
            case _:
                self.job = self.job.renewed(lease(f"w{self.claims}", until=self.now + SECOND), at=self.now)

    @precondition(lambda self: self.claims > 1)
    @rule()
    def a_worker_that_lost_the_job_is_refused(self) -> None:
        with pytest.raises(LeaseLostError):
            self.job.check_owner(f"w{self.claims - 1}")

    @precondition(lambda self: not self.job.status.is_final)
    @rule()
    def ask_to_cancel(self) -> None:
        self.job = self.job.asked_to_cancel(at=self.now)

    @precondition(lambda self: self.job.status in {JobStatus.FAILED, JobStatus.CANCELLED})
    @rule()
    def retry(self) -> None:
        self.job = self.job.retried(at=self.now)

    @invariant()
    def what_always_holds(self) -> None:
        job = self.job
        assert (job.status is JobStatus.RUNNING) == (job.lease is not None)
        assert job.status.is_final == (job.finished_at is not None)
        assert (job.status is JobStatus.FAILED) <= (job.error is not None)
        assert (job.status is JobStatus.SUCCEEDED) <= (job.error is None)
        assert 0 <= job.attempts <= self.claims
        assert job.status is not JobStatus.RUNNING or job.attempts > 0
        assert job.created_at <= job.updated_at <= self.now


TestJobLife = JobLife.TestCase


def test_a_trace_context_has_its_longest_and_stays_through_whatever_becomes_of_the_job() -> None:
    job = replace(queued(), trace_context="x" * LONGEST_TRACE_CONTEXT)
    again = job.claimed(lease(), at=NOW).failed(ERROR, at=NOW).retried(at=NOW)
    assert again.trace_context == job.trace_context
    with pytest.raises(InternalStateError, match="at most 1000 characters"):
        replace(job, trace_context="x" * (LONGEST_TRACE_CONTEXT + 1))
