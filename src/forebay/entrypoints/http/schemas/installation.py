"""What a Forebay is, and what goes on in it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from forebay.application.system.describe_system import SeenWorker, SystemActivity, SystemReport
from forebay.application.system.installation import Installation, SettingOrigin


class SystemSettingBody(msgspec.Struct, kw_only=True, frozen=True):
    """A setting in force."""

    name: Annotated[str, Meta(description="Its environment variable.")]
    value: Annotated[bool | float | str, Meta(description="Secrets, and those in URLs, are `***`.")]
    origin: Annotated[
        SettingOrigin,
        Meta(description="Where the value comes from; `argument`: the command line, or a program that embeds Forebay."),
    ]
    description: str


class OptionalPartBody(msgspec.Struct, kw_only=True, frozen=True):
    """Something that may be left out of an installation: an extra of the package, or a program."""

    name: str
    purpose: str
    installed: bool
    hint: Annotated[str | None, Meta(description="How to install it, where it is missing.")]


class OwnWorkerBody(msgspec.Struct, kw_only=True, frozen=True):
    """The worker inside the server."""

    name: str
    concurrency: Annotated[int, Meta(description="How many jobs it has in its hands at a time.")]


class HeldJobBody(msgspec.Struct, kw_only=True, frozen=True):
    """A job that a worker has in its hands."""

    id: UUID
    kind: str
    run_id: UUID | None
    subject: str | None
    attempt: int
    started_at: Annotated[datetime, Meta(description="When its first attempt began.")]
    lease_expires_at: Annotated[datetime, Meta(description="Until when its worker may be silent.")]


class SeenWorkerBody(msgspec.Struct, kw_only=True, frozen=True):
    """A worker that holds jobs; one without a job in its hands is not seen."""

    name: str
    since: Annotated[datetime, Meta(description="When the first of its jobs began.")]
    is_silent: Annotated[bool, Meta(description="It let all its leases run out: it is gone, or cannot work.")]
    jobs: list[HeldJobBody]

    @classmethod
    def of(cls, worker: SeenWorker) -> "SeenWorkerBody":
        return cls(
            name=worker.name,
            since=worker.since,
            is_silent=worker.is_silent,
            jobs=[
                HeldJobBody(
                    id=job.id,
                    kind=job.kind,
                    run_id=job.run_id,
                    subject=job.subject,
                    attempt=job.attempt,
                    started_at=job.started_at,
                    lease_expires_at=job.lease_expires_at,
                )
                for job in worker.jobs
            ],
        )


class SystemActivityBody(msgspec.Struct, kw_only=True, frozen=True):
    """What the database says of its schema and of jobs."""

    schema_revision: Annotated[str | None, Meta(description="Null where there are no migrations, as in memory.")]
    queued: Annotated[int, Meta(description="Jobs that wait for a worker, those to be tried again later included.")]
    running: int
    due: Annotated[int, Meta(description="Jobs that a worker could take now.")]
    waited_seconds: Annotated[float, Meta(description="How long the oldest of these could have been taken; 0 if none.")]
    workers: Annotated[list[SeenWorkerBody], Meta(description="By name; of the 1000 oldest running jobs.")]

    @classmethod
    def of(cls, activity: SystemActivity) -> "SystemActivityBody":
        return cls(
            schema_revision=activity.schema_revision,
            queued=activity.depth.queued,
            running=activity.depth.running,
            due=activity.depth.due,
            waited_seconds=activity.waited_seconds,
            workers=[SeenWorkerBody.of(worker) for worker in activity.workers],
        )


class SystemBody(msgspec.Struct, kw_only=True, frozen=True):
    """A Forebay: this server, the kinds of its parts, its settings, and what goes on."""

    version: str
    python_version: str
    platform: str
    started_at: datetime
    database: Annotated[str, Meta(description="Its kind, such as `sqlite` or `postgresql`.")]
    blobs: Annotated[str, Meta(description="The blob store's kind, such as `file` or `s3`.")]
    queue: Annotated[str, Meta(description="The queue's kind, such as `local` or `redis`.")]
    worker: Annotated[OwnWorkerBody | None, Meta(description="The worker inside the server; null: it has none.")]
    activity: Annotated[SystemActivityBody | None, Meta(description="Null while the database does not answer.")]
    settings: list[SystemSettingBody]
    optional_parts: list[OptionalPartBody]

    @classmethod
    def of(cls, report: SystemReport) -> "SystemBody":
        about = report.installation
        return cls(
            version=about.version,
            python_version=about.python_version,
            platform=about.platform,
            started_at=about.started_at,
            database=about.database,
            blobs=about.blobs,
            queue=about.queue,
            worker=_worker(about),
            activity=SystemActivityBody.of(report.activity) if report.activity is not None else None,
            settings=[
                SystemSettingBody(name=one.name, value=one.value, origin=one.origin, description=one.description)
                for one in about.settings
            ],
            optional_parts=[
                OptionalPartBody(name=one.name, purpose=one.purpose, installed=one.installed, hint=one.hint)
                for one in about.optional_parts
            ],
        )


def _worker(about: Installation) -> OwnWorkerBody | None:
    if about.worker is None:
        return None
    return OwnWorkerBody(name=about.worker.name, concurrency=about.worker.concurrency)
