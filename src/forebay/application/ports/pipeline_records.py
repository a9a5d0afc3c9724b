"""What is recorded of clients, their pipelines and the runs that these report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

from forebay.domain.paging import Position, SortOrder
from forebay.domain.pipelines.client import Client
from forebay.domain.pipelines.lineage import LineageEvent, LineageJob
from forebay.domain.pipelines.pipeline import Environment, Pipeline, PipelineType, Platform
from forebay.domain.pipelines.report import ReportedStatus
from forebay.domain.pipelines.run import PipelineRun
from forebay.domain.pipelines.source import SyncState


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientFilter:
    """All that is set must hold. `text`: contained in the name, ignoring case."""

    text: str | None = None
    is_active: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineFilter:
    """All that is set must hold. `text`: contained in name or external id, ignoring case. `is_active`: its own flag."""

    client_id: UUID | None = None
    platform: Platform | None = None
    environment: Environment | None = None
    pipeline_type: PipelineType | None = None
    is_active: bool | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineRunFilter:
    """All that is set must hold. By effective_at: `since` inclusive, `until` exclusive."""

    status: ReportedStatus | None = None
    since: datetime | None = None
    until: datetime | None = None


class PipelineAddress(NamedTuple):
    """How reporters name a pipeline. `client`: its name as folded() has it."""

    client: str
    platform: Platform
    external_id: str


class PipelineName(NamedTuple):
    """A name of a client's pipeline. Both as folded() has them."""

    client: str
    name: str


class RunIdentity(NamedTuple):
    """Which run a report is about."""

    pipeline_id: UUID
    external_run_id: str


class ClientRepository(Protocol):
    """Clients, ordered by (created_at, id)."""

    async def add(self, client: Client) -> None:
        """ClientExistsError when the name is taken, ignoring case."""
        ...

    async def get(self, client_id: UUID, *, for_update: bool = False) -> Client:
        """ClientNotFoundError. `for_update`: nobody else changes it until this unit of work ends."""
        ...

    async def find(self, name: str) -> Client | None:
        """By its name, as folded() has it."""
        ...

    async def add_all(self, clients: Sequence[Client]) -> None:
        """Adds thousands in one go. ClientExistsError when one of the names is taken."""
        ...

    async def find_all(self, names: Sequence[str]) -> Mapping[str, Client]:
        """Those of them that there are, by their names; these are as folded() has them."""
        ...

    async def update(self, client: Client) -> None:
        """Writes all but id and created_at. ClientNotFoundError, ClientExistsError."""
        ...

    async def list(
        self, where: ClientFilter, *, order: SortOrder, after: Position | None, limit: int
    ) -> Sequence[Client]:
        """At most `limit` clients behind `after` in `order`."""
        ...

    async def get_many(self, client_ids: Sequence[UUID]) -> Mapping[UUID, Client]:
        """Those of them that there are, by id."""
        ...


class PipelineRepository(Protocol):
    """Pipelines, ordered by (created_at, id)."""

    async def add(self, pipeline: Pipeline) -> None:
        """ClientNotFoundError; PipelineExistsError when its client has one of this name (ignoring case), or of this

        external id on this platform. At the latest at commit.
        """
        ...

    async def get(self, pipeline_id: UUID, *, for_update: bool = False) -> Pipeline:
        """PipelineNotFoundError. `for_update`: nobody else changes it until this unit of work ends."""
        ...

    async def update(self, pipeline: Pipeline) -> None:
        """Writes all but id, client_id and created_at. PipelineNotFoundError, PipelineExistsError."""
        ...

    async def begin_schedules(self, client_id: UUID, *, at: datetime) -> None:
        """Sets enabled_at of the client's enabled pipelines, as if they had been enabled just then."""
        ...

    async def list(
        self, where: PipelineFilter, *, order: SortOrder, after: Position | None, limit: int
    ) -> Sequence[Pipeline]:
        """At most `limit` pipelines behind `after` in `order`."""
        ...

    async def get_many(self, pipeline_ids: Sequence[UUID], *, for_update: bool = False) -> Mapping[UUID, Pipeline]:
        """Those of them that there are, by id. `for_update`: nobody else changes them, or has them so, until this unit

        of work ends; those who add runs to them need not wait. Locked in the order of their ids.
        """
        ...

    async def existing(self, pipeline_ids: Sequence[UUID]) -> frozenset[UUID]:
        """Those of the ids that pipelines have."""
        ...

    async def find(self, addresses: Sequence[PipelineAddress]) -> Mapping[PipelineAddress, UUID]:
        """The ids of those of them that there are."""
        ...

    async def add_all(self, pipelines: Sequence[Pipeline]) -> None:
        """Adds thousands in one go; the errors are those of add()."""
        ...

    async def taken(self, names: Sequence[PipelineName]) -> frozenset[PipelineName]:
        """Those of the names that pipelines have."""
        ...


class PipelineRunRepository(Protocol):
    """Runs of pipelines. Made for thousands at once: a few statements, however many runs there are.

    Units of work that add runs once, and update what they were given, never wait for each other in a circle.
    """

    async def add_missing(self, runs: Sequence[PipelineRun]) -> Mapping[RunIdentity, PipelineRun | UUID]:
        """Adds the runs, no two of the same identity and all with new ids, that are not there yet. Gives those that are

        there already: the run as it is, locked until this unit of work ends; or, when the same report counts in both
        (equal keys) and the given one keeps nothing of others, only its id. PipelineNotFoundError when one names a
        pipeline that does not exist; InvalidInputError for texts that cannot be stored.
        """
        ...

    async def update_all(self, runs: Sequence[PipelineRun]) -> None:
        """Writes all but id, pipeline_id, external_run_id and created_at. They were given by add_missing()."""
        ...

    async def get(self, pipeline_id: UUID, run_id: UUID) -> PipelineRun:
        """PipelineRunNotFoundError."""
        ...

    async def find(self, identity: RunIdentity) -> PipelineRun | None: ...

    async def latest(self, pipeline_id: UUID) -> PipelineRun | None:
        """The first by started_at, finished_at (both descending, those without last), then id, descending."""
        ...

    async def list(
        self, pipeline_id: UUID, where: PipelineRunFilter, *, order: SortOrder, after: Position | None, limit: int
    ) -> Sequence[PipelineRun]:
        """At most `limit` runs behind `after` in `order`, by (effective_at, id)."""
        ...


class SyncStateRepository(Protocol):
    """How far sources were pulled, by source and pipeline."""

    async def get(self, source: str, pipeline_id: UUID) -> SyncState | None: ...

    async def put(self, state: SyncState) -> None:
        """Replaces what there was. PipelineNotFoundError."""
        ...

    async def list(self, source: str | None = None) -> Sequence[SyncState]:
        """By source, then pipeline id."""
        ...


class LineageRepository(Protocol):
    """Jobs and events as OpenLineage has them."""

    async def pipelines_of(self, jobs: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], UUID]:
        """The pipelines of those of the jobs (namespace, name) that are known."""
        ...

    async def add_job(self, job: LineageJob) -> None:
        """ConflictError when it is known already; PipelineNotFoundError."""
        ...

    async def add_events(self, events: Sequence[LineageEvent]) -> frozenset[str]:
        """Keeps those that are not there yet, and gives their digests."""
        ...

    async def events(self, *, pipeline_id: UUID, external_run_id: str, limit: int) -> Sequence[LineageEvent]:
        """Of one run, by event_time, those without last, then digest."""
        ...

    async def prune(self, *, before: datetime, limit: int) -> int:
        """Removes at most `limit` events received before that time, and says how many."""
        ...
