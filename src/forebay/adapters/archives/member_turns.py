"""What a process that reads many members sends of them, as one iterator of bytes for each."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, aclosing

import msgspec

from forebay.adapters.archives.messages import DATA, DUTY, FAULT, MEMBER, Fault, MemberJob
from forebay.adapters.confinement.session import Session
from forebay.application.ports.archives import EntryT
from forebay.domain.errors import ForebayError
from forebay.domain.intake.archive_errors import ArchiveError, MemberUnreadableError, MemberWithoutContentError
from forebay.domain.intake.blob import Sha256
from forebay.domain.intake.member import MemberEntry, MemberKind

Frames = AsyncIterator[tuple[bytes, memoryview]]


def readable_digest(entry: MemberEntry) -> Sha256:
    """What its bytes must have. MemberWithoutContentError, MemberUnreadableError."""
    if entry.kind is not MemberKind.FILE:
        raise MemberWithoutContentError(f"{entry.path!r} is a {entry.kind} and has no bytes; only files have")
    if entry.sha256 is None:
        why = ", ".join(sorted(entry.flags)) or "it has no digest"
        raise MemberUnreadableError(f"the bytes of {entry.path!r} cannot be read: {why}")
    return entry.sha256


async def in_one_pass(
    entries: Sequence[EntryT], at_work: Callable[[tuple[MemberJob, ...]], AbstractAsyncContextManager[Session]]
) -> AsyncGenerator[tuple[EntryT, AsyncIterator[bytes]]]:
    """`at_work`: a process that answers for these members. Nobody is asked for those that cannot be read."""
    wanted: list[tuple[EntryT, MemberJob]] = []
    for entry in entries:
        try:
            sha256 = readable_digest(entry)
        except ArchiveError as error:
            yield entry, _Refused(error)
        else:
            wanted.append((entry, MemberJob(entry.location, entry.size_bytes, sha256.hex, 0, None)))
    if not wanted:
        return
    wanted.sort(key=lambda pair: pair[1].location)
    async with at_work(tuple(job for _, job in wanted)) as session, aclosing(session.frames()) as frames:
        turns = _Turns(frames)
        for entry, _ in wanted:
            await turns.begin()
            async with aclosing(turns.chunks()) as chunks:
                yield entry, chunks
        await turns.finish()


class _Refused:
    """The bytes of a member that has none."""

    def __init__(self, error: ArchiveError) -> None:
        self._error = error

    def __aiter__(self) -> "_Refused":
        return self

    async def __anext__(self) -> bytes:
        raise self._error


class _Turns:
    """One member after the other. Whatever ended the pass is raised again by whoever asks for more."""

    def __init__(self, frames: Frames) -> None:
        self._frames = frames
        self._within = False
        self._failure: ForebayError | None = None

    async def begin(self) -> None:
        """Passes over what is left of the last member, and waits for the next one."""
        await self._pass_over()
        if (await self._next())[0] != MEMBER:
            raise DUTY.broken("the process that reads the archive sends other members than it was asked for")

    async def chunks(self) -> AsyncGenerator[bytes]:
        while self._within:
            kind, content = await self._next()
            if kind == DATA:
                yield bytes(content)
            elif kind == FAULT:
                fault = msgspec.msgpack.decode(content, type=Fault)
                raise DUTY.errors.get(fault.code, DUTY.broken)(fault.message)

    async def finish(self) -> None:
        """Waits until the process has said how it went."""
        await self._pass_over()
        async for _ in self._frames:
            raise DUTY.broken("the process that reads the archive sends more members than it was asked for")

    async def _pass_over(self) -> None:
        while self._within:
            await self._next()

    async def _next(self) -> tuple[bytes, memoryview]:
        if self._failure is not None:
            raise self._failure
        try:
            kind, content = await anext(self._frames)
        except ForebayError as error:
            self._failure = error
            raise
        except StopAsyncIteration:
            raise DUTY.broken("the process that reads the archive ended before it sent all members") from None
        self._within = kind in {MEMBER, DATA}
        return kind, content
