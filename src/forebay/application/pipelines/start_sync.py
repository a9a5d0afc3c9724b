"""StartSync: runs are pulled from one source or all, for all its pipelines or one."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from forebay.application.pipelines.sync_subject import SYNC_KIND, SyncSubject, is_served
from forebay.application.ports.pipelines import PipelinesUnitOfWork, PipelinesUnitOfWorkFactory
from forebay.application.ports.run_source import RunSources
from forebay.application.processing.start_job import StartJob, StartJobCommand
from forebay.domain.errors import InvalidInputError
from forebay.domain.pipelines.errors import ClientNotFoundError, UnknownSourceError
from forebay.domain.pipelines.texts import folded
from forebay.domain.processing.job import Job


@dataclass(frozen=True, slots=True, kw_only=True)
class StartSyncCommand:
    """`source`: None for all that are configured, or that serve the pipeline. `pipeline_id`: None for all of them."""

    source: str | None = None
    pipeline_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedSync:
    """`is_new`: False when one of the same was under way, which is as good."""

    source: str
    pipeline_id: UUID | None
    job: Job
    is_new: bool


class StartSync:
    """A job for each source. UnknownSourceError, also when none is configured; ClientNotFoundError when a source is for

    one that does not exist; PipelineNotFoundError; InvalidInputError for a pipeline that is disabled, or whose runs the
    source does not have. Then nothing is started.
    """

    def __init__(self, *, sources: RunSources, unit_of_work: PipelinesUnitOfWorkFactory, start_job: StartJob) -> None:
        self._sources = sources
        self._unit_of_work = unit_of_work
        self._start_job = start_job

    async def __call__(self, command: StartSyncCommand) -> Sequence[StartedSync]:
        names = self._named(command.source)
        async with self._unit_of_work(write=False) as work:
            if command.pipeline_id is not None:
                names = await self._serving(work, names, command.pipeline_id)
            for name in names:
                await self._check_client(work, name)
        return [await self._start(name, command.pipeline_id) for name in names]

    def _named(self, source: str | None) -> Sequence[str]:
        if source is not None:
            self._sources.scope(source)
            return (source,)
        if not self._sources.names:
            raise UnknownSourceError("no source of runs is configured; name a file of them in FOREBAY_SOURCES_FILE")
        return self._sources.names

    async def _serving(self, work: PipelinesUnitOfWork, names: Sequence[str], pipeline_id: UUID) -> Sequence[str]:
        """Those of the sources that have the runs of this pipeline."""
        pipeline = await work.pipelines.get(pipeline_id)
        client = await work.clients.get(pipeline.client_id)
        if not (pipeline.is_active and client.is_active):
            what = f"the pipeline {pipeline.name!r}" if not pipeline.is_active else f"the client {client.name!r}"
            raise InvalidInputError(f"{what} is disabled; enable it first", field="pipeline_id")
        if pipeline.external_id is None:
            raise InvalidInputError(
                f"the pipeline {pipeline.name!r} has no external_id, under which a source would know it; set one",
                field="pipeline_id",
            )
        serving = [name for name in names if is_served(pipeline, client, self._sources.scope(name))]
        if not serving:
            raise InvalidInputError(
                f"no source pulls runs of {client.name!r} on {pipeline.platform}, where the pipeline {pipeline.name!r} "
                f"is (asked: {', '.join(names)})",
                field="pipeline_id",
            )
        return serving

    async def _check_client(self, work: PipelinesUnitOfWork, name: str) -> None:
        client = self._sources.scope(name).client
        if client is not None and await work.clients.find(folded(client)) is None:
            raise ClientNotFoundError(
                f"the source {name!r} is for the client {client!r}, which does not exist; create it, or correct the "
                "file of sources (FOREBAY_SOURCES_FILE)",
                field="source",
            )

    async def _start(self, source: str, pipeline_id: UUID | None) -> StartedSync:
        subject = str(SyncSubject(source, pipeline_id))
        started = await self._start_job(StartJobCommand(subject=subject, kind=SYNC_KIND, join=True))
        return StartedSync(source=source, pipeline_id=pipeline_id, job=started.job, is_new=started.is_new)
