"""CopyBlobs: every blob of a Forebay goes into another store, under the same key, and is hashed on the way."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import NamedTuple

from forebay.application.cancellation import to_the_end, until_done
from forebay.application.ports.blobs import BlobStore
from forebay.application.ports.copying import SourceRecords
from forebay.application.system.copy_report import BlobFault, CopiedBlobs, CopyCommand, CopyFinding, CopyStage
from forebay.domain.errors import UnavailableError
from forebay.domain.intake.blob import Blob, ObjectKey
from forebay.domain.intake.errors import BlobNotFoundError
from forebay.domain.system.copy_errors import CopyTargetNotEmptyError

_AT_A_TIME = 8
_SMALL = 64 * 1024  # so small an object is put in one go, and a store may group several
_SEVERAL = 500  # keys in one question
_ENOUGH = 5  # so many unreadable ones in a row, and the store is asked whether it answers at all


class CopyBlobs:
    """An object appears in the target only when size and digest are those of its row; what is there is skipped.

    So it may be stopped and begun again at any time. A blob that the source has lost is a fault, and the others go on.
    """

    def __init__(self, *, source: BlobStore, target: BlobStore) -> None:
        self._source = source
        self._target = target

    async def check(self, records: SourceRecords) -> bool:
        """Whether the target is empty.

        CopyTargetNotEmptyError when it holds nothing but what the source does not know: it belongs to another Forebay,
        and the sweeps of the two would delete each other's objects.
        """
        strange = 0
        batch: list[ObjectKey] = []
        async with aclosing(_keys(self._target)) as keys:
            async for key in keys:
                batch.append(key)
                if len(batch) == _SEVERAL:
                    if await records.known(batch):
                        return False
                    strange += len(batch)
                    batch = []
        if batch and await records.known(batch):
            return False
        strange += len(batch)
        if strange:
            raise CopyTargetNotEmptyError(
                f"the target store holds {strange} objects, and none of them belongs to the source; expected an empty "
                "store, or one that holds a copy of this source"
            )
        return True

    async def __call__(
        self, records: SourceRecords, command: CopyCommand, report: CopiedBlobs, *, is_new: bool
    ) -> None:
        """`is_new`: the target is empty, so nothing need be looked up there. `report` is filled on the way."""
        total = (await records.blob_totals()).size_bytes
        async with aclosing(_blobs(records)) as blobs:
            turn = _Turn(blobs=blobs, command=command, report=report, is_new=is_new, total=total)
            turn.show()
            tasks = [asyncio.create_task(self._work(turn)) for _ in range(_AT_A_TIME)]
            try:
                await asyncio.gather(*tasks)
            except BaseException:
                for task in tasks:
                    task.cancel()
                await until_done(asyncio.gather(*tasks, return_exceptions=True))
                raise

    async def _work(self, turn: "_Turn") -> None:
        while (blob := await turn.next()) is not None:
            there = _There.NOTHING if turn.is_new else await self._there(blob, check=turn.command.check)
            if there is _There.RIGHT:
                turn.present(blob)
                continue
            replace = there is _There.WRONG
            fault = await self._copy(blob, turn, replace=replace)
            if fault is not None:  # what shook once is no fault
                fault = await self._copy(blob, turn, replace=replace)
            if fault is None:
                turn.copied(blob)
                continue
            if fault.cause is not None and turn.is_too_often() and not await self._answers(turn.sound):
                raise fault.cause
            turn.failed(blob, fault)

    async def _there(self, blob: Blob, *, check: bool) -> "_There":
        try:
            found = await self._target.stat(blob.object_key)
        except BlobNotFoundError:
            return _There.NOTHING
        is_right = found.size_bytes == blob.size_bytes and (not check or await self._is_intact(blob))
        return _There.RIGHT if is_right else _There.WRONG

    async def _answers(self, blob: Blob | None) -> bool:
        """Whether the source gives anything at all: in a second copy, few are left to read but those it cannot give."""
        if blob is None:
            return False
        try:
            async with self._source.open(blob.object_key, stop=1) as chunks:
                async for _ in chunks:
                    pass
        except BlobNotFoundError:
            return True
        except UnavailableError:
            return False
        return True

    async def _is_intact(self, blob: Blob) -> bool:
        digest = hashlib.sha256()
        async with self._target.open(blob.object_key) as chunks:
            async for chunk in chunks:
                await asyncio.to_thread(digest.update, chunk)
        return digest.hexdigest() == blob.sha256.hex

    async def _copy(self, blob: Blob, turn: "_Turn", *, replace: bool) -> "_Fault | None":
        """`replace`: what the target has is wrong. It goes when there is something better, and not before."""
        try:
            async with aclosing(_read(self._source, blob.object_key)) as chunks:
                if blob.size_bytes <= _SMALL:
                    await self._put(blob, chunks, replace=replace)
                else:
                    await self._stream(blob, chunks, turn, replace=replace)
        except BlobNotFoundError:
            return _Fault(BlobFault.MISSING, "the source store holds no object with its key")
        except _DamagedError as error:
            return _Fault(BlobFault.DAMAGED, str(error))
        except _UnreadableError as error:
            return _Fault(BlobFault.UNREADABLE, error.cause.message, error.cause)
        return None

    async def _put(self, blob: Blob, chunks: AsyncGenerator[bytes], *, replace: bool) -> None:
        data = bytearray()
        async for chunk in chunks:
            data += chunk
            if len(data) > blob.size_bytes:
                break
        _compare(blob, hashlib.sha256(data).hexdigest(), len(data))
        if replace:
            await self._target.delete(blob.object_key)
        await to_the_end(self._target.put(blob.object_key, data))

    async def _stream(self, blob: Blob, chunks: AsyncGenerator[bytes], turn: "_Turn", *, replace: bool) -> None:
        digest, size, shown = hashlib.sha256(), 0, 0
        writer = await self._target.create(blob.object_key, size_hint=blob.size_bytes)
        try:
            async for chunk in chunks:
                size += len(chunk)
                if size > blob.size_bytes:
                    break
                await asyncio.gather(asyncio.to_thread(digest.update, chunk), writer.write(chunk))
                shown += len(chunk)
                turn.show(moving=len(chunk))
            _compare(blob, digest.hexdigest(), size)
            if replace:
                await self._target.delete(blob.object_key)
            await to_the_end(writer.commit())
        finally:
            turn.moving -= shown
            await to_the_end(writer.abort())


@dataclass(slots=True, kw_only=True)
class _Turn:
    """What the tasks of one copy have in common. They take blobs from it one at a time."""

    blobs: AsyncGenerator[Blob]
    command: CopyCommand
    report: CopiedBlobs
    is_new: bool
    total: int
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    in_a_row: int = 0
    sound: Blob | None = None  # the last one that the target has
    moving: int = 0  # bytes of blobs on their way

    async def next(self) -> Blob | None:
        async with self.lock:
            return await anext(self.blobs, None)

    def show(self, *, moving: int = 0) -> None:
        self.moving += moving
        self.command.tell(CopyStage.BLOBS, self.report.bytes_seen + self.moving, self.total)

    def present(self, blob: Blob) -> None:
        self.sound = blob
        self.report.present += 1
        self.report.present_bytes += blob.size_bytes
        self.show()

    def copied(self, blob: Blob) -> None:
        self.in_a_row = 0
        self.sound = blob
        self.report.copied += 1
        self.report.copied_bytes += blob.size_bytes
        self.show()

    def is_too_often(self) -> bool:
        """To be asked of each that could not be read. True again only after as many more."""
        self.in_a_row = (self.in_a_row + 1) % _ENOUGH
        return self.in_a_row == 0

    def failed(self, blob: Blob, fault: "_Fault") -> None:
        self.report.faults.append(
            CopyFinding(sha256=blob.sha256, key=blob.object_key, fault=fault.kind, reason=fault.reason)
        )


class _There(Enum):
    """What the target has under a blob's key."""

    NOTHING = auto()
    RIGHT = auto()
    WRONG = auto()


