"""All of processing on the in-memory adapters, for any number of workers, each with its own way to the ports."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from forebay.adapters.memory.blobs import MemoryBlobStore
from forebay.adapters.memory.database import MemoryDatabase
from forebay.adapters.memory.queue import MemoryQueue
from forebay.adapters.memory.unit_of_work import MemoryUnitOfWorkFactory
from forebay.adapters.system.ids import SystemIds
from forebay.adapters.system.no_tracer import NoTracer
from forebay.application.intake.delete_run import DeleteRun
from forebay.application.intake.fail_ingestion_run import FailIngestionRun
from forebay.application.intake.pump import ReceivedBytes
from forebay.application.intake.record_upload import RecordUpload, RecordUploadCommand
from forebay.application.intake.replace_damaged import ReplaceDamaged
from forebay.application.intake.sweep import Sweep, SweepCommand
from forebay.application.ports.blobs import BlobStore
from forebay.application.ports.processing import ProcessingUnitOfWorkFactory
from forebay.application.ports.queue import JobQueue
from forebay.application.ports.signals import ChangeSignals
from forebay.application.ports.sources import UploadDetails
from forebay.application.ports.tracing import WorkTracer
from forebay.application.processing.automatic_jobs import AutomaticJobs
from forebay.application.processing.change_job import CancelJob, RetryJob
from forebay.application.processing.claim_job import ClaimJob
from forebay.application.processing.endings import JobEndings
from forebay.application.processing.follow_events import EventsQuery, FollowEvents
from forebay.application.processing.holding import LeaseKeeper
from forebay.application.processing.policy import ProcessingPolicy
from forebay.application.processing.processor import Processor, Processors
from forebay.application.processing.start_job import StartJob, StartJobCommand
from forebay.application.processing.steps import JobSteps
from forebay.application.processing.work_on_job import WorkOnJob
from forebay.application.processing.worker import Worker
from forebay.domain.intake.blob import ObjectKey, Sha256
from forebay.domain.intake.run import IngestionRun, RunType
from forebay.domain.processing.event import Event
from forebay.domain.processing.job import Job, JobStatus
from forebay.domain.processing.step import Step
from tests.unit.processing.points import PointedDatabase, PointedQueue, PointedSignals, PointedStore, Points
from tests.unit.processing.virtual_time import LoopClock
from tests.unit.processing.watcher import Watcher

LEASE = timedelta(seconds=60)
DATA = b"\x1f\x8b what was sent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One process that works on jobs."""

    claim: ClaimJob
    work_on: WorkOnJob
    worker: Worker


