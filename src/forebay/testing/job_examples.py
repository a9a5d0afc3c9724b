"""Jobs, steps, events, artifacts, models and members to test with: valid, different each time."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypedDict, Unpack
from uuid import UUID, uuid4

from forebay.application.ports.jobs import JobFilter
from forebay.application.ports.processing import ProcessingUnitOfWorkFactory
from forebay.domain.intake.blob import Blob, ObjectKey, Sha256
from forebay.domain.intake.file import StoredFile
from forebay.domain.intake.member import Catalogue, Member, MemberKind
from forebay.domain.intake.run import IngestionRun
from forebay.domain.paging import SortOrder
from forebay.domain.processing.artifact import Artifact
from forebay.domain.processing.event import Event, NewEvent
from forebay.domain.processing.job import Job, JobError, JobStatus, Lease
from forebay.domain.processing.model import Model
from forebay.domain.processing.step import Step, StepStatus
from forebay.testing.intake_examples import MORNING, a_blob, a_file, a_run

KIND = "catalogue"
LATER = MORNING + timedelta(minutes=1)


class JobFields(TypedDict, total=False):
    """What a test may want to be different in a job."""

    id: UUID
    kind: str
    status: JobStatus
    attempts: int
    max_attempts: int
    lease: Lease | None
    run_after: datetime
    cancel_requested: bool
    idempotency_key_hash: str | None
    error: JobError | None
    created_at: datetime
    updated_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    trace_context: str | None


def a_job(run: IngestionRun, **fields: Unpack[JobFields]) -> Job:
    job = Job(
        id=uuid4(),
        kind=KIND,
        run_id=run.id,
        status=JobStatus.QUEUED,
        attempts=0,
        max_attempts=5,
        lease=None,
        run_after=MORNING,
        cancel_requested=False,
        idempotency_key_hash=None,
        error=None,
        created_at=MORNING,
        updated_at=MORNING,
        started_at=None,
        finished_at=None,
    )
    return replace(job, **fields)


def a_job_about(subject: str, **fields: Unpack[JobFields]) -> Job:
    """A job without a run."""
    return replace(a_job(a_run(), **fields), run_id=None, subject=subject)


def run_of(job: Job) -> UUID:
    """The run of a job that has one."""
    assert job.run_id is not None
    return job.run_id


def a_lease(*, until: datetime = LATER) -> Lease:
    return Lease(owner=f"host-1/{uuid4()}", expires_at=until)


def key_hash(key: str = "") -> str:
    return hashlib.sha256((key or str(uuid4())).encode()).hexdigest()


def a_step(job: Job, ordinal: int = 1, *, name: str = "catalogue") -> Step:
    return Step(
        id=uuid4(),
        job_id=job.id,
        ordinal=ordinal,
        name=name,
        status=StepStatus.PENDING,
        model_id=None,
        started_at=None,
        finished_at=None,
    )


def an_event(run: IngestionRun, job: Job | None = None, *, message: str = "", at: datetime = MORNING) -> NewEvent:
    job_id = job.id if job is not None else None
    return NewEvent(run_id=run.id, at=at, code="job_queued", message=message or str(uuid4()), job_id=job_id)


def an_artifact(step: Step, blob: Blob, *, name: str = "manifest.json") -> Artifact:
    return Artifact(
        id=uuid4(),
        job_id=step.job_id,
        step_id=step.id,
        kind="manifest",
        media_type="application/json",
        name=name,
        size_bytes=blob.size_bytes,
        sha256=blob.sha256,
        created_at=MORNING,
    )


def a_model(name: str = "", *, kind: str = "parser", version: str = "1") -> Model:
    return Model(id=uuid4(), name=name or str(uuid4()), kind=kind, version=version, created_at=MORNING)


def a_member(file: StoredFile, path: str, *, catalogue_id: UUID) -> Member:
    return Member(
        id=uuid4(),
        run_id=file.run_id,
        file_id=file.id,
        catalogue_id=catalogue_id,
        location=(0,),
        path=path,
        stored_path=f"./{path}",
        kind=MemberKind.FILE,
        size_bytes=3,
        sha256=Sha256(hashlib.sha256(path.encode()).hexdigest()),
        media_type="text/plain",
        mtime=MORNING,
        mode=0o644,
        link_target=None,
        flags=frozenset(),
    )


def a_catalogue(file: StoredFile, *, members: int = 0, job: Job | None = None) -> Catalogue:
    return Catalogue(
        id=uuid4(),
        run_id=file.run_id,
        job_id=job.id if job is not None else None,
        member_count=members,
        unpacked_bytes=3 * members,
        created_at=MORNING,
    )


class JobRecords:
    """Units of work that do one thing and commit, so that tests can say what they are about."""

    def __init__(self, open_work: ProcessingUnitOfWorkFactory) -> None:
        self.open = open_work

    async def run(self) -> IngestionRun:
        run = a_run()
        async with self.open() as work:
            await work.runs.add(run)
            await work.commit()
        return run

    async def uploaded(self) -> StoredFile:
        """A run with its one file."""
        run, blob = a_run(), a_blob()
        file = a_file(run, blob)
        async with self.open() as work:
            await work.runs.add(run)
            await work.blobs.claim(blob)
            await work.files.add(file)
            await work.commit()
        return file

    async def delete_run(self, run_id: UUID) -> list[ObjectKey]:
        """Gives the keys of the objects that nothing refers to any more."""
        async with self.open() as work:
            digests = {*await work.blobs.digests_of_run(run_id), *await work.artifacts.digests_of_run(run_id)}
            await work.runs.delete(run_id)
            released = [await work.blobs.release(digest) for digest in sorted(digests, key=str)]
            await work.commit()
        return [key for key in released if key is not None]

    async def add(self, *jobs: Job) -> None:
        async with self.open() as work:
            for job in jobs:
                await work.jobs.add(job)
            await work.commit()

    async def added(self, **fields: Unpack[JobFields]) -> Job:
        """A job on a run of its own."""
        job = a_job(await self.run(), **fields)
        await self.add(job)
        return job

    async def update(self, job: Job) -> None:
        async with self.open() as work:
            await work.jobs.update(job)
            await work.commit()

    async def job(self, job_id: UUID) -> Job:
        async with self.open(write=False) as work:
            return await work.jobs.get(job_id)

    async def ids(self, where: JobFilter | None = None, *, order: SortOrder = SortOrder.ASC) -> Sequence[UUID]:
        async with self.open(write=False) as work:
            found = await work.jobs.list(where or JobFilter(), order=order, after=None, limit=1000)
        return [job.id for job in found]

    async def claim(self, *, at: datetime = MORNING, kinds: Sequence[str] = (KIND,)) -> Job | None:
        """As a worker claims; the job as it was claimed."""
        async with self.open() as work:
            found = await work.jobs.find_claimable(at=at, kinds=kinds)
            if found is None:
                return None
            claimed = found.claimed(a_lease(until=at + timedelta(minutes=1)), at=at)
            await work.jobs.update(claimed)
            await work.commit()
        return claimed

    async def record(self, *events: NewEvent) -> None:
        async with self.open() as work:
            for event in events:
                work.events.record(event)
            await work.commit()

    async def events(self, *, after: int = 0, limit: int = 10_000) -> Sequence[Event]:
        async with self.open(write=False) as work:
            return await work.events.list(after=after, limit=limit)

    async def steps(self, *steps: Step) -> None:
        async with self.open() as work:
            for step in steps:
                await work.steps.add(step)
            await work.commit()

    async def members(self, *members: Member) -> None:
        async with self.open() as work:
            await work.members.add(members)
            await work.commit()

    async def publish(self, catalogue: Catalogue) -> None:
        async with self.open() as work:
            await work.members.publish(catalogue)
            await work.commit()

    async def paths(
        self, run_id: UUID, *, prefix: str = "", after: tuple[str, UUID] | None = None, limit: int = 100_000
    ) -> list[str]:
        async with self.open(write=False) as work:
            return [member.path for member in await work.members.list(run_id, prefix=prefix, after=after, limit=limit)]
