"""Runs that are pulled from partners' APIs, for callers without an event loop."""

from uuid import UUID

from forebay.entrypoints.library.blocking_pipeline_runs import BlockingPipelineRuns
from forebay.entrypoints.library.job_results import JobWithSteps
from forebay.entrypoints.library.sync_results import StartedSync, SyncedSource


class BlockingSyncs(BlockingPipelineRuns):
    """The side of sources of runs, which FOREBAY_SOURCES_FILE names."""

    def start_sync(
        self, *, source: str | None = None, pipeline_id: UUID | str | None = None
    ) -> tuple[StartedSync, ...]:
        """A job for each source, worked on by a server or worker, or the one that is under way. None: all of them.

        UnknownSourceError, ClientNotFoundError, PipelineNotFoundError; InvalidInputError for a pipeline that is
        disabled or that no source serves.
        """
        return self._thread.run(self._forebay.start_sync(source=source, pipeline_id=pipeline_id))

    def sync(self, *, source: str | None = None, pipeline_id: UUID | str | None = None) -> tuple[JobWithSteps, ...]:
        """As start_sync(), and works on the jobs right here until all have ended. Each says whether it succeeded.

        One that somebody else works on is waited for.
        """
        return self._thread.run(self._forebay.sync(source=source, pipeline_id=pipeline_id))

    def sync_state(self, *, source: str | None = None) -> tuple[SyncedSource, ...]:
        """How far runs were pulled, by source and pipeline. UnknownSourceError."""
        return self._thread.run(self._forebay.sync_state(source=source))