@dataclass(slots=True, kw_only=True)
class Rig:
    """One database, one store, one queue."""

    processors: Processors
    policy: ProcessingPolicy = field(default_factory=lambda: ProcessingPolicy(lease=LEASE))
    database: MemoryDatabase = field(default_factory=MemoryDatabase)
    store: MemoryBlobStore = field(default_factory=MemoryBlobStore)
    queue: MemoryQueue = field(default_factory=MemoryQueue)
    watcher: Watcher = field(default_factory=Watcher)
    tracer: WorkTracer = field(default_factory=NoTracer)
    clock: LoopClock = field(default_factory=LoopClock)
    ids: SystemIds = field(default_factory=SystemIds)

    @classmethod
    def of(cls, *processors: Processor, policy: ProcessingPolicy | None = None) -> "Rig":
        return cls(processors=Processors(processors), policy=policy or ProcessingPolicy(lease=LEASE))

    @property
    def units(self) -> MemoryUnitOfWorkFactory:
        return MemoryUnitOfWorkFactory(self.database)

    @property
    def endings(self) -> JobEndings:
        return JobEndings(processors=self.processors)

    def program(self, points: Points | None = None, *, processors: Processors | None = None) -> Program:
        """Another process on the same database; all its ports have the points."""
        units: ProcessingUnitOfWorkFactory = self.units
        blobs: BlobStore = self.store
        signals: ChangeSignals = self.database.signals
        queue: JobQueue = self.queue
        if points is not None:
            units, blobs = PointedDatabase(self.database, points), PointedStore(self.store, points)
            signals, queue = PointedSignals(self.database.signals, points), PointedQueue(self.queue, points)
        known = processors or self.processors
        endings = JobEndings(processors=known)
        claim = ClaimJob(
            unit_of_work=units,
            processors=known,
            endings=endings,
            policy=self.policy,
            observer=self.watcher,
            clock=self.clock,
            ids=self.ids,
        )
        work_on = WorkOnJob(
            keeper=LeaseKeeper(
                unit_of_work=units, signals=signals, policy=self.policy, observer=self.watcher, clock=self.clock
            ),
            steps=JobSteps(
                unit_of_work=units,
                processors=known,
                endings=endings,
                policy=self.policy,
                blobs=blobs,
                clock=self.clock,
                ids=self.ids,
            ),
            endings=endings,
            policy=self.policy,
            observer=self.watcher,
            tracer=self.tracer,
            queue=queue,
            clock=self.clock,
            chance=lambda: 0.5,
        )
        worker = Worker(
            claim=claim,
            work_on=work_on,
            processors=known,
            unit_of_work=units,
            signals=signals,
            observer=self.watcher,
            clock=self.clock,
        )
        return Program(claim=claim, work_on=work_on, worker=worker)

    @property
    def start_job(self) -> StartJob:
        return StartJob(
            unit_of_work=self.units,
            processors=self.processors,
            policy=self.policy,
            queue=self.queue,
            tracer=self.tracer,
            clock=self.clock,
            ids=self.ids,
        )

    @property
    def cancel_job(self) -> CancelJob:
        return CancelJob(unit_of_work=self.units, endings=self.endings, clock=self.clock)

    @property
    def retry_job(self) -> RetryJob:
        return RetryJob(unit_of_work=self.units, queue=self.queue, clock=self.clock)

    @property
    def delete_run(self) -> DeleteRun:
        return DeleteRun(unit_of_work=self.units, blobs=self.store, clock=self.clock)

    @property
    def follow(self) -> FollowEvents:
        return FollowEvents(unit_of_work=self.units, signals=self.database.signals)

    async def stored(self, *, data: bytes = DATA, run_type: RunType = RunType.ARCHIVE, documents: bool = False) -> UUID:
        """A run that was stored just now, and the job that it got."""
        run_id = self.ids.new_id()
        key = ObjectKey.build(owner=None, run_id=run_id, name=self.ids.random_id(), extension=".tgz")
        await self.store.put(key, data)
        jobs = AutomaticJobs(
            processors=self.processors, policy=self.policy, queue=self.queue, tracer=self.tracer, ids=self.ids
        )
        record = RecordUpload(
            unit_of_work=self.units,
            blobs=self.store,
            replace_damaged=ReplaceDamaged(unit_of_work=self.units, blobs=self.store, clock=self.clock),
            jobs=jobs,
            ids=self.ids,
            clock=self.clock,
        )
        await record(
            RecordUploadCommand(
                run_id=run_id,
                begun=False,
                details=UploadDetails(type=run_type, documents=documents),
                file_name="app.tgz",
                media_type="application/gzip",
                key=key,
                received=ReceivedBytes(size_bytes=len(data), sha256=Sha256(hashlib.sha256(data).hexdigest())),
            )
        )
        return run_id

    async def start_again(self, **options: Any) -> Job:
        """Another job for the only run; the options are those of the command."""
        return (await self.start_job(StartJobCommand(run_id=self.run.id, **options))).job

    async def worked_off(self, program: Program | None = None) -> str | None:
        """Claims the job due longest and works on it to its end: the outcome of the attempt, None without a job."""
        program = program or self.program()
        job = await program.claim(worker="worker")
        return await program.work_on(job, stopping=asyncio.Event()) if job is not None else None

    @asynccontextmanager
    async def working(self, program: Program | None = None, *, concurrency: int = 1) -> AsyncIterator[asyncio.Event]:
        """A worker is at work; it is stopped on leaving, or by the event."""
        stopping = asyncio.Event()
        worker = (program or self.program()).worker
        task = asyncio.create_task(
            worker(name="worker", concurrency=concurrency, stopping=stopping, grace_seconds=30.0)
        )
        try:
            yield stopping
        finally:
            stopping.set()
            await task

    async def followed(self, job_id: UUID) -> list[Event]:
        """All events of a job until it has ended."""
        events: list[Event] = []
        async with self.follow(EventsQuery(job_id=job_id)) as batches:
            async for batch in batches:
                events += batch
        return events

    async def swept(self) -> None:
        """A sweep for which everything that is left is old."""
        fail_run = FailIngestionRun(unit_of_work=self.units, clock=self.clock)
        sweep = Sweep(
            unit_of_work=self.units, blobs=self.store, incomplete=self.store, fail_run=fail_run, clock=_Later()
        )
        await sweep(SweepCommand(grace=timedelta(hours=1)))

    @property
    def run(self) -> IngestionRun:
        (run,) = self.database.state.runs.values()
        return run

    @property
    def jobs(self) -> Sequence[Job]:
        """Oldest first."""
        return sorted(self.database.state.jobs.values(), key=lambda job: (job.created_at, job.id))

    @property
    def job(self) -> Job:
        (job,) = self.jobs
        return job

    def steps(self, job: Job | None = None) -> Sequence[Step]:
        return self.database.state.steps_of((job or self.job).id)

    @property
    def events(self) -> Sequence[Event]:
        return tuple(self.database.state.events)

    def codes(self, job: Job | None = None) -> list[str]:
        """What happened to a job, or to all and everything."""
        return [event.code for event in self.events if job is None or event.job_id == job.id]

    async def objects(self) -> set[ObjectKey]:
        return {info.key async for info in self.store.list_objects()}

    async def assert_true(self) -> None:
        """What is recorded exists, byte for byte; nothing that is under way is forgotten."""
        state = self.database.state
        for blob in state.blobs.values():
            async with self.store.open(blob.object_key) as chunks:
                data = b"".join([chunk async for chunk in chunks])
            assert hashlib.sha256(data).hexdigest() == blob.sha256.hex
        used = {file.sha256 for file in state.files.values()} | {one.sha256 for one in state.artifacts.values()}
        used |= {one.text.sha256 for one in state.documents.values() if one.text is not None}
        used |= {one.sha256 for one in state.learned.values()}
        assert used == set(state.blobs)
        for job in state.jobs.values():
            assert not (job.status is JobStatus.QUEUED and job.cancel_requested), "it waits to be cancelled"

    async def assert_tidy(self) -> None:
        """And once a sweep has run, nothing else is there."""
        await self.assert_true()
        await self.swept()
        assert await self.objects() == {blob.object_key for blob in self.database.state.blobs.values()}
        assert [item async for item in self.store.list_incomplete()] == []
        assert not self.database.turn.locked()
        assert len(self.database.signals.listeners) == 0
        await self.assert_true()


class _Later(LoopClock):
    """The blob store in memory keeps the time of the machine."""

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(days=365)
