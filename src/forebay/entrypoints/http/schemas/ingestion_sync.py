"""Syncs: runs that are pulled from partners' APIs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from forebay.application.pipelines.show_sync import SyncedPipeline, SyncedSource
from forebay.application.pipelines.start_sync import StartedSync
from forebay.domain.pipelines.pipeline import Platform
from forebay.entrypoints.http.schemas.jobs import JobBody

SourceName = Annotated[str, Meta(max_length=64)]


class StartSyncBody(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """What to pull; nothing given: everything."""

    source: Annotated[SourceName | None, Meta(description="Of this source only.")] = None
    pipeline_id: Annotated[str | None, Meta(description="Of this pipeline only; its id, a UUID.")] = None


class StartedSyncBody(msgspec.Struct, kw_only=True, frozen=True):
    """A sync of one source."""

    source: str
    pipeline_id: Annotated[UUID | None, Meta(description="Null: of all its pipelines.")]
    is_new: Annotated[bool, Meta(description="False when one of the same was under way, and this is that one.")]
    job: JobBody

    @classmethod
    def of(cls, started: StartedSync) -> "StartedSyncBody":
        return cls(
            source=started.source,
            pipeline_id=started.pipeline_id,
            is_new=started.is_new,
            job=JobBody.of(started.job),
        )


class StartedSyncsBody(msgspec.Struct, kw_only=True, frozen=True):
    """The syncs that were asked for, one for each source."""

    items: list[StartedSyncBody]

    @classmethod
    def of(cls, started: Sequence[StartedSync]) -> "StartedSyncsBody":
        return cls(items=[StartedSyncBody.of(one) for one in started])


class SyncedPipelineBody(msgspec.Struct, kw_only=True, frozen=True):
    """How far the runs of a pipeline were pulled."""

    pipeline_id: UUID
    name: str
    cursor: Annotated[str | None, Meta(description="Where the next sync goes on; null: at the beginning.")]
    synced_at: Annotated[datetime, Meta(description="When the source was last asked about it.")]
    error: Annotated[str | None, Meta(description="Why the last sync of it failed; null when it did not.")]

    @classmethod
    def of(cls, synced: SyncedPipeline) -> "SyncedPipelineBody":
        return cls(
            pipeline_id=synced.state.pipeline_id,
            name=synced.name,
            cursor=synced.state.cursor,
            synced_at=synced.state.synced_at,
            error=synced.state.error,
        )


class SyncedSourceBody(msgspec.Struct, kw_only=True, frozen=True):
    """A source, and the pipelines that it was ever asked about."""

    source: str
    is_configured: Annotated[bool, Meta(description="False for a source that this server does not have any more.")]
    client: Annotated[str | None, Meta(description="Whose pipelines it has; null: of all clients.")]
    platform: Annotated[Platform | None, Meta(description="And of which platform; null if it is not configured.")]
    pipelines: list[SyncedPipelineBody]

    @classmethod
    def of(cls, found: SyncedSource) -> "SyncedSourceBody":
        return cls(
            source=found.source,
            is_configured=found.scope is not None,
            client=found.scope.client if found.scope is not None else None,
            platform=found.scope.platform if found.scope is not None else None,
            pipelines=[SyncedPipelineBody.of(one) for one in found.pipelines],
        )


class SyncStateBody(msgspec.Struct, kw_only=True, frozen=True):
    """All sources."""

    items: list[SyncedSourceBody]

    @classmethod
    def of(cls, found: Sequence[SyncedSource]) -> "SyncStateBody":
        return cls(items=[SyncedSourceBody.of(one) for one in found])
