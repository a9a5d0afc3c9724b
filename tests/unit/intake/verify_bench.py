"""A store to spoil behind everybody's back, and a verification that sleeps no longer than a test."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from forebay.adapters.memory.blobs import MemoryBlobStore
from forebay.adapters.memory.unit_of_work import MemoryUnitOfWorkFactory
from forebay.application.intake.delete_run import DeleteRun
from forebay.application.intake.verify_blobs import VerifyBlobs, VerifyCommand
from forebay.application.intake.verify_report import DamagedBlob, VerifyReport
from forebay.application.ports.sources import UploadDetails
from forebay.domain.errors import StorageUnavailableError
from forebay.domain.intake.blob import Blob, ObjectKey, Sha256
from forebay.domain.intake.file import StoredFile
from forebay.domain.intake.run import RunType
from tests.unit.intake.rig import Rig
from tests.unit.intake.sources import ScriptedSource, archive

DAY = timedelta(days=1)
Action = Callable[[], Awaitable[None]]


class Store(MemoryBlobStore):
    """One whose reads can be made to fail, each so often. `before_read` happens before any read, once."""

    def __init__(self) -> None:
        super().__init__()
        self.failures: dict[ObjectKey, int] = {}
        self.is_down = False
        self.reads = 0
        self.open_at_once = 0
        self.most_at_once = 0

    @asynccontextmanager
    async def open(
        self, key: ObjectKey, *, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        self.reads += 1
        await asyncio.sleep(0)
        if self.is_down or self.failures.get(key, 0) > 0:
            self.failures[key] = self.failures.get(key, 0) - 1
            raise StorageUnavailableError("the disk says input/output error")
        async with super().open(key, start=start, stop=stop) as chunks:
            self.open_at_once += 1
            self.most_at_once = max(self.most_at_once, self.open_at_once)
            try:
                yield chunks
            finally:
                self.open_at_once -= 1

    async def replace(self, key: ObjectKey, data: bytes) -> None:
        """Behind everybody's back."""
        await self.delete(key)
        await self.put(key, data)


@dataclass(slots=True)
class Bench:
    """Uploads, a store to spoil, and a verification that sleeps no longer than a test."""

    rig: Rig
    store: Store
    pauses: list[float] = field(default_factory=list)
    in_pause: list[Action] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def units(self) -> MemoryUnitOfWorkFactory:
        return MemoryUnitOfWorkFactory(self.rig.database)

    async def upload(self, seed: int, *, size: int = 1000, label: str | None = None) -> StoredFile:
        details = UploadDetails(type=RunType.ARCHIVE, label=label, owner="ops" if label else None)
        receipt = await self.rig.upload(ScriptedSource(archive(size, seed), details=details))
        return receipt.stored.files[0]

    async def uploads(self, count: int) -> list[Blob]:
        """Each a day younger than the one before, and all older than today."""
        blobs = []
        for seed in range(count):
            blobs.append(self.blob(await self.upload(seed)))
            self.rig.clock.advance(DAY)
        return blobs

    def blob(self, file: StoredFile) -> Blob:
        return self.rig.database.state.blobs[file.sha256]

    def blobs(self) -> dict[Sha256, Blob]:
        return dict(self.rig.database.state.blobs)

    def verified(self) -> set[Sha256]:
        return {blob.sha256 for blob in self.blobs().values() if blob.verified_at is not None}

    async def flip_a_bit(self, blob: Blob, *, at: int = 500) -> bytes:
        data = bytearray(await self.rig.content(blob.object_key))
        data[at] ^= 1
        await self.store.replace(blob.object_key, bytes(data))
        return bytes(data)

    async def delete_run(self, blob: Blob) -> None:
        delete = DeleteRun(unit_of_work=self.units, blobs=self.store, clock=self.rig.clock)
        await delete(blob.object_key.run_id)

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.seconds += seconds
        await asyncio.sleep(0)
        for action in self.in_pause:
            await action()
        self.in_pause.clear()

    async def verify(
        self, command: VerifyCommand | None = None, *, into: list[DamagedBlob] | None = None
    ) -> tuple[VerifyReport, list[DamagedBlob]]:
        found: list[DamagedBlob] = [] if into is None else into
        given = command or VerifyCommand()
        use_case = VerifyBlobs(
            unit_of_work=self.units,
            blobs=self.store,
            hashing=self.rig.hashing,
            clock=self.rig.clock,
            sleep=self.sleep,
            seconds=lambda: self.seconds,
        )
        report = await use_case(
            VerifyCommand(
                sample=given.sample,
                older_than=given.older_than,
                max_bytes_per_second=given.max_bytes_per_second,
                on_progress=given.on_progress,
                on_damage=found.append,
            )
        )
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return report, found
