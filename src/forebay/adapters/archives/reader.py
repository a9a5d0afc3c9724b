"""The archive reader: every archive is opened in a process of its own kind, with nothing of ours but its bytes."""

import asyncio
import sys
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from forebay.adapters.archives.member_turns import in_one_pass, readable_digest
from forebay.adapters.archives.messages import COUNTS, DUTY, Job, MemberJob
from forebay.adapters.archives.opening import may_be_archive
from forebay.adapters.archives.plain import catalogue_plain, read_plain
from forebay.adapters.archives.wire import WireEntry, to_entry
from forebay.adapters.confinement.frames import Outcome
from forebay.adapters.confinement.pool import ProcessPool
from forebay.adapters.confinement.session import Session, session_of
from forebay.application.ports.archives import ArchiveLimits, ArchiveReader, EntryBatch, EntryT, RangeSource
from forebay.domain.intake.member import MemberEntry
from forebay.domain.intake.signatures import HEAD_BYTES

MEMORY_BYTES = 256 << 20

_decoder = msgspec.msgpack.Decoder(list[WireEntry])


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderOptions:
    """Processes that read whole archives, processes that read single members, and what each may use.

    `spool_bytes`: of each temporary file, in which a zip within an archive is kept; they are in `spool_dir` and have no
    name. `patience_seconds`: how long reading a member waits for a process before it is refused; the others wait on.
    """

    catalogue_processes: int = 2
    member_processes: int = 4
    memory_bytes: int = MEMORY_BYTES
    jobs_per_process: int = 100
    patience_seconds: float = 30.0
    spool_bytes: int = 16 << 30
    spool_dir: Path | None = None


def _ignore(outcome: Outcome) -> None:
    del outcome


class ProcessArchiveReader:
    """For one event loop. `on_outcome` is told how each job of a process ended, for tests and metrics."""

    def __init__(self, catalogues: ProcessPool, members: ProcessPool, options: ReaderOptions,
                 on_outcome: Callable[[Outcome], None]) -> None:  # fmt: skip
        self._catalogues = catalogues
        self._members = members
        self._spool_dir = None if options.spool_dir is None else str(options.spool_dir)
        self._on_outcome = on_outcome

    @property
    def pids(self) -> tuple[int, ...]:
        """Of its processes at present."""
        return self._catalogues.pids + self._members.pids

    @asynccontextmanager
    async def catalogue(self, source: RangeSource, limits: ArchiveLimits) -> AsyncIterator[AsyncIterator[EntryBatch]]:
        if not may_be_archive(await _head(source)):
            async with aclosing(catalogue_plain(source)) as plain:
                yield plain
            return
        job = Job(source.name, source.size_bytes, limits, self._spool_dir)
        async with self._session(self._catalogues, source, job) as session, aclosing(_batches(session)) as batches:
            yield batches

    @asynccontextmanager
    async def open_member(
        self, source: RangeSource, entry: MemberEntry, limits: ArchiveLimits, *, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        sha256 = readable_digest(entry)
        if entry.location == (0,) and not may_be_archive(await _head(source)):
            async with aclosing(read_plain(source, sha256, start, stop)) as chunks:
                yield chunks
            return
        if start >= min(entry.size_bytes, sys.maxsize if stop is None else stop) and entry.size_bytes:
            yield _nothing()
            return
        member = MemberJob(entry.location, entry.size_bytes, sha256.hex, start, stop)
        job = Job(source.name, source.size_bytes, limits, self._spool_dir, member)
        async with self._session(self._members, source, job) as session, aclosing(_chunks(session)) as chunks:
            yield chunks

    @asynccontextmanager
    async def open_members(
        self, source: RangeSource, entries: Sequence[EntryT], limits: ArchiveLimits
    ) -> AsyncIterator[AsyncIterator[tuple[EntryT, AsyncIterator[bytes]]]]:
        def at_work(members: tuple[MemberJob, ...]) -> AbstractAsyncContextManager[Session]:
            job = Job(source.name, source.size_bytes, limits, self._spool_dir, members=members)
            return self._session(self._catalogues, source, job)

        async with aclosing(in_one_pass(entries, at_work)) as members:
            yield members

    @asynccontextmanager
    async def _session(self, pool: ProcessPool, source: RangeSource, job: Job) -> AsyncIterator[Session]:
        async with session_of(
            pool,
            source,
            msgspec.msgpack.encode(job),
            results=job.results,
            timeout_seconds=job.limits.timeout_seconds,
            on_outcome=self._on_outcome,
        ) as session:
            yield session


async def _batches(session: Session) -> AsyncGenerator[EntryBatch]:
    async with aclosing(session.frames()) as frames:
        async for _, content in frames:
            read, unpacked = COUNTS.unpack_from(content)
            entries = tuple(map(to_entry, _decoder.decode(content[COUNTS.size :])))
            yield EntryBatch(entries=entries, read_bytes=read, unpacked_bytes=unpacked)


async def _chunks(session: Session) -> AsyncGenerator[bytes]:
    async with aclosing(session.frames()) as frames:
        async for _, content in frames:
            yield bytes(content)


async def _nothing() -> AsyncGenerator[bytes]:
    nothing: tuple[bytes, ...] = ()
    for chunk in nothing:
        yield chunk


async def _head(source: RangeSource) -> bytes:
    async with source.open(stop=HEAD_BYTES) as chunks:
        return b"".join([chunk async for chunk in chunks])[:HEAD_BYTES]


@asynccontextmanager
async def open_archive_reader(
    options: ReaderOptions | None = None, *, on_outcome: Callable[[Outcome], None] = _ignore
) -> AsyncIterator[ProcessArchiveReader]:
    """A reader for the event loop that runs. Its processes start when they are needed and end with it."""
    options = options or ReaderOptions()
    catalogues = ProcessPool(
        DUTY,
        size=options.catalogue_processes,
        memory_bytes=options.memory_bytes,
        spool_bytes=options.spool_bytes,
        jobs_per_process=options.jobs_per_process,
        patience_seconds=None,
    )
    members = ProcessPool(
        DUTY,
        size=options.member_processes,
        memory_bytes=options.memory_bytes,
        spool_bytes=options.spool_bytes,
        jobs_per_process=options.jobs_per_process,
        patience_seconds=options.patience_seconds,
    )
    try:
        yield ProcessArchiveReader(catalogues, members, options, on_outcome)
    finally:
        await asyncio.gather(catalogues.close(), members.close())


def _fits(reader: ProcessArchiveReader) -> ArchiveReader:
    return reader
