"""An archive reader that finds what a script says."""

import hashlib
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import fields
from uuid import UUID

from forebay.application.ports.archives import ArchiveLimits, ArchiveReader, EntryBatch, EntryT, RangeSource
from forebay.domain.intake.archive_errors import ArchiveTruncatedError
from forebay.domain.intake.blob import Sha256
from forebay.domain.intake.file import StoredFile
from forebay.domain.intake.member import Member, MemberEntry, MemberFlag, MemberKind

Act = Sequence[MemberEntry] | Exception | Callable[[], Awaitable[object]]


def entry(
    path: str,
    *,
    location: tuple[int, ...] = (0,),
    kind: MemberKind = MemberKind.FILE,
    sha256: Sha256 | None = None,
    flags: frozenset[MemberFlag] = frozenset(),
) -> MemberEntry:
    """A member; a file without a digest of its own gets that of its content here."""
    content = content_of(path)
    digest = (
        (sha256 or Sha256(hashlib.sha256(content).hexdigest()))
        if kind is MemberKind.FILE and MemberFlag.ENCRYPTED not in flags
        else None
    )
    return MemberEntry(
        location=location,
        path=path,
        stored_path=path,
        kind=kind,
        size_bytes=len(content) if kind is MemberKind.FILE else 0,
        sha256=digest,
        media_type="text/plain",
        mtime=None,
        mode=None,
        link_target=None,
        flags=flags,
    )


def as_member(found: MemberEntry, file: StoredFile, catalogue_id: UUID, member_id: UUID) -> Member:
    """The entry as a catalogue of the file has it."""
    return Member(
        id=member_id,
        run_id=file.run_id,
        file_id=file.id,
        catalogue_id=catalogue_id,
        **{field.name: getattr(found, field.name) for field in fields(MemberEntry)},
    )


def content_of(path: str) -> bytes:
    """What the reader gives as the bytes of the member with this path."""
    return f"what {path} has to say".encode()


class ScriptedArchives:
    """Reads the source from front to end, and then plays its script: batches of members, errors, things to await.

    `faults`: what is wrong with members, `breaks`: what ends a pass over many, both by path. `passes`: the paths that
    came, for each pass; `passes_open`: how many have not ended. `ends_at`: the location from which on nothing comes.
    """

    def __init__(self, *script: Act) -> None:
        self.script: tuple[Act, ...] = script
        self.faults: dict[str, Exception] = {}
        self.breaks: dict[str, Exception] = {}
        self.passes: list[list[str]] = []
        self.passes_open = 0
        self.ends_at: tuple[int, ...] | None = None

    @asynccontextmanager
    async def catalogue(self, source: RangeSource, limits: ArchiveLimits) -> AsyncIterator[AsyncIterator[EntryBatch]]:
        async with aclosing(self._batches(source)) as batches:
            yield batches

    async def _batches(self, source: RangeSource) -> AsyncGenerator[EntryBatch, None]:
        read = 0
        async with source.open() as chunks:
            async for chunk in chunks:
                read += len(chunk)
        unpacked = 0
        for act in self.script:
            if isinstance(act, Exception):
                raise act
            if isinstance(act, Sequence):
                unpacked += sum(member.size_bytes for member in act)
                yield EntryBatch(entries=tuple(act), read_bytes=read, unpacked_bytes=unpacked)
            else:
                await act()

    @asynccontextmanager
    async def open_member(
        self, source: RangeSource, entry: MemberEntry, limits: ArchiveLimits, *, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        async with aclosing(_once(content_of(entry.path)[start:stop])) as chunks:
            yield chunks

    @asynccontextmanager
    async def open_members(
        self, source: RangeSource, entries: Sequence[EntryT], limits: ArchiveLimits
    ) -> AsyncIterator[AsyncIterator[tuple[EntryT, AsyncIterator[bytes]]]]:
        self.passes_open += 1
        try:
            async with source.open(), aclosing(self._members(entries)) as members:
                yield members
        finally:
            self.passes_open -= 1

    async def _members(self, entries: Sequence[EntryT]) -> AsyncGenerator[tuple[EntryT, AsyncIterator[bytes]], None]:
        came: list[str] = []
        self.passes.append(came)
        for entry in sorted(entries, key=lambda entry: entry.location):
            if self.ends_at is not None and entry.location >= self.ends_at:
                raise ArchiveTruncatedError(f"the archive ends before {entry.path}")
            came.append(entry.path)
            breaking = self.breaks.get(entry.path)
            error = breaking or self.faults.get(entry.path)
            async with aclosing(_once(content_of(entry.path)) if error is None else _failing(error)) as chunks:
                yield entry, chunks
            if breaking is not None:
                raise breaking


async def _failing(error: Exception) -> AsyncGenerator[bytes, None]:
    for chunk in (b"some", b""):
        if not chunk:
            raise error
        yield chunk


async def _once(data: bytes) -> AsyncGenerator[bytes, None]:
    yield data


def _fits(reader: ScriptedArchives) -> ArchiveReader:
    return reader
