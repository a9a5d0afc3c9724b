"""What a step works with, on the ports."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress

from forebay.application.cancellation import to_the_end
from forebay.application.ports.blobs import BlobStore
from forebay.application.ports.clock import Clock
from forebay.application.ports.ids import IdGenerator
from forebay.application.ports.processing import ProcessingUnitOfWork, ProcessingUnitOfWorkFactory
from forebay.application.processing.checked_source import CheckedSource
from forebay.application.processing.holding import Hold
from forebay.application.processing.processor import NewArtifact, StepContext
from forebay.domain.errors import InternalStateError, UnavailableError
from forebay.domain.intake.blob import ObjectKey, Sha256
from forebay.domain.intake.file import StoredFile
from forebay.domain.intake.run import IngestionRun
from forebay.domain.processing.event import EventCode, NewEvent
from forebay.domain.processing.job import Job
from forebay.domain.processing.step import Step

_PROGRESS_SECONDS = 1.0


class WorkingContext:
    """One attempt at one step."""

    def __init__(
        self,
        *,
        hold: Hold,
        run: IngestionRun | None,
        step: Step,
        files: Sequence[StoredFile],
        unit_of_work: ProcessingUnitOfWorkFactory,
        blobs: BlobStore,
        clock: Clock,
        ids: IdGenerator,
    ) -> None:
        self._hold = hold
        self._run = run
        self._step = step
        self._files = files
        self._unit_of_work = unit_of_work
        self._blobs = blobs
        self._clock = clock
        self._ids = ids
        self._loop = asyncio.get_running_loop()
        self._told = self._loop.time()

    @property
    def job(self) -> Job:
        return self._hold.job

    @property
    def run(self) -> IngestionRun:
        if self._run is None:
            raise InternalStateError(f"job {self.job.id} ({self.job.kind}) is about {self.job.about} and has no run")
        return self._run

    @property
    def step(self) -> Step:
        return self._step

    @property
    def files(self) -> Sequence[StoredFile]:
        return self._files

    @asynccontextmanager
    async def source(self, file: StoredFile) -> AsyncIterator[CheckedSource]:
        async with self.reading() as work:
            blob = await work.blobs.get(file.sha256)
        async with CheckedSource(file, blob.object_key, self._blobs).opened() as source:
            yield source

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[ProcessingUnitOfWork]:
        async with self._hold.writing() as (work, _):
            yield work

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[ProcessingUnitOfWork]:
        async with self._unit_of_work(write=False) as work:
            yield work

    async def store(self, *, kind: str, name: str, media_type: str, content: AsyncIterator[bytes]) -> NewArtifact:
        owner, place = (self._run.owner, self._run.id) if self._run is not None else (None, self.job.id)
        key = ObjectKey.build(owner=owner, run_id=place, name=self._ids.random_id(), extension="")
        digest, size = hashlib.sha256(), 0
        writer = await self._blobs.create(key)
        try:
            async for chunk in content:
                digest.update(chunk)
                size += len(chunk)
                await writer.write(chunk)
            await writer.commit()
        except BaseException:
            await to_the_end(writer.abort())
            raise
        sha256 = Sha256(digest.hexdigest())
        return NewArtifact(kind=kind, name=name, media_type=media_type, key=key, size_bytes=size, sha256=sha256)

    async def progress(self, message: str, payload: Mapping[str, object]) -> None:
        await asyncio.sleep(0)
        if self._loop.time() - self._told < _PROGRESS_SECONDS:
            return
        self._told = self._loop.time()
        event = NewEvent(
            run_id=self.job.run_id,
            job_id=self.job.id,
            step_id=self.step.id,
            at=self._clock.now(),
            code=EventCode.STEP_PROGRESS,
            message=message,
            payload={**payload, "step": self.step.name},
        )
        with suppress(UnavailableError):  # not worth giving the step up
            async with self.writing() as work:
                work.events.record(event)


def _fits(context: WorkingContext) -> StepContext:
    return context
