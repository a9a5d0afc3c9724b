"""Judging a blob: nothing is called damaged that was not looked at again, with its row."""

import asyncio
from dataclasses import dataclass
from enum import StrEnum

from forebay.application.intake.verify_reading import BlobReader, Look, Sleep
from forebay.application.ports.fixity import DueBlobs, FixityUnitOfWorkFactory
from forebay.domain.errors import StorageUnavailableError
from forebay.domain.intake.blob import Blob
from forebay.domain.intake.errors import BlobNotFoundError
from forebay.domain.intake.fixity import DamageKind

_PAUSES = (1.0, 2.0, 4.0)  # seconds before each further look
_READS = 4  # at a time
_WITNESSES = 10  # other blobs that are asked for when one cannot be read


class Outcome(StrEnum):
    """Recovered: sound, but not at first sight. Gone: its row went, or points elsewhere since."""

    SOUND = "sound"
    RECOVERED = "recovered"
    GONE = "gone"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of a blob, and the last look at it."""

    outcome: Outcome
    look: Look

    @property
    def is_sound(self) -> bool:
        return self.outcome in {Outcome.SOUND, Outcome.RECOVERED}


class BlobJudge:
    """Damaged is what was missing or had other bytes twice in a row, or was bad at every one of five looks.

    Its row must still be there afterwards. A store that answers for no blob, or holds nothing at all, is no damage
    but StorageUnavailableError.
    """

    def __init__(
        self, *, unit_of_work: FixityUnitOfWorkFactory, reader: BlobReader, due: DueBlobs, sleep: Sleep
    ) -> None:
        self._unit_of_work = unit_of_work
        self._reader = reader
        self._due = due
        self._sleep = sleep
        self._turns = asyncio.Semaphore(_READS)
        self._sound: Blob | None = None  # the last one
        self._has_objects = False

    async def judge(self, blob: Blob) -> Verdict:
        """Safe for any number at the same time, of which few read."""
        async with self._turns:
            return await self._judge(blob)

    async def _judge(self, blob: Blob) -> Verdict:
        look = await self._reader.look(blob)
        if look.problem is None:
            return self._is_sound(look, Outcome.SOUND)
        for pause in _PAUSES:
            await self._pause(look, pause)
            row = await self._row(blob)
            if row is None:
                return Verdict(outcome=Outcome.GONE, look=look)
            before, look = look, await self._reader.look(row)
            is_same = look.blob.object_key == before.blob.object_key
            if look.problem is None:
                return self._is_sound(look, Outcome.RECOVERED if is_same else Outcome.SOUND)
            if is_same and look.problem is before.problem and look.problem is not DamageKind.UNREADABLE:
                break
        else:
            look = await self._last_look(look)
            if look.problem is None:
                return self._is_sound(look, Outcome.RECOVERED)
        # Rows go before their objects. One that is still there after the look had its object all the time.
        row = await self._row(blob)
        if row is None or row.object_key != look.blob.object_key:
            return Verdict(outcome=Outcome.GONE, look=look)
        if look.problem is DamageKind.MISSING:
            await self._check_that_there_is_something()
        return Verdict(outcome=Outcome.DAMAGED, look=look)

    async def _pause(self, look: Look, seconds: float) -> None:
        """Others read meanwhile, or the loss of many would take for ever; but not when the store may be down."""
        if look.problem is DamageKind.UNREADABLE:
            await self._sleep(seconds)
            return
        self._turns.release()
        try:
            await self._sleep(seconds)
        finally:
            await self._turns.acquire()

    def _is_sound(self, look: Look, outcome: Outcome) -> Verdict:
        self._sound = look.blob
        self._has_objects = True
        return Verdict(outcome=outcome, look=look)

    async def _row(self, blob: Blob) -> Blob | None:
        """As it is now; None when it was released."""
        async with self._unit_of_work(write=False) as work:
            try:
                return await work.blobs.get(blob.sha256)
            except BlobNotFoundError:
                return None

    async def _last_look(self, look: Look) -> Look:
        """Once the store has answered for another blob. Its error when it answers for none."""
        if look.error is not None and not await self._store_answers(look.blob):
            raise look.error
        return await self._reader.look(look.blob)

    async def _store_answers(self, blob: Blob) -> bool:
        others = await self._others(blob)
        if self._sound is not None:
            others.append(self._sound)
        if not others:
            return await self._reader.answers_about(blob)
        return any(await asyncio.gather(*map(self._reader.answers, others)))

    async def _others(self, blob: Blob) -> list[Blob]:
        async with self._unit_of_work(write=False) as work:
            found = await work.fixity.list_due(self._due, after=None, limit=_WITNESSES + 1)
        return [other for other in found if other.sha256 != blob.sha256][:_WITNESSES]

    async def _check_that_there_is_something(self) -> None:
        """A wrong address, or a disk that is not mounted, looks like the loss of everything."""
        if self._has_objects:
            return
        if await self._reader.holds_nothing():
            raise StorageUnavailableError(
                f"the blob store is empty, but the database knows {self._due.count} blobs that should be there; check"
                " that FOREBAY_BLOB_URL is right and that its disk is mounted"
            )
        self._has_objects = True
