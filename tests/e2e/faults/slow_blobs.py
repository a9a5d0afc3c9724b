"""`slow+file:///…`: another store that takes its time, so that kills land inside steps that cost next to nothing."""

import asyncio
import os
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec

from forebay.application.ports.blobs import BlobStore, BlobWriter, Buffer, ObjectInfo
from forebay.bootstrap.parts import BlobParts
from forebay.bootstrap.schemes import choose_blobs
from forebay.bootstrap.settings import Settings
from forebay.domain.intake.blob import ObjectKey

SECONDS_VARIABLE = "FAULTS_STORE_SECONDS"


class _SlowWriter:
    def __init__(self, writer: BlobWriter, store: "_SlowStore") -> None:
        self._writer = writer
        self._store = store

    async def write(self, data: Buffer) -> None:
        await self._writer.write(data)

    async def commit(self) -> None:
        await self._store.hesitate()
        await self._writer.commit()
        await self._store.hesitate()

    async def abort(self) -> None:
        await self._writer.abort()


class _SlowStore:
    """Hesitates before it opens anything, behind every chunk, and around every commit."""

    def __init__(self, store: BlobStore, most_seconds: float) -> None:
        self._store = store
        self._most = most_seconds

    async def hesitate(self) -> None:
        await asyncio.sleep(random.uniform(0, self._most))

    async def create(self, key: ObjectKey, *, size_hint: int | None = None) -> BlobWriter:
        return _SlowWriter(await self._store.create(key, size_hint=size_hint), self)

    async def put(self, key: ObjectKey, data: Buffer) -> None:
        await self._store.put(key, data)

    @asynccontextmanager
    async def open(
        self, key: ObjectKey, *, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        await self.hesitate()
        async with self._store.open(key, start=start, stop=stop) as chunks:
            yield self._dripping(chunks)

    async def _dripping(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        async for chunk in chunks:
            yield chunk
            await self.hesitate()

    async def stat(self, key: ObjectKey) -> ObjectInfo:
        return await self._store.stat(key)

    async def delete(self, key: ObjectKey) -> None:
        await self._store.delete(key)

    def list_objects(self) -> AsyncIterator[ObjectInfo]:
        return self._store.list_objects()


@asynccontextmanager
async def open_slow_blobs(settings: Settings) -> AsyncIterator[BlobParts]:
    inner = msgspec.structs.replace(settings, blob_url=settings.blob_url.partition("+")[2])
    async with choose_blobs(inner)(inner) as parts:
        store = _SlowStore(parts.store, float(os.environ[SECONDS_VARIABLE]))
        yield BlobParts(store=store, incomplete=parts.incomplete, probe=parts.probe)
