"""Between rows and the entities of processing."""

from datetime import datetime

from forebay.adapters.sql.json_text import from_json, to_json
from forebay.adapters.sql.rows import AnyRow, checked
from forebay.adapters.sql.transaction import Values
from forebay.domain.intake.blob import Sha256
from forebay.domain.processing.artifact import Artifact
from forebay.domain.processing.event import Event, EventLevel, NewEvent
from forebay.domain.processing.job import Job, JobError, JobStatus, Lease
from forebay.domain.processing.model import Model
from forebay.domain.processing.step import Step, StepStatus

JOB_IS_FOR_EVER = frozenset({"id", "kind", "run_id", "subject", "created_at", "trace_context"})


def job_values(job: Job) -> Values:
    return {
        "id": job.id,
        "kind": checked(job.kind, "kind"),
        "run_id": job.run_id,
        "subject": checked(job.subject, "subject"),
        "status": job.status.value,
        "attempts": job.attempts,
        "max_attempts": job.max_attempts,
        "lease_owner": checked(job.lease.owner, "lease_owner") if job.lease else None,
        "lease_expires_at": job.lease.expires_at if job.lease else None,
        "run_after": job.run_after,
        "due_at": due_at(job),
        "cancel_requested": job.cancel_requested,
        "idempotency_key_hash": checked(job.idempotency_key_hash, "Idempotency-Key"),
        "error_code": job.error.code if job.error else None,
        "error_message": checked(job.error.message, "error") if job.error else None,
        "created_at": job.created_at,
        "updated_at": job.updated_at,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
        "trace_context": checked(job.trace_context, "trace_context"),
    }


def due_at(job: Job) -> datetime | None:
    """From when on somebody may claim it, if ever."""
    if job.status.is_final:
        return None
    return job.lease.expires_at if job.lease is not None else job.run_after


def job_of(row: AnyRow) -> Job:
    return Job(
        id=row.id,
        kind=row.kind,
        run_id=row.run_id,
        subject=row.subject,
        status=JobStatus(row.status),
        attempts=row.attempts,
        max_attempts=row.max_attempts,
        lease=Lease(owner=row.lease_owner, expires_at=row.lease_expires_at) if row.lease_owner is not None else None,
        run_after=row.run_after,
        cancel_requested=row.cancel_requested,
        idempotency_key_hash=row.idempotency_key_hash,
        error=JobError(code=row.error_code, message=row.error_message) if row.error_code is not None else None,
        created_at=row.created_at,
        updated_at=row.updated_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        trace_context=row.trace_context,
    )


def step_values(step: Step) -> Values:
    return {
        "id": step.id,
        "job_id": step.job_id,
        "ordinal": step.ordinal,
        "name": checked(step.name, "name"),
        "status": step.status.value,
        "model_id": step.model_id,
        "started_at": step.started_at,
        "finished_at": step.finished_at,
        "metadata": to_json(step.metadata, "metadata"),
        "error_code": step.error.code if step.error else None,
        "error_message": checked(step.error.message, "error") if step.error else None,
        "is_passing": step.is_passing,
    }


def step_of(row: AnyRow) -> Step:
    return Step(
        id=row.id,
        job_id=row.job_id,
        ordinal=row.ordinal,
        name=row.name,
        status=StepStatus(row.status),
        model_id=row.model_id,
        started_at=row.started_at,
        finished_at=row.finished_at,
        metadata=from_json(row.metadata),
        error=JobError(code=row.error_code, message=row.error_message) if row.error_code is not None else None,
        is_passing=row.is_passing,
    )


def event_values(event: NewEvent) -> Values:
    return {
        "run_id": event.run_id,
        "job_id": event.job_id,
        "step_id": event.step_id,
        "at": event.at,
        "code": checked(event.code, "code"),
        "level": event.level.value,
        "message": checked(event.message, "message"),
        "payload": to_json(event.payload, "payload"),
    }


def event_of(row: AnyRow) -> Event:
    return Event(
        position=row.position,
        run_id=row.run_id,
        job_id=row.job_id,
        step_id=row.step_id,
        at=row.at,
        code=row.code,
        level=EventLevel(row.level),
        message=row.message,
        payload=from_json(row.payload),
    )


def artifact_values(artifact: Artifact) -> Values:
    return {
        "id": artifact.id,
        "job_id": artifact.job_id,
        "step_id": artifact.step_id,
        "kind": checked(artifact.kind, "kind"),
        "media_type": checked(artifact.media_type, "media_type"),
        "name": checked(artifact.name, "name"),
        "size_bytes": artifact.size_bytes,
        "sha256": artifact.sha256.hex,
        "created_at": artifact.created_at,
    }


def artifact_of(row: AnyRow) -> Artifact:
    return Artifact(
        id=row.id,
        job_id=row.job_id,
        step_id=row.step_id,
        kind=row.kind,
        media_type=row.media_type,
        name=row.name,
        size_bytes=row.size_bytes,
        sha256=Sha256(row.sha256),
        created_at=row.created_at,
    )


def model_values(model: Model) -> Values:
    return {
        "id": model.id,
        "name": checked(model.name, "name"),
        "kind": checked(model.kind, "kind"),
        "version": checked(model.version, "version"),
        "parameters": to_json(model.parameters, "parameters"),
        "created_at": model.created_at,
    }


def model_of(row: AnyRow) -> Model:
    return Model(
        id=row.id,
        name=row.name,
        kind=row.kind,
        version=row.version,
        parameters=from_json(row.parameters),
        created_at=row.created_at,
    )
