"""All of intake on the in-memory adapters, with a clock and faults to set, and one question: is it tidy?"""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import ParamSpec, TypeVar
from uuid import UUID

from forebay.adapters.memory.blobs import MemoryBlobStore
from forebay.adapters.memory.queue import MemoryQueue
from forebay.adapters.memory.unit_of_work import MemoryDatabase, MemoryUnitOfWorkFactory
from forebay.adapters.system.ids import SystemIds
from forebay.adapters.system.no_tracer import NoTracer
from forebay.application.intake.block_pool import Block, BlockPool
from forebay.application.intake.browse_members import BrowseMembers
from forebay.application.intake.create_ingestion_run import CreateIngestionRun
from forebay.application.intake.delete_run import DeleteRun
from forebay.application.intake.fail_ingestion_run import FailIngestionRun
from forebay.application.intake.get_run import GetRun
from forebay.application.intake.limits import UploadLimits
from forebay.application.intake.list_files import ListFiles
from forebay.application.intake.list_runs import ListRuns
from forebay.application.intake.read_file import ReadFile
from forebay.application.intake.receive_upload import ReceiveUpload, ReceiveUploadCommand, UploadReceipt
from forebay.application.intake.record_upload import RecordUpload
from forebay.application.intake.replace_damaged import ReplaceDamaged
from forebay.application.intake.replay_upload import ReplayUpload
from forebay.application.intake.store_blob import StoreBlob
from forebay.application.intake.sweep import Sweep, SweepCommand
from forebay.application.intake.touch_run import TouchRun
from forebay.application.ports.archives import ArchiveLimits
from forebay.application.ports.sources import UploadSource
from forebay.application.processing.automatic_jobs import AutomaticJobs
from forebay.application.processing.policy import ProcessingPolicy
from forebay.application.processing.processor import Processor, Processors
from forebay.domain.intake.blob import ObjectKey
from forebay.domain.intake.file import StoredFile
from forebay.domain.intake.member import Catalogue, Member, MemberEntry
from forebay.domain.intake.run import IngestionRun, RunStatus, RunType
from forebay.domain.processing.job import JobStatus
from forebay.testing.job_examples import run_of
from tests.unit.intake.archives import ScriptedArchives, as_member
from tests.unit.intake.faults import Faults, FaultyStore, FaultyUnitsOfWork
from tests.unit.intake.sources import KIB

P = ParamSpec("P")
T = TypeVar("T")


EVERYTHING = Processor(kind="everything", run_types=frozenset(RunType), steps=())


