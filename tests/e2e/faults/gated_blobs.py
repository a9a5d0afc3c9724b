"""`gated+file:///…`: a store that asks the test before it opens anything, and around every text that it is given.

Visits at the gate are of runs, not jobs, and have for steps what is done: `open.pdf`, `put.txt`, `kept.txt`.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec

from forebay.application.ports.blobs import BlobStore, BlobWriter, Buffer, ObjectInfo
from forebay.bootstrap.parts import BlobParts
from forebay.bootstrap.schemes import choose_blobs
from forebay.bootstrap.settings import Settings
from forebay.domain.intake.blob import ObjectKey
from tests.e2e.faults.gated_processor import ask

TEXT_COMES, TEXT_KEPT, TEXT_READ = "put.txt", "kept.txt", "open.txt"
ATTACHMENT_READ = "open"


class _GatedStore:
    """What is put (small objects, as texts are) is asked about before it is stored, and before anybody is told."""

    def __init__(self, store: BlobStore) -> None:
        self._store = store

    async def create(self, key: ObjectKey, *, size_hint: int | None = None) -> BlobWriter:
        return await self._store.create(key, size_hint=size_hint)

    async def put(self, key: ObjectKey, data: Buffer) -> None:
        await _ask("put", key)
        await self._store.put(key, data)
        await _ask("kept", key)

    @asynccontextmanager
    async def open(
        self, key: ObjectKey, *, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        await _ask("open", key)
        async with self._store.open(key, start=start, stop=stop) as chunks:
            yield chunks

    async def stat(self, key: ObjectKey) -> ObjectInfo:
        return await self._store.stat(key)

    async def delete(self, key: ObjectKey) -> None:
        await self._store.delete(key)

    def list_objects(self) -> AsyncIterator[ObjectInfo]:
        return self._store.list_objects()


async def _ask(what: str, key: ObjectKey) -> None:
    _, dot, extension = key.value.rpartition("/")[2].partition(".")
    await ask(key.run_id, f"{what}{dot}{extension}")


@asynccontextmanager
async def open_gated_blobs(settings: Settings) -> AsyncIterator[BlobParts]:
    inner = msgspec.structs.replace(settings, blob_url=settings.blob_url.partition("+")[2])
    async with choose_blobs(inner)(inner) as parts:
        yield BlobParts(store=_GatedStore(parts.store), incomplete=parts.incomplete, probe=parts.probe)
