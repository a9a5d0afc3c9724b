"""DescribeSystem: what this Forebay is, and what goes on in it."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from forebay.application.ports.clock import Clock
from forebay.application.ports.jobs import JobFilter, QueueDepth
from forebay.application.ports.processing import ProcessingUnitOfWorkFactory
from forebay.application.ports.system import SchemaVersion
from forebay.application.system.installation import Installation
from forebay.domain.errors import UnavailableError
from forebay.domain.paging import SortOrder
from forebay.domain.processing.job import Job, JobStatus

MOST_JOBS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldJob:
    """A job that a worker has in its hands. `started_at`: when its first attempt began."""

    id: UUID
    kind: str
    run_id: UUID | None
    subject: str | None
    attempt: int
    started_at: datetime
    lease_expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenWorker:
    """A worker that holds jobs, the one begun first coming first. One without a job in its hands is not seen.

    `is_silent`: it has let all its leases run out, so it is gone, or others are about to take its jobs over.
    """

    name: str
    jobs: tuple[HeldJob, ...]
    is_silent: bool

    @property
    def since(self) -> datetime:
        return min(job.started_at for job in self.jobs)


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemActivity:
    """What the database says of jobs: `waited_seconds` since the oldest that is due could be claimed, else 0.0."""

    schema_revision: str | None
    depth: QueueDepth
    waited_seconds: float
    workers: tuple[SeenWorker, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemReport:
    """`activity`: None while the database does not answer; which part fails, and why, is what CheckHealth says."""

    installation: Installation
    activity: SystemActivity | None


class DescribeSystem:
    """Answers also while the database does not: that is when it is asked. At most 1000 running jobs are looked at."""

    def __init__(
        self,
        *,
        installation: Installation,
        unit_of_work: ProcessingUnitOfWorkFactory,
        schema: SchemaVersion | None,
        clock: Clock,
        timeout_seconds: float = 5.0,
    ) -> None:
        self._installation = installation
        self._unit_of_work = unit_of_work
        self._schema = schema
        self._clock = clock
        self._timeout = timeout_seconds

    async def __call__(self) -> SystemReport:
        try:
            async with asyncio.timeout(self._timeout):
                activity = await self._activity()
        except (TimeoutError, UnavailableError):
            activity = None
        return SystemReport(installation=self._installation, activity=activity)

    async def _activity(self) -> SystemActivity:
        now = self._clock.now()
        async with self._unit_of_work(write=False) as work:
            depth = await work.jobs.depth(at=now)
            running = await work.jobs.list(
                JobFilter(status=JobStatus.RUNNING), order=SortOrder.ASC, after=None, limit=MOST_JOBS
            )
        waited = (now - depth.oldest_due).total_seconds() if depth.oldest_due is not None else 0.0
        return SystemActivity(
            schema_revision=await self._schema.revision() if self._schema is not None else None,
            depth=depth,
            waited_seconds=max(0.0, waited),
            workers=_workers(running, now),
        )


def _workers(running: Iterable[Job], now: datetime) -> tuple[SeenWorker, ...]:
    held: dict[str, list[HeldJob]] = {}
    for job in running:
        if job.lease is not None:
            # ClaimJob puts a random id behind the worker's name, so that no two claims are alike
            name = job.lease.owner.rpartition("/")[0] or job.lease.owner
            one = HeldJob(
                id=job.id,
                kind=job.kind,
                run_id=job.run_id,
                subject=job.subject,
                attempt=job.attempts,
                started_at=job.started_at or job.updated_at,
                lease_expires_at=job.lease.expires_at,
            )
            held.setdefault(name, []).append(one)
    return tuple(
        SeenWorker(
            name=name,
            jobs=tuple(sorted(jobs, key=lambda job: (job.started_at, job.id))),
            is_silent=all(job.lease_expires_at <= now for job in jobs),
        )
        for name, jobs in sorted(held.items())
    )