class InlineExecutor(Executor):
    """Runs each call at once: the same order of events every time."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001  # an executor hands on whatever the call raises
            future.set_exception(error)
        return future


class SetClock:
    """A clock that moves when it is told to, and a microsecond each time it is read."""

    def __init__(self) -> None:
        self._now = datetime.now(UTC)

    def now(self) -> datetime:
        self._now += timedelta(microseconds=1)
        return self._now

    def advance(self, by: timedelta) -> None:
        self._now += by


class CountedPool(BlockPool):
    """Knows which blocks are out."""

    def __init__(self, *, large_limit: int = 2) -> None:
        super().__init__(large_bytes=256 * KIB, large_limit=large_limit, small_bytes=64 * KIB, keep=2)
        self.out: list[Block] = []
        self.most_bytes = 0

    def take(self, *, rate: float) -> Block:
        block = super().take(rate=rate)
        assert block not in self.out, "a block was lent twice"
        self.out.append(block)
        self.most_bytes = max(self.most_bytes, sum(len(lent.view) for lent in self.out))
        return block

    def give_back(self, block: Block) -> None:
        self.out.remove(block)
        super().give_back(block)


@dataclass(slots=True, kw_only=True)
class Rig:
    """Everything between an upload source and the adapters."""

    max_bytes: int = 64 * 1024 * KIB
    heartbeat: timedelta = timedelta(hours=1)
    hashing: Executor = field(default_factory=InlineExecutor)
    faults: Faults = field(default_factory=Faults)
    clock: SetClock = field(default_factory=SetClock)
    database: MemoryDatabase = field(default_factory=MemoryDatabase)
    memory: MemoryBlobStore = field(default_factory=MemoryBlobStore)
    blocks: CountedPool = field(default_factory=CountedPool)
    told: list[UUID] = field(default_factory=list)
    ids: SystemIds = field(default_factory=SystemIds)
    queue: MemoryQueue = field(default_factory=MemoryQueue)
    archives: ScriptedArchives = field(default_factory=ScriptedArchives)
    processors: Processors = field(default_factory=lambda: Processors((EVERYTHING,)))

    @property
    def limits(self) -> UploadLimits:
        return UploadLimits(max_bytes=self.max_bytes, heartbeat=self.heartbeat)

    @property
    def store(self) -> FaultyStore:
        return FaultyStore(self.memory, self.faults)

    @property
    def units(self) -> FaultyUnitsOfWork:
        return FaultyUnitsOfWork(MemoryUnitOfWorkFactory(self.database), self.faults)

    @property
    def store_blob(self) -> StoreBlob:
        return StoreBlob(blobs=self.store, blocks=self.blocks, hashing=self.hashing, limits=self.limits)

    @property
    def fail_run(self) -> FailIngestionRun:
        return FailIngestionRun(unit_of_work=self.units, clock=self.clock)

    @property
    def create_run(self) -> CreateIngestionRun:
        return CreateIngestionRun(unit_of_work=self.units, clock=self.clock)

    @property
    def automatic_jobs(self) -> AutomaticJobs:
        return AutomaticJobs(
            processors=self.processors,
            policy=ProcessingPolicy(max_attempts=3),
            queue=self.queue,
            tracer=NoTracer(),
            ids=self.ids,
        )

    @property
    def receive_upload(self) -> ReceiveUpload:
        return ReceiveUpload(
            create_run=self.create_run,
            store_blob=self.store_blob,
            record=RecordUpload(
                unit_of_work=self.units,
                blobs=self.store,
                replace_damaged=ReplaceDamaged(
                    unit_of_work=MemoryUnitOfWorkFactory(self.database), blobs=self.store, clock=self.clock
                ),
                jobs=self.automatic_jobs,
                ids=self.ids,
                clock=self.clock,
            ),
            fail_run=self.fail_run,
            replay=ReplayUpload(unit_of_work=self.units),
            touch_run=TouchRun(unit_of_work=self.units, clock=self.clock, limits=self.limits),
            ids=self.ids,
            limits=self.limits,
        )

    @property
    def sweep(self) -> Sweep:
        return Sweep(
            unit_of_work=self.units,
            blobs=self.store,
            incomplete=self.store,
            fail_run=self.fail_run,
            clock=self.clock,
        )

    @property
    def delete_run(self) -> DeleteRun:
        return DeleteRun(unit_of_work=self.units, blobs=self.store, clock=self.clock)

    @property
    def get_run(self) -> GetRun:
        return GetRun(unit_of_work=self.units)

    @property
    def list_runs(self) -> ListRuns:
        return ListRuns(unit_of_work=self.units)

    @property
    def list_files(self) -> ListFiles:
        return ListFiles(unit_of_work=self.units)

    @property
    def read_file(self) -> ReadFile:
        return ReadFile(
            unit_of_work=self.units, blobs=self.store, archives=self.archives, archive_limits=ArchiveLimits()
        )

    @property
    def browse_members(self) -> BrowseMembers:
        return BrowseMembers(unit_of_work=self.units)

    async def upload(self, source: UploadSource, *, key: str | None = None) -> UploadReceipt:
        command = ReceiveUploadCommand(source=source, idempotency_key=key, on_run=self.told.append)
        return await self.receive_upload(command)

    async def catalogue(self, file: StoredFile, entries: Sequence[MemberEntry]) -> list[Member]:
        """What a job found in an upload, shown from now on; in the order of the archive."""
        catalogue_id = self.ids.new_id()
        members = [as_member(found, file, catalogue_id, self.ids.new_id()) for found in entries]
        async with self.units() as work:
            await work.members.add(members)
            await work.members.publish(
                Catalogue(
                    id=catalogue_id,
                    run_id=file.run_id,
                    job_id=None,
                    member_count=len(members),
                    unpacked_bytes=sum(member.size_bytes for member in members),
                    created_at=self.clock.now(),
                )
            )
            await work.commit()
        return members

    @property
    def runs(self) -> Sequence[IngestionRun]:
        return tuple(self.database.state.runs.values())

    @property
    def only_run(self) -> IngestionRun:
        (run,) = self.runs
        return run

    async def objects(self) -> set[ObjectKey]:
        return {info.key async for info in self.memory.list_objects()}

    async def content(self, key: ObjectKey) -> bytes:
        async with self.memory.open(key) as chunks:
            return b"".join([chunk async for chunk in chunks])

    async def swept(self) -> None:
        """Everything so far is older than any grace, and a sweep runs."""
        self.clock.advance(timedelta(days=1))
        await self.sweep(SweepCommand(grace=timedelta(hours=1)))

    async def assert_true(self) -> None:
        """What the database says holds: its blobs exist with their digests, stored runs have their files and a job."""
        state = self.database.state
        for blob in state.blobs.values():
            data = await self.content(blob.object_key)
            assert hashlib.sha256(data).hexdigest() == blob.sha256.hex
            assert len(data) == blob.size_bytes
        assert {file.sha256 for file in state.files.values()} == set(state.blobs)
        with_files = {file.run_id for file in state.files.values()}
        assert with_files == {run.id for run in self.runs if run.status is RunStatus.STORED}
        jobs = state.jobs.values()
        assert sorted(run_of(job) for job in jobs if job.status is JobStatus.QUEUED) == sorted(with_files)
        assert [event.position for event in state.events] == sorted({event.position for event in state.events})

    async def assert_tidy(self) -> None:
        """Nothing is under way, and nothing is left but what the database knows."""
        await self.assert_true()
        state = self.database.state
        assert await self.objects() == {blob.object_key for blob in state.blobs.values()}
        assert [item async for item in self.memory.list_incomplete()] == []
        assert [run for run in self.runs if run.status is RunStatus.PENDING] == []
        assert self.blocks.out == []
        assert asyncio.all_tasks() == {asyncio.current_task()}
