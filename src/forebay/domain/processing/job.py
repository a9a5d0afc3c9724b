"""The job: one piece of work on one run or subject, held by at most one worker at a time."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from forebay.domain.errors import ForebayError, InternalStateError
from forebay.domain.processing.errors import InvalidJobTransitionError, LeaseLostError, about

LONGEST_TRACE_CONTEXT = 1000  # characters; W3C's headers have at most 568 together
_LONGEST = 5000  # characters of a message
_SUSPECT_FROM = 2  # attempts


class JobStatus(StrEnum):
    """queued → running → succeeded, failed or cancelled; back to queued to be tried again."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        return self in {JobStatus.SUCCEEDED, JobStatus.FAILED, JobStatus.CANCELLED}


@dataclass(frozen=True, slots=True, kw_only=True)
class JobError:
    """Why the last attempt ended: a stable code and a sentence for a person."""

    code: str
    message: str

    @classmethod
    def of(cls, error: ForebayError) -> "JobError":
        """Errors may quote what came in: what no database keeps is shown as `\\x00` or `\\ud800`; long ones are cut."""
        shown = error.message.replace("\0", "\\x00").encode(errors="backslashreplace").decode()
        return cls(code=error.code, message=shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """Who works on the job, and until when nobody else may. `owner` names one claim: no two are alike."""

    owner: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Of a run, or of a `subject`: what it works on, in the words of its kind. Never of both, nor of neither.

    `attempts`: claims so far. `run_after`: not before then. A running job has a lease, and no other has one.
    `error` stays while the job waits for its next attempt. `cancel_requested`: to stop at the next safe point.
    `trace_context`: who wanted it, in the words of whoever traces; nobody else reads it.
    """

    id: UUID
    kind: str
    run_id: UUID | None
    subject: str | None = None
    status: JobStatus
    attempts: int
    max_attempts: int
    lease: Lease | None
    run_after: datetime
    cancel_requested: bool
    idempotency_key_hash: str | None
    error: JobError | None
    created_at: datetime
    updated_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    trace_context: str | None = None

    def __post_init__(self) -> None:
        if (self.run_id is None) == (self.subject is None):
            raise InternalStateError("a job is either of a run or of a subject")
        if len(self.trace_context or "") > LONGEST_TRACE_CONTEXT:
            raise InternalStateError(f"a trace context has at most {LONGEST_TRACE_CONTEXT} characters")

    @property
    def about(self) -> str:
        """What it works on, for a sentence."""
        return about(self.run_id, self.subject)

    @property
    def is_exhausted(self) -> bool:
        return self.attempts >= self.max_attempts

    def is_claimable(self, at: datetime) -> bool:
        """It waits and is due, or its worker let the lease run out."""
        if self.status is JobStatus.QUEUED:
            return self.run_after <= at
        return self.lease is not None and self.lease.expires_at <= at

    def is_suspect(self, at: datetime) -> bool:
        """Its worker let the lease run out, and not in its first attempt: it may be what kills its workers."""
        return self.lease is not None and self.lease.expires_at <= at and self.attempts >= _SUSPECT_FROM

    def claimed(self, lease: Lease, *, at: datetime) -> "Job":
        if not self.is_claimable(at):
            raise self._refused("claimed")
        return replace(
            self,
            status=JobStatus.RUNNING,
            attempts=self.attempts + 1,
            lease=lease,
            started_at=self.started_at or at,
            updated_at=at,
        )

    def renewed(self, lease: Lease, *, at: datetime) -> "Job":
        """LeaseLostError unless the lease's owner still has it."""
        self.check_owner(lease.owner)
        return replace(self, lease=lease, updated_at=at)

    def check_owner(self, owner: str) -> None:
        """LeaseLostError unless `owner` holds the job. One that ran out but was not taken over still counts."""
        if self.status is not JobStatus.RUNNING or self.lease is None or self.lease.owner != owner:
            raise LeaseLostError(f"job {self.id} is no longer held by {owner}")

    def succeeded(self, *, at: datetime) -> "Job":
        if self.status is not JobStatus.RUNNING:
            raise self._refused("succeeded")
        return self._finished(JobStatus.SUCCEEDED, None, at)

    def failed(self, error: JobError, *, at: datetime) -> "Job":
        if self.status.is_final:
            raise self._refused("failed")
        return self._finished(JobStatus.FAILED, error, at)

    def cancelled(self, *, at: datetime) -> "Job":
        if self.status.is_final:
            raise self._refused("cancelled")
        return self._finished(JobStatus.CANCELLED, None, at)

    def asked_to_cancel(self, *, at: datetime) -> "Job":
        """One that waits is cancelled at once; one that runs is asked to stop."""
        if self.status is JobStatus.RUNNING:
            return replace(self, cancel_requested=True, updated_at=at)
        return replace(self.cancelled(at=at), cancel_requested=True)

    def postponed(self, error: JobError, *, until: datetime, at: datetime) -> "Job":
        """A passing failure: tried again at `until`."""
        if self.status is not JobStatus.RUNNING:
            raise self._refused("postponed")
        return replace(self, status=JobStatus.QUEUED, lease=None, error=error, run_after=until, updated_at=at)

    def released(self, *, at: datetime) -> "Job":
        """The worker was told to stop: the attempt does not count, and anybody may go on at once."""
        if self.status is not JobStatus.RUNNING:
            raise self._refused("released")
        return replace(
            self, status=JobStatus.QUEUED, lease=None, attempts=self.attempts - 1, run_after=at, updated_at=at
        )

    def retried(self, *, at: datetime) -> "Job":
        """A person wants another go at a job that failed or was cancelled: all its attempts anew."""
        if self.status not in {JobStatus.FAILED, JobStatus.CANCELLED}:
            raise self._refused("retried")
        return replace(
            self,
            status=JobStatus.QUEUED,
            attempts=0,
            error=None,
            cancel_requested=False,
            run_after=at,
            finished_at=None,
            updated_at=at,
        )

    def _finished(self, status: JobStatus, error: JobError | None, at: datetime) -> "Job":
        return replace(self, status=status, lease=None, error=error, updated_at=at, finished_at=at)

    def _refused(self, target: str) -> InvalidJobTransitionError:
        return InvalidJobTransitionError(f"job {self.id} is {self.status} and cannot be {target}")
