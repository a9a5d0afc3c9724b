"""The pipeline: something that runs elsewhere, again and again, and reports it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from forebay.domain.errors import InvalidInputError

LONGEST = timedelta(days=3660)


class Platform(StrEnum):
    """What runs it."""

    AIRFLOW = "airflow"
    DBT = "dbt"
    CRON = "cron"
    VENDOR_API = "vendor_api"
    CUSTOM = "custom"


class PipelineType(StrEnum):
    """What it does."""

    INGESTION = "ingestion"
    TRANSFORM = "transform"
    QUALITY = "quality"
    EXPORT = "export"
    HEALTHCHECK = "healthcheck"


class Environment(StrEnum):
    """Where it runs."""

    DEV = "dev"
    STAGING = "staging"
    PROD = "prod"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """What is expected of it. `expect_every`: at least one run starts in any such time; None: nothing is expected.

    `start_grace`: how much later than that is not late yet. `finish_grace`: how long a run may go on before it counts
    as stuck; None: for ever. Whole seconds.
    """

    expect_every: timedelta | None = None
    start_grace: timedelta = timedelta(0)
    finish_grace: timedelta | None = None

    def __post_init__(self) -> None:
        for name, value in (("expect_every", self.expect_every), ("finish_grace", self.finish_grace)):
            if value is not None and not timedelta(seconds=1) <= value <= LONGEST:
                raise InvalidInputError("expected 1 second to 3660 days", field=name)
        if not timedelta(0) <= self.start_grace <= LONGEST:
            raise InvalidInputError("expected 0 seconds to 3660 days", field="start_grace")
        for name, value in (
            ("expect_every", self.expect_every),
            ("start_grace", self.start_grace),
            ("finish_grace", self.finish_grace),
        ):
            if value is not None and value.microseconds:
                raise InvalidInputError("expected whole seconds", field=name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """`name`: unique within its client, ignoring case. `external_id`: unique within client and platform, if set.

    `revision`: 1, and one more with each change. `enabled_at`: when it was created or last enabled; no run is missed
    from before then. A disabled one keeps its history and leaves summaries and alerts.
    """

    id: UUID
    client_id: UUID
    name: str
    platform: Platform
    external_id: str | None
    pipeline_type: PipelineType
    environment: Environment
    is_active: bool
    schedule: Schedule
    enabled_at: datetime
    revision: int
    created_at: datetime
    updated_at: datetime
