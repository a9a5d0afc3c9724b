"""What there is to see of syncs. The types are the bodies of the HTTP API."""

from datetime import datetime
from uuid import UUID

import msgspec

from forebay.entrypoints.cli.job_views import JobView


class StartedSyncView(msgspec.Struct, frozen=True, kw_only=True):
    """A sync of one source."""

    source: str
    pipeline_id: UUID | None
    is_new: bool
    job: JobView


class StartedSyncsView(msgspec.Struct, frozen=True, kw_only=True):
    """One for each source."""

    items: list[StartedSyncView]


class SyncedPipelineView(msgspec.Struct, frozen=True, kw_only=True):
    """How far the runs of a pipeline were pulled."""

    pipeline_id: UUID
    name: str
    cursor: str | None
    synced_at: datetime
    error: str | None


class SyncedSourceView(msgspec.Struct, frozen=True, kw_only=True):
    """A source, and the pipelines that it was ever asked about."""

    source: str
    is_configured: bool
    client: str | None
    platform: str | None
    pipelines: list[SyncedPipelineView]


class SyncStateView(msgspec.Struct, frozen=True, kw_only=True):
    """All sources."""

    items: list[SyncedSourceView]
