"""Jobs and their steps."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

from forebay.application.processing.show_jobs import JobWithSteps
from forebay.domain.paging import Page
from forebay.domain.processing.job import Job, JobStatus
from forebay.domain.processing.step import Step, StepStatus
from forebay.entrypoints.http.schemas.fields import Cursor

Json = dict[str, Any]  # msgspec and OpenAPI have no better word for any JSON object


class StartJobBody(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """What to work on."""

    run_id: Annotated[str, Meta(description="The run's id, a UUID.")]
    kind: Annotated[
        Annotated[str, Meta(max_length=100)] | None, Meta(description="The processor; null for the run type's own.")
    ] = None


class JobErrorBody(msgspec.Struct, kw_only=True, frozen=True):
    """Why a job or step failed, or why a job's last attempt did while it waits for the next."""

    code: str
    detail: str


class StepBody(msgspec.Struct, kw_only=True, frozen=True):
    """A part of a job whose results are recorded together with its status."""

    id: UUID
    ordinal: int
    name: str
    status: StepStatus
    model_id: UUID | None
    started_at: datetime | None
    finished_at: datetime | None
    metadata: Annotated[Json, Meta(description="What the step has to say about its results.")]
    error: Annotated[JobErrorBody | None, Meta(description="Why it failed.")]

    @classmethod
    def of(cls, step: Step) -> "StepBody":
        return cls(
            id=step.id,
            ordinal=step.ordinal,
            name=step.name,
            status=step.status,
            model_id=step.model_id,
            started_at=step.started_at,
            finished_at=step.finished_at,
            metadata=dict(step.metadata),
            error=JobErrorBody(code=step.error.code, detail=step.error.message) if step.error else None,
        )


class JobBody(msgspec.Struct, kw_only=True, frozen=True):
    """One piece of work on one run, or on a subject."""

    id: UUID
    run_id: Annotated[UUID | None, Meta(description="Null for a job of a subject.")]
    subject: Annotated[str | None, Meta(description="What a job without a run works on; null for a job of a run.")]
    kind: str
    status: JobStatus
    attempts: Annotated[int, Meta(description="Begun so far.")]
    max_attempts: int
    run_after: Annotated[datetime, Meta(description="A job that waits is not begun before.")]
    cancel_requested: Annotated[bool, Meta(description="It stops at the next safe point.")]
    lease_owner: Annotated[str | None, Meta(description="Which worker has it, while it runs.")]
    lease_expires_at: datetime | None
    error: JobErrorBody | None
    created_at: datetime
    updated_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @classmethod
    def of(cls, job: Job) -> "JobBody":
        return cls(**_facts(job))


class JobWithStepsBody(JobBody, kw_only=True, frozen=True):
    """A job, its steps in order (none before its first attempt), and how many steps are in each status."""

    steps: list[StepBody]
    summary: Annotated[dict[str, int], Meta(description="Number of steps by status.")]

    @classmethod
    def of_result(cls, found: JobWithSteps) -> "JobWithStepsBody":
        return cls(
            **_facts(found.job),
            steps=[StepBody.of(step) for step in found.steps],
            summary={status.value: count for status, count in found.summary.items()},
        )


class JobPage(msgspec.Struct, kw_only=True, frozen=True):
    """A page of jobs."""

    items: list[JobBody]
    next_cursor: Cursor

    @classmethod
    def of(cls, page: Page[Job]) -> "JobPage":
        return cls(items=[JobBody.of(item) for item in page.items], next_cursor=page.next_cursor)


def _facts(job: Job) -> Mapping[str, Any]:
    """The fields of JobBody, which its bigger sister has as well."""
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
        "error": JobErrorBody(code=job.error.code, detail=job.error.message) if job.error else None,
        "created_at": job.created_at,
        "updated_at": job.updated_at,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
    }
