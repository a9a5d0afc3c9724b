"""One job of a child process: it is told what to do, given the bytes that it asks for, and heard."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

import msgspec

from forebay.adapters.confinement.duty import Duty
from forebay.adapters.confinement.frames import DONE, FAILED, MOST_REQUESTS, NEXT, OFFSET, REQUEST, Outcome
from forebay.adapters.confinement.pool import ProcessPool
from forebay.adapters.confinement.process import ConfinedProcess, ProcessEndedError
from forebay.adapters.confinement.source_cursor import SourceCursor
from forebay.application.cancellation import until_done
from forebay.application.ports.archives import RangeSource
from forebay.domain.errors import ForebayError

IDLE_SECONDS = 10.0  # that a source may be open without being read
_MAX_MESSAGE = 2_000  # characters: libraries quote what they found, however long that is

T = TypeVar("T")


class Session:
    """The time spent waiting for the child counts against the limit; the time that the caller takes does not."""

    def __init__(self, duty: Duty, process: ConfinedProcess, *, results: bytes, timeout_seconds: float) -> None:
        """`results`: the kinds of frames, a letter each, that the job may answer with."""
        self._duty = duty
        self._process = process
        self._results = results
        self._left = timeout_seconds
        self._allowed = timeout_seconds
        self._requests: asyncio.Queue[int] = asyncio.Queue(MOST_REQUESTS)
        self._feeder: asyncio.Task[None] | None = None
        self._source_error: Exception | None = None
        self.outcome: Outcome | None = None

    @property
    def _who(self) -> str:
        return f"the process that reads the {self._duty.noun}"

    async def frames(self) -> AsyncGenerator[tuple[bytes, memoryview]]:
        """What the child has to say, kind and content; ends when it is done, and raises what it failed with."""
        while True:
            frame = await self._receive()
            kind, content = frame[:1], memoryview(frame)[1:]
            if kind == REQUEST:
                try:
                    self._requests.put_nowait(self._offset(content))
                except asyncio.QueueFull:
                    raise self._duty.broken(f"{self._who} asks for too much at once") from None
            elif kind in self._results:
                yield kind, content
            elif kind == DONE:
                self.outcome = self._outcome(content)
                return
            elif kind == FAILED:
                self.outcome = self._outcome(content)
                error = self._duty.errors.get(self.outcome.code or "", self._duty.broken)
                raise error(_presentable(self.outcome.message))
            else:
                raise self._stranger()

    def _offset(self, content: memoryview) -> int:
        if len(content) != OFFSET.size or (offset := int(OFFSET.unpack(content)[0])) < NEXT:
            raise self._stranger()
        return offset

    def _outcome(self, content: memoryview) -> Outcome:
        try:
            return msgspec.msgpack.decode(content, type=Outcome)
        except msgspec.DecodeError:
            raise self._stranger() from None

    def _stranger(self) -> ForebayError:
        return self._duty.broken(f"{self._who} does not keep to the protocol")

    async def _receive(self) -> bytes:
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            async with asyncio.timeout(self._left):
                await asyncio.sleep(0)  # a socket that has ever more to read lets nobody else run, not the clock either
                return await self._process.receive()
        except TimeoutError:
            raise self._duty.timeout(
                f"reading the {self._duty.noun} took longer than {self._allowed:g} s ({self._duty.timeout_setting})"
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
                offset = await _at_leisure(self._requests.get(), cursor)
                await _at_leisure(self._process.send(await cursor.read(offset)), cursor)
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


def _presentable(message: str) -> str:
    return "".join(char if char.isprintable() else " " for char in message[:_MAX_MESSAGE])


async def _at_leisure(work: Coroutine[None, None, T], source: SourceCursor) -> T:
    """Closes the source when this takes its time, as while a caller is busy: stores do not wait for ever.

    It is opened again, where it was, when there is more to be read.
    """
    task = asyncio.ensure_future(work)
    try:
        if not (await asyncio.wait([task], timeout=IDLE_SECONDS))[0]:
            await source.close()
        return await task
    finally:
        if not task.done():
            task.cancel()
            await until_done(task)
        if not task.cancelled():
            task.exception()  # counts as taken


def _ignore(outcome: Outcome) -> None:
    del outcome


@asynccontextmanager
async def session_of(
    pool: ProcessPool,
    source: RangeSource,
    job: bytes,
    *,
    results: bytes,
    timeout_seconds: float,
    on_outcome: Callable[[Outcome], None] = _ignore,
) -> AsyncIterator[Session]:
    """A process of the pool at work on `job`. Unless it says how that went and is fit for more, it is ended."""
    async with pool.process() as process:
        session = Session(pool.duty, process, results=results, timeout_seconds=timeout_seconds)
        try:
            await process.send(job)
        except ProcessEndedError:
            raise await process.why() from None
        try:
            async with session.feeding(source):
                yield session
        finally:
            if session.outcome is not None:
                process.reusable = session.outcome.fit
                on_outcome(session.outcome)
