"""One job of a reader process: it is told what to do, given the bytes that it asks for, and heard."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress

import msgspec

from forebay.adapters.archives.messages import (
    DATA,
    DONE,
    ENTRIES,
    FAILED,
    MOST_REQUESTS,
    OFFSET,
    REQUEST,
    Job,
    Outcome,
)
from forebay.adapters.archives.process import ProcessEndedError, ReaderProcess
from forebay.adapters.archives.source_cursor import SourceCursor
from forebay.application.cancellation import until_done
from forebay.application.ports.archives import RangeSource
from forebay.domain.errors import ForebayError, UnavailableError
from forebay.domain.intake import archive_errors
from forebay.domain.intake.archive_errors import ArchiveBrokenError, ArchiveError, ArchiveTimeoutError

_ERRORS: dict[str, type[ForebayError]] = {
    error.code: error
    for error in vars(archive_errors).values()
    if isinstance(error, type) and issubclass(error, ArchiveError)
} | {UnavailableError.code: UnavailableError}


class Session:
    """The time spent waiting for the child counts against the limit; the time that the caller takes does not."""

    def __init__(self, process: ReaderProcess, job: Job) -> None:
        self._process = process
        self._left = job.limits.timeout_seconds
        self._allowed = job.limits.timeout_seconds
        self._requests: asyncio.Queue[int] = asyncio.Queue(MOST_REQUESTS)
        self._feeder: asyncio.Task[None] | None = None
        self._source_error: Exception | None = None
        self.outcome: Outcome | None = None

    async def frames(self) -> AsyncGenerator[tuple[bytes, memoryview]]:
        """What the child has to say, kind and content; ends when it is done, and raises what it failed with."""
        while True:
            frame = await self._receive()
            kind, content = frame[:1], memoryview(frame)[1:]
            if kind == REQUEST:
                try:
                    self._requests.put_nowait(OFFSET.unpack(content)[0])
                except asyncio.QueueFull:
                    raise ArchiveBrokenError("the process that reads the archive asks for too much at once") from None
            elif kind in {ENTRIES, DATA}:
                yield kind, content
            elif kind == DONE:
                self.outcome = msgspec.msgpack.decode(content, type=Outcome)
                return
            elif kind == FAILED:
                self.outcome = msgspec.msgpack.decode(content, type=Outcome)
                raise _ERRORS.get(self.outcome.code or "", ArchiveBrokenError)(self.outcome.message)
            else:
                raise ArchiveBrokenError("the process that reads the archive does not keep to the protocol")

    async def _receive(self) -> bytes:
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            async with asyncio.timeout(self._left):
                return await self._process.receive()
        except TimeoutError:
            raise ArchiveTimeoutError(
                f"reading the archive took longer than {self._allowed:g} s (FOREBAY_ARCHIVE_TIMEOUT_SECONDS)"
            ) from None
        except ProcessEndedError:
            if self._source_error is not None:  # then it was we who ended the process
                raise self._source_error from None
            raise await self._process.why() from None
        finally:
            self._left -= loop.time() - began

    async def feed(self, source: RangeSource) -> None:
        """Answers requests until it is cancelled. An error of the source ends the job."""
        cursor = SourceCursor(source)
        try:
            while True:
                offset = await self._requests.get()
                await self._process.send(await cursor.read(offset))
        except ProcessEndedError:
            return
        except Exception as error:
            self._source_error = error
            self._process.interrupt()
            raise
        finally:
            await cursor.close()

    @asynccontextmanager
    async def feeding(self, source: RangeSource) -> AsyncIterator[None]:
        feeder = self._feeder = asyncio.create_task(self.feed(source))
        try:
            yield
        finally:
            feeder.cancel()
            with suppress(asyncio.CancelledError, Exception):
                await until_done(feeder)
