"""A source that is no archive: its own only member."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator

from forebay.adapters.archives.names import media_type, normalise
from forebay.application.cancellation import to_the_end
from forebay.application.ports.archives import EntryBatch, RangeSource
from forebay.domain.intake.archive_errors import ArchiveBrokenError
from forebay.domain.intake.blob import Sha256
from forebay.domain.intake.member import MemberEntry, MemberKind
from forebay.domain.intake.signatures import HEAD_BYTES, detect

_INLINE = 64 << 10  # a thread costs more than hashing this much
_MAX_CHUNK = 1 << 20


async def catalogue_plain(source: RangeSource) -> AsyncGenerator[EntryBatch]:
    """One batch with one entry. Hashes beside the event loop."""
    digest, size, head = hashlib.sha256(), 0, b""
    async with source.open() as chunks:
        async for chunk in chunks:
            if len(head) < HEAD_BYTES:
                head += chunk[: HEAD_BYTES - len(head)]
            size += len(chunk)
            if len(chunk) <= _INLINE:
                digest.update(chunk)
            else:
                await to_the_end(asyncio.to_thread(digest.update, chunk))
    entry = MemberEntry(
        location=(0,),
        path=normalise(source.name, set()),
        stored_path=source.name,
        kind=MemberKind.FILE,
        size_bytes=size,
        sha256=Sha256(digest.hexdigest()),
        media_type=media_type(detect(head), source.name),
        mtime=None,
        mode=None,
        link_target=None,
        flags=frozenset(),
    )
    yield EntryBatch(entries=(entry,), read_bytes=size, unpacked_bytes=size)


async def read_plain(source: RangeSource, sha256: Sha256, start: int, stop: int | None) -> AsyncGenerator[bytes]:
    """The source's own bytes; read from beginning to end, the last chunk comes only if the digest is as expected."""
    end = source.size_bytes if stop is None else min(stop, source.size_bytes)
    whole = start == 0 and end == source.size_bytes
    digest = hashlib.sha256()
    held = b""
    async with source.open(start=start, stop=stop) as chunks:
        async for chunk in chunks:
            for at in range(0, len(chunk), _MAX_CHUNK):
                if held:
                    yield held
                held = chunk[at : at + _MAX_CHUNK]
                if whole:
                    await to_the_end(asyncio.to_thread(digest.update, held))
    if whole and digest.hexdigest() != sha256.hex:
        raise ArchiveBrokenError(f"{source.name!r} does not have the SHA-256 that was catalogued: {sha256}")
    if held:
        yield held
