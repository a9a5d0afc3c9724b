"""What the methods about syncs answer with: the same facts, under the same names, as the HTTP API."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from forebay.application.pipelines import show_sync, start_sync
from forebay.domain.pipelines.pipeline import Platform
from forebay.entrypoints.library.job_results import Job


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedSync:
    """A sync of one source. `pipeline_id`: None for all its pipelines. `is_new`: False when it was under way."""

    source: str
    pipeline_id: UUID | None
    is_new: bool
    job: Job

    @classmethod
    def of(cls, started: start_sync.StartedSync) -> "StartedSync":
        return cls(
            source=started.source, pipeline_id=started.pipeline_id, is_new=started.is_new, job=Job.of(started.job)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncedPipeline:
    """How far the runs of a pipeline were pulled. `cursor`: where the next sync goes on; None: at the beginning.

    `error`: why the last sync of it failed; None when it did not.
    """

    pipeline_id: UUID
    name: str
    cursor: str | None
    synced_at: datetime
    error: str | None

    @classmethod
    def of(cls, synced: show_sync.SyncedPipeline) -> "SyncedPipeline":
        state = synced.state
        return cls(
            pipeline_id=state.pipeline_id,
            name=synced.name,
            cursor=state.cursor,
            synced_at=state.synced_at,
            error=state.error,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncedSource:
    """A source, and the pipelines that it was ever asked about. `client`: whose it has; None: of all clients."""

    source: str
    is_configured: bool
    client: str | None
    platform: Platform | None
    pipelines: tuple[SyncedPipeline, ...]

    @classmethod
    def of(cls, found: show_sync.SyncedSource) -> "SyncedSource":
        scope = found.scope
        return cls(
            source=found.source,
            is_configured=scope is not None,
            client=scope.client if scope is not None else None,
            platform=scope.platform if scope is not None else None,
            pipelines=tuple(SyncedPipeline.of(one) for one in found.pipelines),
        )
