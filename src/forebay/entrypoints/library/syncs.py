"""Runs that are pulled from partners' APIs, as methods to await."""

import os
import socket
from uuid import UUID

from forebay.application.pipelines.start_sync import StartSyncCommand
from forebay.application.processing.accompany_job import AccompanyJob
from forebay.entrypoints.library.fields import parse_id, parse_text
from forebay.entrypoints.library.job_results import JobWithSteps
from forebay.entrypoints.library.pipeline_runs import AsyncPipelineRuns
from forebay.entrypoints.library.sync_results import StartedSync, SyncedSource


class AsyncSyncs(AsyncPipelineRuns):
    """The side of sources of runs, which FOREBAY_SOURCES_FILE names."""

    async def start_sync(
        self, *, source: str | None = None, pipeline_id: UUID | str | None = None
    ) -> tuple[StartedSync, ...]:
        """A job for each source, worked on by a server or worker, or the one that is under way. None: all of them.

        UnknownSourceError, ClientNotFoundError, PipelineNotFoundError; InvalidInputError for a pipeline that is
        disabled or that no source serves.
        """
        command = StartSyncCommand(
            source=_name(source),
            pipeline_id=parse_id(pipeline_id, field="pipeline_id") if pipeline_id is not None else None,
        )
        return tuple(StartedSync.of(one) for one in await self._pipelines.start_sync(command))

    async def sync(
        self, *, source: str | None = None, pipeline_id: UUID | str | None = None
    ) -> tuple[JobWithSteps, ...]:
        """As start_sync(), and works on the jobs right here until all have ended. Each says whether it succeeded.

        One that somebody else works on is waited for.
        """
        accompany = AccompanyJob(
            claim=self._processing.claim_job,
            work_on=self._processing.work_on_job,
            follow=self._processing.follow_events,
        )
        ended: list[JobWithSteps] = []
        for started in await self.start_sync(source=source, pipeline_id=pipeline_id):
            async with accompany(started.job.id, worker=f"{socket.gethostname()}:{os.getpid()}") as events:
                async for _ in events:
                    pass
            ended.append(await self.get_job(started.job.id))
        return tuple(ended)

    async def sync_state(self, *, source: str | None = None) -> tuple[SyncedSource, ...]:
        """How far runs were pulled, by source and pipeline. UnknownSourceError."""
        return tuple(SyncedSource.of(one) for one in await self._pipelines.show_sync(_name(source)))


def _name(source: str | None) -> str | None:
    return parse_text(source, field="source") if source is not None else None
