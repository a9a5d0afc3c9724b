"""What the blob contract writes and how it looks at what is there."""

import hashlib
import random
from collections.abc import Iterable
from mmap import mmap
from typing import Protocol
from uuid import uuid4

from forebay.application.ports.blobs import BlobStore, Buffer, IncompleteUploads, Probe
from forebay.domain.intake.blob import ObjectKey

KIB = 1024
MIB = 1024 * KIB


class StoreWithLeftovers(BlobStore, IncompleteUploads, Protocol):
    """A store that finds what writers left behind."""


class StoreWithProbe(BlobStore, Probe, Protocol):
    """A store that says whether it works."""


def a_key(*, owner: str | None = None, extension: str = ".tar.gz") -> ObjectKey:
    return ObjectKey.build(owner=owner, run_id=uuid4(), name=uuid4(), extension=extension)


def some_bytes(size: int, seed: int = 0) -> bytes:
    """The same for the same seed, and nowhere the same as a block before it."""
    return random.Random(seed).randbytes(size)  # noqa: S311 - test data, no secret


def aligned(data: bytes) -> memoryview:
    """The data in memory that begins at a page."""
    view = memoryview(mmap(-1, len(data)))
    view[:] = data
    return view


async def store(blobs: BlobStore, key: ObjectKey, blocks: Iterable[Buffer], *, size_hint: int | None = None) -> str:
    """Writes the object and commits it. The SHA-256 of what was written."""
    digest = hashlib.sha256()
    writer = await blobs.create(key, size_hint=size_hint)
    try:
        for block in blocks:
            digest.update(block)
            await writer.write(block)
        await writer.commit()
    finally:
        await writer.abort()
    return digest.hexdigest()


async def read(blobs: BlobStore, key: ObjectKey, *, start: int = 0, stop: int | None = None) -> bytes:
    async with blobs.open(key, start=start, stop=stop) as chunks:
        return b"".join([chunk async for chunk in chunks])


async def digest_of(blobs: BlobStore, key: ObjectKey) -> str:
    """The SHA-256 of the object, read in chunks that keep to the port's limit."""
    digest = hashlib.sha256()
    async with blobs.open(key) as chunks:
        async for chunk in chunks:
            assert 0 < len(chunk) <= MIB
            digest.update(chunk)
    return digest.hexdigest()


async def keys(blobs: BlobStore) -> list[ObjectKey]:
    return [info.key async for info in blobs.list_objects()]


async def leftovers(blobs: StoreWithLeftovers) -> list[ObjectKey | None]:
    return [item.key async for item in blobs.list_incomplete()]
