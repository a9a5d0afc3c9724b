"""The jobs of a Forebay right here."""

import os
import socket
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any
from uuid import UUID

from forebay.application.processing import follow_events as following
from forebay.application.processing.accompany_job import AccompanyJob
from forebay.application.processing.show_jobs import ListJobsQuery
from forebay.application.processing.start_job import StartJobCommand
from forebay.application.use_cases import ProcessingUseCases
from forebay.domain.processing.artifact import Artifact
from forebay.domain.processing.event import Event
from forebay.domain.processing.job import Job
from forebay.domain.processing.model import Model
from forebay.domain.processing.step import Step
from forebay.entrypoints.cli.gateway import Content, EventsQuery, JobGateway, JobsQuery
from forebay.entrypoints.cli.job_views import (
    ArtifactView,
    EventView,
    JobView,
    JobWithStepsView,
    ModelView,
    StepView,
)
from forebay.entrypoints.cli.views import ErrorView, PageView


class LocalJobs:
    """Uses `processing` while it is open; does not close it."""

    def __init__(self, processing: ProcessingUseCases) -> None:
        self._processing = processing

    async def list_jobs(self, query: JobsQuery) -> PageView[JobView]:
        page = await self._processing.list_jobs(
            ListJobsQuery(where=query.where, order=query.order, cursor=query.cursor, limit=query.limit)
        )
        return PageView(items=[job_view(job) for job in page.items], next_cursor=page.next_cursor)

    async def get_job(self, job_id: UUID) -> JobWithStepsView:
        found = await self._processing.get_job(job_id)
        return JobWithStepsView(
            **_facts(found.job),
            steps=[_step(step) for step in found.steps],
            summary={status.value: count for status, count in found.summary.items()},
        )

    async def start_job(self, run_id: UUID, *, kind: str | None, idempotency_key: str | None) -> JobView:
        command = StartJobCommand(run_id=run_id, kind=kind, idempotency_key=idempotency_key)
        return job_view((await self._processing.start_job(command)).job)

    async def parse_run(self, run_id: UUID) -> JobView:
        return job_view((await self._processing.start_job(StartJobCommand(run_id=run_id, join=True))).job)

    async def cancel_job(self, job_id: UUID) -> JobView:
        return job_view(await self._processing.cancel_job(job_id))

    async def retry_job(self, job_id: UUID) -> JobView:
        return job_view(await self._processing.retry_job(job_id))

    async def list_events(self, query: EventsQuery) -> PageView[EventView]:
        page = await self._processing.list_events(_events(query))
        return PageView(items=[_event(event) for event in page.items], next_cursor=page.next_cursor)

    @asynccontextmanager
    async def follow_events(self, query: EventsQuery) -> AsyncIterator[AsyncIterator[EventView]]:
        async with (
            self._processing.follow_events(_events(query)) as batches,
            aclosing(_event(event) async for batch in batches for event in batch) as events,
        ):
            yield events

    @asynccontextmanager
    async def accompany_job(self, job_id: UUID) -> AsyncIterator[AsyncIterator[EventView]]:
        accompany = AccompanyJob(
            claim=self._processing.claim_job,
            work_on=self._processing.work_on_job,
            follow=self._processing.follow_events,
        )
        async with (
            accompany(job_id, worker=f"{socket.gethostname()}:{os.getpid()}") as found,
            aclosing(_event(event) async for event in found) as events,
        ):
            yield events

    async def list_artifacts(self, job_id: UUID, *, cursor: str | None, limit: int) -> PageView[ArtifactView]:
        page = await self._processing.list_artifacts(job_id, cursor=cursor, limit=limit)
        return PageView(items=[_artifact(artifact) for artifact in page.items], next_cursor=page.next_cursor)

    @asynccontextmanager
    async def read_artifact(self, artifact_id: UUID) -> AsyncIterator[Content]:
        readable = await self._processing.read_artifact(artifact_id)
        artifact = readable.artifact
        async with readable.open() as chunks:
            yield Content(name=artifact.name, size_bytes=artifact.size_bytes, sha256=artifact.sha256, chunks=chunks)

    async def list_models(self, *, cursor: str | None, limit: int) -> PageView[ModelView]:
        page = await self._processing.list_models(cursor=cursor, limit=limit)
        return PageView(items=[_model(model) for model in page.items], next_cursor=page.next_cursor)


def _events(query: EventsQuery) -> following.EventsQuery:
    return following.EventsQuery(job_id=query.job_id, run_id=query.run_id, after=query.after, limit=query.limit)


def job_view(job: Job) -> JobView:
    return JobView(**_facts(job))


def _facts(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "run_id": job.run_id,
        "subject": job.subject,
        "kind": job.kind,
        "status": job.status.value,
        "attempts": job.attempts,
        "max_attempts": job.max_attempts,
        "run_after": job.run_after,
        "cancel_requested": job.cancel_requested,
        "lease_owner": job.lease.owner if job.lease else None,
        "lease_expires_at": job.lease.expires_at if job.lease else None,
        "error": ErrorView(code=job.error.code, detail=job.error.message) if job.error else None,
        "created_at": job.created_at,
        "updated_at": job.updated_at,
        "started_at": job.started_at,
        "finished_at": job.finished_at,
    }


def _step(step: Step) -> StepView:
    return StepView(
        id=step.id,
        ordinal=step.ordinal,
        name=step.name,
        status=step.status.value,
        model_id=step.model_id,
        started_at=step.started_at,
        finished_at=step.finished_at,
        metadata=dict(step.metadata),
        error=ErrorView(code=step.error.code, detail=step.error.message) if step.error else None,
    )


def _event(event: Event) -> EventView:
    return EventView(
        position=event.position,
        at=event.at,
        code=str(event.code),
        level=event.level.value,
        message=event.message,
        run_id=event.run_id,
        job_id=event.job_id,
        step_id=event.step_id,
        payload=dict(event.payload),
    )


def _artifact(artifact: Artifact) -> ArtifactView:
    return ArtifactView(
        id=artifact.id,
        job_id=artifact.job_id,
        step_id=artifact.step_id,
        kind=artifact.kind,
        name=artifact.name,
        media_type=artifact.media_type,
        size_bytes=artifact.size_bytes,
        sha256=artifact.sha256.hex,
        created_at=artifact.created_at,
        content_url=f"/v1/artifacts/{artifact.id}/content",
    )


def _model(model: Model) -> ModelView:
    return ModelView(
        id=model.id,
        name=model.name,
        kind=model.kind,
        version=model.version,
        parameters=dict(model.parameters),
        created_at=model.created_at,
    )


def _proof(jobs: LocalJobs) -> JobGateway:
    """What mypy must agree to."""
    return jobs
