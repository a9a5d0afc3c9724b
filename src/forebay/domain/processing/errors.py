"""What can go wrong with a job."""

from uuid import UUID

from forebay.domain.errors import ConflictError, ForebayError, InvalidInputError, NotFoundError, UnavailableError


def about(run_id: UUID | None, subject: str | None) -> str:
    """What a job works on, for a sentence."""
    return f"run {run_id}" if run_id is not None else repr(subject)


class JobNotFoundError(NotFoundError):
    """There is no job with this id."""

    code = "job_not_found"


class ArtifactNotFoundError(NotFoundError):
    """There is no artifact with this id."""

    code = "artifact_not_found"


class UnknownJobKindError(InvalidInputError):
    """No processor of this kind is installed."""

    code = "unknown_job_kind"


class JobKindMismatchError(InvalidInputError):
    """The processor does not work on runs of this type, or on no runs at all, or on nothing but runs."""

    code = "job_kind_mismatch"


class JobActiveError(ConflictError):
    """A job of this kind is under way for the run or subject already; wait for it or cancel it."""

    code = "job_active"

    def __init__(self, run_id: UUID | None, kind: str, *, subject: str | None = None) -> None:
        what = about(run_id, subject)
        super().__init__(f"a job of kind {kind} is under way for {what} already; wait for it or cancel it")
        self.run_id = run_id
        self.kind = kind
        self.subject = subject


class InvalidJobTransitionError(ConflictError):
    """The job cannot go from its present status to the one asked for."""

    code = "invalid_job_transition"


class RunNotStoredError(ConflictError):
    """The run has no stored file to work on."""

    code = "run_not_stored"


class JobKeyReusedError(ConflictError):
    """This Idempotency-Key was used before for a job on another run or of another kind."""

    code = "job_key_reused"


class LeaseLostError(ForebayError):
    """The job's lease ran out or was taken over; what this worker did since is not recorded."""

    code = "lease_lost"


class WorkerLostError(ForebayError):
    """The worker went away in the middle of the job, as often as the job may be attempted."""

    code = "worker_lost"


class JobCancelledError(ForebayError):
    """The job was cancelled."""

    code = "job_cancelled"


class StepFailedError(ForebayError):
    """A step failed with an error that was not foreseen; the log has more."""

    code = "step_failed"


class NoSuchStepError(ForebayError):
    """The processor no longer has this step; start a new job."""

    code = "no_such_step"


class StepsFailedError(ForebayError):
    """Some of the job's steps failed; each says why, and the others are done."""

    code = "steps_failed"


class BlobCorruptError(ForebayError):
    """The stored bytes no longer have the digest with which they were recorded."""

    code = "blob_corrupt"


class QueueUnavailableError(UnavailableError):
    """The job queue does not answer; check FOREBAY_QUEUE_URL and that the broker is up."""

    code = "queue_unavailable"
