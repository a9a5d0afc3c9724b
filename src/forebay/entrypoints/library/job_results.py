"""What the methods about jobs answer with: the same facts, under the same names, as the HTTP API."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from forebay.application.processing import show_jobs
from forebay.domain.processing import artifact as artifacts
from forebay.domain.processing import job as jobs
from forebay.domain.processing.job import JobError, JobStatus
from forebay.domain.processing.step import Step, StepStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One piece of work on one run, or on a `subject`, and then `run_id` is None.

    `error`: why it failed, or why its last attempt did while it waits for the next.
    `run_after`: a job that waits is not begun before. `lease_owner`: which worker has it, while it runs.
    """

    id: UUID
    run_id: UUID | None
    subject: str | None
    kind: str
    status: JobStatus
    attempts: int
    max_attempts: int
    run_after: datetime
    cancel_requested: bool
    lease_owner: str | None
    lease_expires_at: datetime | None
    error: JobError | None
    created_at: datetime
    updated_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @classmethod
    def of(cls, job: jobs.Job) -> "Job":
        return cls(**_facts(job))


@dataclass(frozen=True, slots=True, kw_only=True)
class JobWithSteps(Job):
    """A job, its steps in order (none before its first attempt), and how many of them are in each status."""

    steps: tuple[Step, ...]
    summary: Mapping[StepStatus, int]

    @classmethod
    def of_result(cls, found: show_jobs.JobWithSteps) -> "JobWithSteps":
        return cls(**_facts(found.job), steps=found.steps, summary=found.summary)


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """A file that a step made. `kind`: what it is for, such as `manifest`. `sha256`: 64 hexadecimal digits."""

    id: UUID
    job_id: UUID
    step_id: UUID
    kind: str
    name: str
    media_type: str
    size_bytes: int
    sha256: str
    created_at: datetime

    @classmethod
    def of(cls, artifact: artifacts.Artifact) -> "Artifact":
        return cls(
            id=artifact.id,
            job_id=artifact.job_id,
            step_id=artifact.step_id,
            kind=artifact.kind,
            name=artifact.name,
            media_type=artifact.media_type,
            size_bytes=artifact.size_bytes,
            sha256=artifact.sha256.hex,
            created_at=artifact.created_at,
        )


def _facts(job: jobs.Job) -> dict[str, Any]:
    """The fields of Job, which JobWithSteps has as well."""
    return {
        "id": job.id,
        "run_id": job.run_id,
        "subject": job.subject,
        "kind": job.kind,
        "status": job.status,
        "attempts": job.attempts,
        "max_attempts": job.max_attempts,
        "run_after": job.run_after,
        "cancel_requested": job.cancel_requested,
        "lease_owner": job.lease.owner if job.lease else None,
        "lease_expires_at": job.lease.expires_at if job.lease else None,
        "error": job.error,
        "created_at": job.created_at,
        "updated_at": job.updated_at,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
    }
