"""What there is to see of a Forebay and of what goes on in it. The types are the bodies of the HTTP API."""

from datetime import datetime
from uuid import UUID

import msgspec


class SettingView(msgspec.Struct, frozen=True, kw_only=True):
    """A setting in force, secrets masked. `origin` is text: a newer server may know more of them."""

    name: str
    value: bool | int | float | str
    origin: str
    description: str


class OptionalPartView(msgspec.Struct, frozen=True, kw_only=True):
    """Something that may be left out, and how to install it where it is missing."""

    name: str
    purpose: str
    installed: bool
    hint: str | None


class OwnWorkerView(msgspec.Struct, frozen=True, kw_only=True):
    """The worker inside the server."""

    name: str
    concurrency: int


class HeldJobView(msgspec.Struct, frozen=True, kw_only=True):
    """A job in a worker's hands."""

    id: UUID
    kind: str
    run_id: UUID | None
    subject: str | None
    attempt: int
    started_at: datetime
    lease_expires_at: datetime


class SeenWorkerView(msgspec.Struct, frozen=True, kw_only=True):
    """A worker that holds jobs."""

    name: str
    since: datetime
    is_silent: bool
    jobs: list[HeldJobView]


class ActivityView(msgspec.Struct, frozen=True, kw_only=True):
    """What the database says of its schema and of jobs."""

    schema_revision: str | None
    queued: int
    running: int
    due: int
    waited_seconds: float
    workers: list[SeenWorkerView]


class SystemView(msgspec.Struct, frozen=True, kw_only=True):
    """A Forebay. `activity`: None while its database does not answer."""

    version: str
    python_version: str
    platform: str
    started_at: datetime
    database: str
    blobs: str
    queue: str
    worker: OwnWorkerView | None
    activity: ActivityView | None
    settings: list[SettingView]
    optional_parts: list[OptionalPartView]
