"""Jobs, what happened and what came of them, as methods to await."""

import os
import socket
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import Unpack
from uuid import UUID

from forebay.application.processing.accompany_job import AccompanyJob
from forebay.application.processing.follow_events import EventsQuery
from forebay.application.processing.show_jobs import ListJobsQuery
from forebay.application.processing.start_job import StartJobCommand
from forebay.application.use_cases import UseCases
from forebay.domain.errors import InvalidInputError
from forebay.domain.paging import DEFAULT_LIMIT, MAX_LIMIT, Page, SortOrder
from forebay.domain.processing.event import Event
from forebay.domain.processing.job import JobStatus
from forebay.domain.processing.model import Model
from forebay.entrypoints.library.content import ArtifactContent
from forebay.entrypoints.library.fields import JobWhere, job_filter, parse_id, parse_kind, parse_order
from forebay.entrypoints.library.job_results import Artifact, Job, JobWithSteps
from forebay.entrypoints.library.results import Run


class AsyncJobs:
    """The side of jobs. Jobs are worked on by a server, by `forebay worker`, or right here by process()."""

    def __init__(self, use_cases: UseCases) -> None:
        self.use_cases = use_cases
        self._processing = use_cases.processing

    async def process(self, run_id: UUID | str) -> Run:
        """Works in this process on the jobs of a run until none is under way, and gives the run as it is then.

        A job that somebody else works on is waited for. A run whose job failed is `failed` and says why.
        RunNotFoundError.
        """
        run = parse_id(run_id, field="run_id")
        accompany = AccompanyJob(
            claim=self._processing.claim_job,
            work_on=self._processing.work_on_job,
            follow=self._processing.follow_events,
        )
        found = await self.use_cases.intake.get_run(run)
        while (job_id := await self._under_way(run)) is not None:
            async with accompany(job_id, worker=f"{socket.gethostname()}:{os.getpid()}") as events:
                async for _ in events:
                    pass
            found = await self.use_cases.intake.get_run(run)
        return Run.of(found)

    async def start_job(
        self, run_id: UUID | str, *, kind: str | None = None, idempotency_key: str | None = None
    ) -> Job:
        """Starts work on a stored run, also once more. `kind`: the processor, if not the one of the run's type.

        `idempotency_key`: the same key gives the first job. RunNotFoundError, JobActiveError, RunInProgressError,
        RunNotStoredError, UnknownJobKindError, JobKindMismatchError, JobKeyReusedError.
        """
        command = StartJobCommand(
            run_id=parse_id(run_id, field="run_id"), kind=parse_kind(kind), idempotency_key=idempotency_key
        )
        return Job.of((await self._processing.start_job(command)).job)

    async def parse_run(self, run_id: UUID | str) -> Job:
        """As start_job(), but a job that is under way for the run already is as good as a new one."""
        command = StartJobCommand(run_id=parse_id(run_id, field="run_id"), join=True)
        return Job.of((await self._processing.start_job(command)).job)

    async def list_jobs(
        self,
        *,
        order: SortOrder | str = SortOrder.DESC,
        cursor: str | None = None,
        limit: int = DEFAULT_LIMIT,
        **where: Unpack[JobWhere],
    ) -> Page[Job]:
        """One page, newest first. `cursor`: the `next_cursor` of the page before. `limit`: 1 to 1000."""
        query = ListJobsQuery(where=job_filter(where), order=parse_order(order), cursor=cursor, limit=limit)
        page = await self._processing.list_jobs(query)
        return Page(items=tuple(Job.of(job) for job in page.items), next_cursor=page.next_cursor)

    async def jobs(self, *, order: SortOrder | str = SortOrder.DESC, **where: Unpack[JobWhere]) -> AsyncIterator[Job]:
        """All of them, page by page: jobs that come meanwhile neither repeat nor hide one."""
        cursor: str | None = None
        while True:
            page = await self.list_jobs(order=order, cursor=cursor, limit=MAX_LIMIT, **where)
            for job in page.items:
                yield job
            if (cursor := page.next_cursor) is None:
                return

    async def get_job(self, job_id: UUID | str) -> JobWithSteps:
        """JobNotFoundError."""
        return JobWithSteps.of_result(await self._processing.get_job(parse_id(job_id, field="job_id")))

    async def cancel_job(self, job_id: UUID | str) -> Job:
        """One that waits is cancelled at once, one that runs at its next safe point.

        JobNotFoundError; InvalidJobTransitionError when it has succeeded or failed.
        """
        return Job.of(await self._processing.cancel_job(parse_id(job_id, field="job_id")))

    async def retry_job(self, job_id: UUID | str) -> Job:
        """One that failed or was cancelled goes on with its first step that is not done.

        JobNotFoundError; InvalidJobTransitionError for any other; JobActiveError when a newer one is under way.
        """
        return Job.of(await self._processing.retry_job(parse_id(job_id, field="job_id")))

    async def list_events(
        self,
        *,
        job_id: UUID | str | None = None,
        run_id: UUID | str | None = None,
        after: int | None = None,
        limit: int = DEFAULT_LIMIT,
    ) -> Page[Event]:
        """One page of what happened, oldest first, behind the position `after`. JobNotFoundError."""
        query = _events_query(job_id=job_id, run_id=run_id, after=after, limit=limit)
        return await self._processing.list_events(query)

    async def events(
        self,
        *,
        job_id: UUID | str | None = None,
        run_id: UUID | str | None = None,
        after: int | None = None,
        follow: bool = False,
    ) -> AsyncGenerator[Event]:
        """All that happened behind the position `after`, or with `follow` also what happens from then on.

        Following a job ends behind the event that ends it; anything else is followed for ever, and from now on unless
        `after` is given. JobNotFoundError.
        """
        query = _events_query(job_id=job_id, run_id=run_id, after=after, limit=MAX_LIMIT)
        if follow:
            async with self._processing.follow_events(query) as batches:
                async for batch in batches:
                    for event in batch:
                        yield event
            return
        while True:
            page = await self._processing.list_events(query)
            for event in page.items:
                yield event
            if page.next_cursor is None:
                return
            query = _events_query(job_id=job_id, run_id=run_id, after=int(page.next_cursor), limit=MAX_LIMIT)

    async def list_artifacts(
        self, job_id: UUID | str, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT
    ) -> Page[Artifact]:
        """One page of the files that a job made. JobNotFoundError."""
        page = await self._processing.list_artifacts(parse_id(job_id, field="job_id"), cursor=cursor, limit=limit)
        return Page(items=tuple(Artifact.of(item) for item in page.items), next_cursor=page.next_cursor)

    async def artifacts(self, job_id: UUID | str) -> AsyncIterator[Artifact]:
        """All files that a job made, page by page. JobNotFoundError."""
        cursor: str | None = None
        while True:
            page = await self.list_artifacts(job_id, cursor=cursor, limit=MAX_LIMIT)
            for artifact in page.items:
                yield artifact
            if (cursor := page.next_cursor) is None:
                return

    @asynccontextmanager
    async def open_artifact(
        self, artifact_id: UUID | str, *, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[ArtifactContent]:
        """An artifact's bytes, or those from `start` up to, not including, `stop`. ArtifactNotFoundError."""
        readable = await self._processing.read_artifact(parse_id(artifact_id, field="artifact_id"))
        async with readable.open(start=start, stop=stop) as chunks:
            yield ArtifactContent(Artifact.of(readable.artifact), chunks)

    async def read_artifact(self, artifact_id: UUID | str) -> bytes:
        """All bytes of an artifact, in memory; open_artifact() is for large ones. ArtifactNotFoundError."""
        async with self.open_artifact(artifact_id) as content:
            return await content.read()

    async def list_models(self, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT) -> Page[Model]:
        """One page of the programs and models that steps have used, in the order of their first use."""
        return await self._processing.list_models(cursor=cursor, limit=limit)

    async def _under_way(self, run_id: UUID) -> UUID | None:
        """The oldest that runs, else that waits. Each job is looked at once: it may begin to run meanwhile."""
        waiting: UUID | None = None
        async for job in self.jobs(run_id=run_id, order=SortOrder.ASC):
            if job.status is JobStatus.RUNNING:
                return job.id
            if job.status is JobStatus.QUEUED and waiting is None:
                waiting = job.id
        return waiting


def _events_query(
    *, job_id: UUID | str | None, run_id: UUID | str | None, after: int | None, limit: int
) -> EventsQuery:
    if after is not None and not 0 <= after < 2**63:
        raise InvalidInputError(f"after is {after}; expected the position of an event, 0 or more", field="after")
    return EventsQuery(
        job_id=parse_id(job_id, field="job_id") if job_id is not None else None,
        run_id=parse_id(run_id, field="run_id") if run_id is not None else None,
        after=after,
        limit=limit,
    )