class _Fault(NamedTuple):
    """`cause`: what the store said when it did not give the bytes."""

    kind: BlobFault
    reason: str
    cause: UnavailableError | None = None


class _DamagedError(Exception):
    """The bytes are not those of the row."""


class _UnreadableError(Exception):
    """The source does not give the bytes."""

    def __init__(self, cause: UnavailableError) -> None:
        super().__init__(cause.message)
        self.cause = cause


def _compare(blob: Blob, digest: str, size: int) -> None:
    if size > blob.size_bytes:
        raise _DamagedError(f"expected {blob.size_bytes} bytes, found more")
    if size < blob.size_bytes:
        raise _DamagedError(f"expected {blob.size_bytes} bytes, found {size}")
    if digest != blob.sha256.hex:
        raise _DamagedError(f"its bytes have the SHA-256 {digest}")


async def _read(store: BlobStore, key: ObjectKey) -> AsyncGenerator[bytes]:
    try:
        async with store.open(key) as chunks:
            async for chunk in chunks:
                yield chunk
    except UnavailableError as error:
        raise _UnreadableError(error) from error


async def _blobs(records: SourceRecords) -> AsyncGenerator[Blob]:
    async for batch in records.blobs():
        for blob in batch:
            yield blob


async def _keys(store: BlobStore) -> AsyncGenerator[ObjectKey]:
    async for info in store.list_objects():
        yield info.key
