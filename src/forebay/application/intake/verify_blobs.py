"""VerifyBlobs: stored bytes are read again and compared with their digests."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from forebay.application.cancellation import to_the_end, until_done
from forebay.application.intake.verify_judging import BlobJudge, Outcome, Verdict
from forebay.application.intake.verify_marks import VerifiedMarks
from forebay.application.intake.verify_reading import BlobReader, Pace, Sleep
from forebay.application.intake.verify_report import NAMED_REFERENCES, DamagedBlob, VerifyReport
from forebay.application.ports.blobs import BlobStore
from forebay.application.ports.clock import Clock
from forebay.application.ports.fixity import DueBlobs, FixityUnitOfWorkFactory
from forebay.domain.errors import ForebayError
from forebay.domain.intake.blob import Blob, Sha256
from forebay.domain.intake.errors import InvalidFieldError
from forebay.domain.intake.fixity import Sample

_PAGE = 1000
_AT_ONCE = 200  # of which few read; the others wait for their turn, or to look again
_Verify = Callable[[Blob], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyCommand:
    """All blobs, or only some of them: those proven longer ago than `older_than`, of these the `sample` least recently.

    `on_damage` hears of each at once; `on_progress` gets the report, which goes on changing, whenever something was
    read or decided.
    """

    sample: Sample | None = None
    older_than: timedelta | None = None
    max_bytes_per_second: int | None = None
    on_damage: Callable[[DamagedBlob], None] | None = None
    on_progress: Callable[[VerifyReport], None] | None = None


class VerifyBlobs:
    """Reads blobs back, a few at a time, and notes for each sound one that it was. Nothing else is changed.

    Safe beside everything else. Cut short, what was verified is kept, and is not due again for whoever asks for older
    ones. StorageUnavailableError when the store as a whole does not answer; InvalidFieldError.
    """

    def __init__(
        self,
        *,
        unit_of_work: FixityUnitOfWorkFactory,
        blobs: BlobStore,
        hashing: Executor,
        clock: Clock,
        sleep: Sleep = asyncio.sleep,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._blobs = blobs
        self._hashing = hashing
        self._clock = clock
        self._sleep = sleep
        self._seconds = seconds

    async def __call__(self, command: VerifyCommand) -> VerifyReport:
        _check(command)
        due = await self._due(command)
        report = VerifyReport(due=due.count, due_bytes=due.size_bytes)
        tell = command.on_progress or _nobody

        def on_read(size: int) -> None:
            report.read_bytes += size
            tell(report)

        pace = Pace(command.max_bytes_per_second, sleep=self._sleep, seconds=self._seconds)
        reader = BlobReader(blobs=self._blobs, hashing=self._hashing, pace=pace, on_read=on_read)
        judge = BlobJudge(unit_of_work=self._unit_of_work, reader=reader, due=due, sleep=self._sleep)
        marks = VerifiedMarks(unit_of_work=self._unit_of_work, clock=self._clock, seconds=self._seconds)

        async def verify(blob: Blob) -> None:
            verdict = await judge.judge(blob)
            report.count(verdict)
            if verdict.is_sound:
                await marks.add(verdict.look.blob.object_key)
            elif verdict.outcome is Outcome.DAMAGED and command.on_damage is not None:
                await self._told(verdict, command.on_damage)
            tell(report)

        tell(report)
        try:
            await self._all(due, verify)
        except BaseException:
            with suppress(ForebayError):  # the first error is the one to tell
                await to_the_end(marks.write())
            raise
        await marks.write()
        report.is_finished = True
        return report

    async def _due(self, command: VerifyCommand) -> DueBlobs:
        since = _before(self._clock.now(), command.older_than)
        async with self._unit_of_work(write=False) as work:
            if command.sample is None:
                return await work.fixity.due(unproven_since=since, limit=None)
            everything = await work.fixity.due(unproven_since=self._clock.now(), limit=None)
            return await work.fixity.due(unproven_since=since, limit=max(1, command.sample.of(everything.count)))

    async def _all(self, due: DueBlobs, verify: _Verify) -> None:
        under_way: set[asyncio.Task[None]] = set()
        after: Sha256 | None = None
        try:
            while page := await self._page(due, after):
                for blob in page:
                    await _until_at_most(_AT_ONCE - 1, under_way)
                    under_way.add(asyncio.create_task(verify(blob)))
                after = page[-1].sha256
            await _until_at_most(0, under_way)
        finally:
            for task in under_way:
                task.cancel()
            await until_done(asyncio.gather(*under_way, return_exceptions=True))

    async def _page(self, due: DueBlobs, after: Sha256 | None) -> Sequence[Blob]:
        async with self._unit_of_work(write=False) as work:
            return await work.fixity.list_due(due, after=after, limit=_PAGE)

    async def _told(self, verdict: Verdict, on_damage: Callable[[DamagedBlob], None]) -> None:
        sha256 = verdict.look.blob.sha256
        async with self._unit_of_work(write=False) as work:
            references = await work.fixity.references(sha256, limit=NAMED_REFERENCES + 1)
        on_damage(DamagedBlob.of(verdict.look, references))


async def _until_at_most(most: int, under_way: set[asyncio.Task[None]]) -> None:
    """An error of one ends all of them."""
    while len(under_way) > most:
        done, _ = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
        under_way -= done
        errors = [error for task in done if (error := task.exception()) is not None]
        if errors:
            raise errors[0]


def _check(command: VerifyCommand) -> None:
    if command.older_than is not None and command.older_than < timedelta(0):
        raise InvalidFieldError("expected a length of time, such as 30 days", field="older_than")
    if command.max_bytes_per_second is not None and command.max_bytes_per_second < 1:
        raise InvalidFieldError("expected 1 or more bytes a second", field="max_bytes_per_second")


def _before(now: datetime, older_than: timedelta | None) -> datetime:
    try:
        return now - (older_than or timedelta(0))
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)


def _nobody(report: VerifyReport) -> None:
    """Nobody watches."""
