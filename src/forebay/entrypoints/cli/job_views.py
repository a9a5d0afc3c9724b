"""What there is to see of jobs. The types are the bodies of the HTTP API."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from forebay.entrypoints.cli.views import ErrorView

FINAL = frozenset({"succeeded", "failed", "cancelled"})  # statuses; a server may have more that are not final

Json = dict[str, Any]  # msgspec has no better word for any JSON object


class JobView(msgspec.Struct, frozen=True, kw_only=True):
    """One piece of work on one run, or on a subject. `status` is text: a newer server may know more of them."""

    id: UUID
    run_id: UUID | None
    subject: str | None = None  # an older server does not say it
    kind: str
    status: str
    attempts: int
    max_attempts: int
    run_after: datetime
    cancel_requested: bool
    lease_owner: str | None
    lease_expires_at: datetime | None
    error: ErrorView | None
    created_at: datetime
    updated_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    @property
    def about(self) -> str:
        """What it works on."""
        return str(self.run_id) if self.run_id is not None else self.subject or ""

    @property
    def is_final(self) -> bool:
        return self.status in FINAL


class StepView(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a job."""

    id: UUID
    ordinal: int
    name: str
    status: str
    model_id: UUID | None
    started_at: datetime | None
    finished_at: datetime | None
    metadata: Json
    error: ErrorView | None = None  # an older server does not say it


class JobWithStepsView(JobView, frozen=True, kw_only=True):
    """A job, its steps in order, and how many of them are in each status."""

    steps: list[StepView]
    summary: dict[str, int]


class EventView(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened to a run or a job."""

    position: int
    at: datetime
    code: str
    level: str
    message: str
    run_id: UUID | None
    job_id: UUID | None
    step_id: UUID | None
    payload: Json


class ArtifactView(msgspec.Struct, frozen=True, kw_only=True):
    """A file that a step made. `content_url`: where a server has its bytes."""

    id: UUID
    job_id: UUID
    step_id: UUID
    kind: str
    name: str
    media_type: str
    size_bytes: int
    sha256: str
    created_at: datetime
    content_url: str


class ModelView(msgspec.Struct, frozen=True, kw_only=True):
    """A program or trained model, in one version, that some step has used."""

    id: UUID
    name: str
    kind: str
    version: str
    parameters: Json
    created_at: datetime
