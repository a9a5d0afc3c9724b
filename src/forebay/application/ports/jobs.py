"""What processing records: jobs, steps, events, artifacts and models."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from forebay.domain.intake.blob import Sha256
from forebay.domain.paging import Position, SortOrder
from forebay.domain.processing.artifact import Artifact
from forebay.domain.processing.event import Event, NewEvent
from forebay.domain.processing.job import Job, JobStatus
from forebay.domain.processing.model import Model
from forebay.domain.processing.step import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFilter:
    """All that is set must hold. `created_after` inclusive, `created_before` not."""

    run_id: UUID | None = None
    subject: str | None = None
    kind: str | None = None
    status: JobStatus | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueDepth:
    """`due`: jobs that a worker could claim now, and since when the oldest of them could be claimed."""

    queued: int
    running: int
    due: int
    oldest_due: datetime | None


class JobRepository(Protocol):
    """Jobs, ordered by (created_at, id)."""

    async def add(self, job: Job) -> None:
        """Once committed, whoever waits for Topic.JOBS is woken.

        RunNotFoundError; JobActiveError while a job of its run (or subject) and kind is queued or running;
        ConflictError when the idempotency key is taken. All at the latest at commit.
        """
        ...

    async def get(self, job_id: UUID, *, for_update: bool = False) -> Job:
        """JobNotFoundError. `for_update`: nobody else changes the job until this unit of work ends."""
        ...

    async def update(self, job: Job) -> None:
        """Writes all but id, kind, run_id, subject and created_at. JobNotFoundError when it is gone.

        Once committed, whoever waits for Topic.JOBS is woken if the job waits for a worker, or is asked to stop.
        """
        ...

    async def find_claimable(self, *, at: datetime, kinds: Sequence[str]) -> Job | None:
        """A job of one of the kinds that `is_claimable` at that time, the one due longest first; locked as by get().

        Those that other units of work hold are passed over, never waited for.
        """
        ...

    async def list_claimable(self, *, at: datetime, kinds: Sequence[str], limit: int) -> Sequence[Job]:
        """Jobs of the kinds that are claimable at that time, the one due longest first; nothing is locked."""
        ...

    async def next_due(self, *, kinds: Sequence[str]) -> datetime | None:
        """When the next job of one of the kinds becomes claimable: its run_after, or when its lease ends."""
        ...

    async def find_by_key(self, key_hash: str) -> Job | None:
        """The job that was begun with this idempotency key."""
        ...

    async def list(self, where: JobFilter, *, order: SortOrder, after: Position | None, limit: int) -> Sequence[Job]:
        """At most `limit` jobs behind `after` in `order`."""
        ...

    async def active_of_run(self, run_id: UUID) -> Sequence[Job]:
        """Those queued or running."""
        ...

    async def active_of_subject(self, subject: str) -> Sequence[Job]:
        """Those queued or running."""
        ...

    async def prune(self, *, before: datetime, limit: int) -> int:
        """Removes at most `limit` jobs without a run that were finished before that time, and says how many.

        Those with artifacts stay. Steps and events go along.
        """
        ...

    async def depth(self, *, at: datetime, kinds: Sequence[str] | None = None) -> QueueDepth:
        """How much waits; of these kinds only, if they are given."""
        ...


class StepRepository(Protocol):
    """Steps of jobs, ordered by ordinal."""

    async def add(self, *steps: Step) -> None:
        """JobNotFoundError; ConflictError when the job has a step with one of the ordinals."""
        ...

    async def update(self, step: Step) -> None:
        """Writes status, model_id, times, metadata and what it says of a failure."""
        ...

    async def list(self, job_id: UUID) -> Sequence[Step]: ...

    async def list_open(self, job_id: UUID, *, limit: int) -> Sequence[Step]:
        """At most `limit` of those pending or running. The cost does not grow with those that are done."""
        ...


class EventLog(Protocol):
    """Events, append-only, ordered by position."""

    def record(self, event: NewEvent) -> None:
        """Written with the commit, in the order given. Once committed, whoever waits for Topic.EVENTS is woken."""
        ...

    async def list(
        self, *, after: int, limit: int, job_id: UUID | None = None, run_id: UUID | None = None
    ) -> Sequence[Event]:
        """At most `limit` events behind position `after` (0: from the first).

        An event that is visible is never followed by one that becomes visible later with a lower position.
        """
        ...

    async def last_position(self) -> int:
        """The position of the newest event; 0 when there is none."""
        ...

    async def prune(self, *, before: datetime, limit: int) -> int:
        """Removes at most `limit` events from before that time, oldest first, and says how many."""
        ...


class ArtifactRepository(Protocol):
    """Artifacts, ordered by id."""

    async def add(self, artifact: Artifact) -> None:
        """JobNotFoundError; BlobNotFoundError when its blob was not claimed."""
        ...

    async def get(self, artifact_id: UUID) -> Artifact:
        """ArtifactNotFoundError."""
        ...

    async def list(self, job_id: UUID, *, after: UUID | None, limit: int) -> Sequence[Artifact]:
        """At most `limit` artifacts of a job with an id above `after`."""
        ...

    async def digests_of_run(self, run_id: UUID) -> Sequence[Sha256]:
        """The distinct digests of the artifacts of all the run's jobs, sorted."""
        ...


class ModelRepository(Protocol):
    """Models, ordered by id."""

    async def ensure(self, model: Model) -> Model:
        """The model of this name, kind and version from now on: the given one if it is new, else the one there was."""
        ...

    async def get(self, model_id: UUID) -> Model | None: ...

    async def list(self, *, after: UUID | None, limit: int) -> Sequence[Model]: ...
