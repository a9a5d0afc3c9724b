"""Archives for the contract of archive readers, built in memory, and what a catalogue of one says."""

import gzip
import hashlib
import io
import random
import tarfile
import zipfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from forebay.application.ports.archives import ArchiveLimits, ArchiveReader, EntryBatch, RangeSource
from forebay.domain.intake.archive_errors import ArchiveError
from forebay.domain.intake.member import MemberEntry

KIB = 1024
MIB = 1024 * KIB
MTIME = 1_700_000_000


class BytesSource:
    """A source in memory. Remembers the ranges that were asked for, how many of them are open, and what it gave."""

    def __init__(self, data: bytes, name: str = "upload.bin", *, chunk_bytes: int = 100_000) -> None:
        self.data = data
        self.name = name
        self.size_bytes = len(data)
        self.opened: list[tuple[int, int | None]] = []
        self.open_now = 0
        self.given_bytes = 0
        self._chunk_bytes = chunk_bytes

    @asynccontextmanager
    async def open(self, *, start: int = 0, stop: int | None = None) -> AsyncIterator[AsyncIterator[bytes]]:
        self.opened.append((start, stop))
        self.open_now += 1

        async def chunks() -> AsyncIterator[bytes]:
            data = memoryview(self.data)[start:stop]
            for at in range(0, len(data), self._chunk_bytes):
                chunk = bytes(data[at : at + self._chunk_bytes])
                self.given_bytes += len(chunk)
                yield chunk

        try:
            yield chunks()
        finally:
            self.open_now -= 1


@dataclass(frozen=True, slots=True)
class Catalogued:
    """All batches of one catalogue."""

    batches: Sequence[EntryBatch]

    @property
    def entries(self) -> list[MemberEntry]:
        return [entry for batch in self.batches for entry in batch.entries]

    def __getitem__(self, path: str) -> MemberEntry:
        (found,) = [entry for entry in self.entries if entry.path == path]
        return found

    @property
    def paths(self) -> list[str]:
        return [entry.path for entry in self.entries]


async def catalogue(
    archives: ArchiveReader, data: bytes, name: str = "upload.bin", limits: ArchiveLimits | None = None
) -> Catalogued:
    return await catalogue_source(archives, BytesSource(data, name), limits or ArchiveLimits())


async def catalogue_source(archives: ArchiveReader, source: RangeSource, limits: ArchiveLimits) -> Catalogued:
    async with archives.catalogue(source, limits) as batches:
        return Catalogued([batch async for batch in batches])


async def read_member(
    archives: ArchiveReader, data: bytes, entry: MemberEntry, *, start: int = 0, stop: int | None = None
) -> bytes:
    source = BytesSource(data)
    async with archives.open_member(source, entry, ArchiveLimits(), start=start, stop=stop) as chunks:
        return b"".join([chunk async for chunk in chunks])


async def read_members(
    archives: ArchiveReader, source: RangeSource, entries: Sequence[MemberEntry], limits: ArchiveLimits | None = None
) -> dict[str, bytes | ArchiveError]:
    """What comes of each in one pass, in its order: its bytes, or what is wrong with it."""
    found: dict[str, bytes | ArchiveError] = {}
    async with archives.open_members(source, entries, limits or ArchiveLimits()) as members:
        async for entry, chunks in members:
            try:
                found[entry.path] = b"".join([chunk async for chunk in chunks])
            except ArchiveError as error:
                found[entry.path] = error
    return found


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def some_bytes(size: int, seed: int = 0) -> bytes:
    """The same for the same seed; nothing can compress them."""
    return random.Random(seed).randbytes(size)  # noqa: S311 - test data, no secret


def tar_info(name: str, size: int = 0, *, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mtime, info.type, info.linkname, info.mode = size, MTIME, kind, link, 0o640
    return info


def tar_of(
    members: Mapping[str, bytes] | Sequence[tuple[tarfile.TarInfo, bytes]],
    *,
    mode: str = "w",
    form: int = tarfile.PAX_FORMAT,
) -> bytes:
    """A tar of files, or of whatever the headers say. `mode`: as for tarfile.open."""
    items = members.items() if isinstance(members, Mapping) else members
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode, format=form) as tar:  # type: ignore[call-overload]  # any of its modes
        for head, data in items:
            tar.addfile(tar_info(head, len(data)) if isinstance(head, str) else head, io.BytesIO(data))
    return out.getvalue()


def zip_of(members: Mapping[str, bytes], *, method: int = zipfile.ZIP_DEFLATED, comment: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2023, 11, 14, 22, 13, 20)), data, method)
        archive.comment = comment
    return out.getvalue()


def gzip_of(data: bytes) -> bytes:
    return gzip.compress(data, 6, mtime=0)
