"""What there is to see of clients, pipelines and their runs. The types are the bodies of the HTTP API."""

from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType


class ClientView(msgspec.Struct, frozen=True, kw_only=True):
    """Whose pipelines they are."""

    id: UUID
    name: str
    is_active: bool
    revision: int
    created_at: datetime
    updated_at: datetime


class PipelineView(msgspec.Struct, frozen=True, kw_only=True):
    """A pipeline and what is expected of it. Words are text: a newer server may know more of them."""

    id: UUID
    client_id: UUID
    name: str
    platform: str
    external_id: str | None
    pipeline_type: str
    environment: str
    is_active: bool
    expect_every_seconds: int | None
    start_grace_seconds: int
    finish_grace_seconds: int | None
    enabled_at: datetime
    revision: int
    created_at: datetime
    updated_at: datetime


class PipelineRunView(msgspec.Struct, frozen=True, kw_only=True):
    """A run as it is known from all reports of it."""

    id: UUID
    pipeline_id: UUID
    external_run_id: str
    status: str
    started_at: datetime | None
    finished_at: datetime | None
    duration_seconds: float | None
    elapsed_seconds: float | None
    rows_processed: int | None
    error_message: str | None
    status_reason: str | None
    payload: dict[str, object] | None
    effective_at: datetime
    created_at: datetime
    ingested_at: datetime


class RecordedRunView(msgspec.Struct, frozen=True, kw_only=True):
    """What a report did, and the run as it is known now."""

    verdict: str
    run: PipelineRunView


class VerdictView(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one record. `code`, `reason` and `field` come with those that were rejected only."""

    index: int
    verdict: str
    pipeline_id: UUID | None
    run_id: UUID | None
    code: str | UnsetType = UNSET
    reason: str | UnsetType = UNSET
    field: str | UnsetType | None = UNSET


class BatchView(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a batch: a verdict for each record, in their order."""

    verdicts: list[VerdictView]


class LatestRunView(msgspec.Struct, frozen=True, kw_only=True):
    """A run at a glance."""

    id: UUID
    external_run_id: str
    status: str
    started_at: datetime | None
    finished_at: datetime | None
    elapsed_seconds: float | None
    rows_processed: int | None
    effective_at: datetime


class PipelineStateView(msgspec.Struct, frozen=True, kw_only=True):
    """A pipeline as it is now."""

    pipeline: PipelineView
    client_name: str
    health: str
    due_at: datetime | None
    latest_run: LatestRunView | None
    open_alerts: int


class LatePipelineView(msgspec.Struct, frozen=True, kw_only=True):
    """A pipeline whose run should have come."""

    id: UUID
    name: str
    health: str
    due_at: datetime | None


class ClientSummaryView(msgspec.Struct, frozen=True, kw_only=True):
    """A client: its enabled pipelines as they are now, and figures of their runs in the window."""

    client: ClientView
    since: datetime
    until: datetime
    total: int
    counts: dict[str, int]
    success_rate: float | None
    mean_seconds: float | None
    p95_seconds: float | None
    late: list[LatePipelineView]
    pipelines: list[PipelineStateView]


class FailuresAtView(msgspec.Struct, frozen=True, kw_only=True):
    """Runs in one hour or day."""

    at: datetime
    failed: int
    total: int


class FailuresView(msgspec.Struct, frozen=True, kw_only=True):
    """Hours or days in order."""

    bucket: str
    items: list[FailuresAtView]


class FlakyPipelineView(msgspec.Struct, frozen=True, kw_only=True):
    """A pipeline that goes from success to failure and back."""

    pipeline_id: UUID
    pipeline_name: str
    client_id: UUID
    client_name: str
    flips: int
    failed: int
    total: int


class FlakiestView(msgspec.Struct, frozen=True, kw_only=True):
    """Most flips first."""

    items: list[FlakyPipelineView]


class PlatformRateView(msgspec.Struct, frozen=True, kw_only=True):
    """How often runs on a platform fail."""

    platform: str
    failed: int
    total: int
    failure_rate: float


class PlatformRatesView(msgspec.Struct, frozen=True, kw_only=True):
    """Platforms that have runs."""

    items: list[PlatformRateView]


class DurationBinView(msgspec.Struct, frozen=True, kw_only=True):
    """Final runs that took at least `from_seconds` and less than `to_seconds`."""

    from_seconds: float
    to_seconds: float | None
    count: int


class DurationsView(msgspec.Struct, frozen=True, kw_only=True):
    """All bins in order."""

    items: list[DurationBinView]
