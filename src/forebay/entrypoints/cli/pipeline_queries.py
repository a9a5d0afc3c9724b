"""What commands ask about clients and pipelines, and what they say of them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from forebay.application.ports.pipelines import ClientFilter, PipelineFilter, PipelineRunFilter
from forebay.domain.paging import DEFAULT_LIMIT, SortOrder
from forebay.domain.pipelines.figures import Bucket
from forebay.domain.pipelines.health import Health
from forebay.domain.pipelines.pipeline import Environment, PipelineType, Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientsQuery:
    """A page of clients."""

    where: ClientFilter = field(default_factory=ClientFilter)
    order: SortOrder = SortOrder.DESC
    cursor: str | None = None
    limit: int = DEFAULT_LIMIT


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelinesQuery:
    """A page of pipelines."""

    where: PipelineFilter = field(default_factory=PipelineFilter)
    order: SortOrder = SortOrder.DESC
    cursor: str | None = None
    limit: int = DEFAULT_LIMIT


@dataclass(frozen=True, slots=True, kw_only=True)
class StatesQuery:
    """A page of pipelines as they are now, oldest first. `health`: only those that are so."""

    where: PipelineFilter = field(default_factory=PipelineFilter)
    health: frozenset[Health] = frozenset()
    cursor: str | None = None
    limit: int = DEFAULT_LIMIT


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineRunsQuery:
    """A page of the runs of a pipeline."""

    pipeline_id: UUID
    where: PipelineRunFilter = field(default_factory=PipelineRunFilter)
    order: SortOrder = SortOrder.DESC
    cursor: str | None = None
    limit: int = DEFAULT_LIMIT


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowQuery:
    """Runs of one pipeline, of one client's, or of all; since inclusive, until exclusive; None: as Forebay has it."""

    client_id: UUID | None = None
    pipeline_id: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FailuresQuery(WindowQuery):
    """By hour or day."""

    bucket: Bucket = Bucket.DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientChange:
    """What a person says of a client; what is None stays. `revision`: the one that the change is of."""

    name: str | None = None
    is_active: bool | None = None
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineSaid:
    """What a person says of a pipeline; what is None is not said. `external_id`: "" is none; times: zero is none."""

    name: str | None = None
    platform: Platform | None = None
    external_id: str | None = None
    pipeline_type: PipelineType | None = None
    environment: Environment | None = None
    is_active: bool | None = None
    expect_every: timedelta | None = None
    start_grace: timedelta | None = None
    finish_grace: timedelta | None = None
