"""Jobs in memory."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from forebay.adapters.memory.work import Work
from forebay.application.ports.jobs import JobFilter, JobRepository, QueueDepth
from forebay.application.ports.signals import Topic
from forebay.domain.paging import Position, SortOrder
from forebay.domain.processing.errors import JobNotFoundError
from forebay.domain.processing.job import Job, JobStatus


class MemoryJobs:
    """Jobs. A writer is alone, so there is nothing to lock and nothing to pass over."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(self, job: Job) -> None:
        with self._work.writing():
            (await self._work.state()).add_job(job)
            self._work.topics.add(Topic.JOBS)

    async def get(self, job_id: UUID, *, for_update: bool = False) -> Job:
        job = (await self._work.state()).jobs.get(job_id)
        if job is None:
            raise JobNotFoundError(f"there is no job {job_id}")
        return job

    async def update(self, job: Job) -> None:
        with self._work.writing():
            state = await self._work.state()
            before = await self.get(job.id)
            state.put_job(
                replace(
                    job,
                    kind=before.kind,
                    run_id=before.run_id,
                    subject=before.subject,
                    created_at=before.created_at,
                    trace_context=before.trace_context,
                )
            )
            if job.status is JobStatus.QUEUED or job.cancel_requested:
                self._work.topics.add(Topic.JOBS)

    async def find_claimable(self, *, at: datetime, kinds: Sequence[str]) -> Job | None:
        jobs = (await self._work.state()).active.values()
        return next(iter(_longest_due(job for job in jobs if job.kind in kinds and job.is_claimable(at))), None)

    async def list_claimable(self, *, at: datetime, kinds: Sequence[str], limit: int) -> Sequence[Job]:
        jobs = (await self._work.state()).active.values()
        return tuple(_longest_due(job for job in jobs if job.kind in kinds and job.is_claimable(at))[:limit])

    async def next_due(self, *, kinds: Sequence[str]) -> datetime | None:
        jobs = (await self._work.state()).active.values()
        return min((due_at(job) for job in jobs if job.kind in kinds), default=None)

    async def find_by_key(self, key_hash: str) -> Job | None:
        state = await self._work.state()
        job_id = state.job_keys.get(key_hash)
        return state.jobs[job_id] if job_id is not None else None

    async def list(self, where: JobFilter, *, order: SortOrder, after: Position | None, limit: int) -> Sequence[Job]:
        newest_first = order is SortOrder.DESC
        place = (after.at, after.id) if after is not None else None
        jobs = [job for job in (await self._work.state()).jobs.values() if _matches(job, where)]
        jobs.sort(key=_position, reverse=newest_first)
        if place is not None:
            jobs = [job for job in jobs if (_position(job) < place if newest_first else _position(job) > place)]
        return tuple(jobs[:limit])

    async def active_of_run(self, run_id: UUID) -> Sequence[Job]:
        jobs = (await self._work.state()).active.values()
        return tuple(sorted((job for job in jobs if job.run_id == run_id), key=_position))

    async def active_of_subject(self, subject: str) -> Sequence[Job]:
        jobs = (await self._work.state()).active.values()
        return tuple(sorted((job for job in jobs if job.subject == subject), key=_position))

    async def prune(self, *, before: datetime, limit: int) -> int:
        with self._work.writing():
            state = await self._work.state()
            kept = {artifact.job_id for artifact in state.artifacts.values()}
            old = [
                job.id
                for job in state.jobs.values()
                if job.subject is not None
                and job.finished_at is not None
                and job.finished_at < before
                and job.id not in kept
            ]
            state.delete_jobs(set(old[:limit]))
            return len(old[:limit])

    async def depth(self, *, at: datetime, kinds: Sequence[str] | None = None) -> QueueDepth:
        jobs = [job for job in (await self._work.state()).active.values() if kinds is None or job.kind in kinds]
        due = [due_at(job) for job in jobs if job.is_claimable(at)]
        running = sum(job.status is JobStatus.RUNNING for job in jobs)
        return QueueDepth(queued=len(jobs) - running, running=running, due=len(due), oldest_due=min(due, default=None))


def due_at(job: Job) -> datetime:
    """Of a job that is not final: from when on it can be claimed."""
    return job.lease.expires_at if job.lease is not None else job.run_after


def _longest_due(jobs: Iterable[Job]) -> list[Job]:
    return sorted(jobs, key=lambda job: (due_at(job), job.id))


def _position(job: Job) -> tuple[datetime, UUID]:
    return job.created_at, job.id


def _matches(job: Job, where: JobFilter) -> bool:
    return (
        (where.run_id is None or job.run_id == where.run_id)
        and (where.subject is None or job.subject == where.subject)
        and (where.kind is None or job.kind == where.kind)
        and (where.status is None or job.status is where.status)
        and (where.created_after is None or job.created_at >= where.created_after)
        and (where.created_before is None or job.created_at < where.created_before)
    )


def _fits(work: Work) -> JobRepository:
    return MemoryJobs(work)
