"""The blob store in memory."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from forebay.application.ports.blobs import (
    BlobStore,
    BlobWriter,
    Buffer,
    IncompleteObject,
    IncompleteUploads,
    ObjectInfo,
    Probe,
)
from forebay.domain.errors import InternalStateError, StorageUnavailableError
from forebay.domain.intake.blob import ObjectKey
from forebay.domain.intake.errors import BlobNotFoundError

_CHUNK = 256 * 1024


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class _Object:
    data: bytes
    modified_at: datetime = field(default_factory=_now)


@dataclass(slots=True)
class _Part:
    """Bytes that are not committed yet, and when they last grew."""

    key: ObjectKey
    data: bytearray = field(default_factory=bytearray)
    modified_at: datetime = field(default_factory=_now)


@dataclass(frozen=True, slots=True)
class _Shelf:
    """What the store and its writers share; parts by a name that no other writer has."""

    objects: dict[ObjectKey, _Object] = field(default_factory=dict)
    parts: dict[str, _Part] = field(default_factory=dict)

    def add(self, key: ObjectKey, data: bytes) -> None:
        if key in self.objects:
            raise InternalStateError(f"there is an object {key} already; none is ever replaced")
        self.objects[key] = _Object(data)

    def get(self, key: ObjectKey) -> _Object:
        try:
            return self.objects[key]
        except KeyError:
            raise BlobNotFoundError(f"the blob store holds no object {key}") from None


class MemoryBlobStore:
    """Objects in a dictionary; gone with the process. For one event loop."""

    name = "storage"

    def __init__(self) -> None:
        self._shelf = _Shelf()
        self._writers = 0

    async def create(self, key: ObjectKey, *, size_hint: int | None = None) -> BlobWriter:
        del size_hint  # never trusted, and the bytes grow by themselves
        self._writers += 1
        name = f"{key}, writer {self._writers}"
        self._shelf.parts[name] = _Part(key)
        return MemoryWriter(self._shelf, name)

    async def put(self, key: ObjectKey, data: Buffer) -> None:
        self._shelf.add(key, bytes(data))

    @asynccontextmanager
    async def open(
        self, key: ObjectKey, *, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        data = memoryview(self._shelf.get(key).data)[start:stop]
        async with aclosing(_chunks(data)) as chunks:
            yield chunks

    async def stat(self, key: ObjectKey) -> ObjectInfo:
        return _info(key, self._shelf.get(key))

    async def delete(self, key: ObjectKey) -> None:
        self._shelf.objects.pop(key, None)

    async def list_objects(self) -> AsyncIterator[ObjectInfo]:
        for key, found in list(self._shelf.objects.items()):
            if key in self._shelf.objects:
                yield _info(key, found)

    async def list_incomplete(self) -> AsyncIterator[IncompleteObject]:
        for name, part in list(self._shelf.parts.items()):
            if name in self._shelf.parts:
                yield IncompleteObject(name=name, key=part.key, modified_at=part.modified_at)

    async def discard_incomplete(self, item: IncompleteObject) -> None:
        self._shelf.parts.pop(item.name, None)

    async def check(self) -> str:
        return f"memory, {len(self._shelf.objects)} objects"


class MemoryWriter:
    """Bytes that become an object on commit; what a sweep discarded cannot be committed any more."""

    def __init__(self, shelf: _Shelf, name: str) -> None:
        self._shelf = shelf
        self._name = name
        self._usable = True

    async def write(self, data: Buffer) -> None:
        part = self._part()
        part.data += data
        part.modified_at = _now()
        self._usable = False  # for good if it is cancelled here
        await asyncio.sleep(0)  # a long upload lets others run, as it does on any other store
        self._usable = True

    async def commit(self) -> None:
        part = self._part()
        self._shelf.add(part.key, bytes(part.data))
        await self.abort()

    async def abort(self) -> None:
        self._usable = False
        self._shelf.parts.pop(self._name, None)

    def _part(self) -> _Part:
        if not self._usable:
            raise InternalStateError("a writer was used after its end or after a write that failed")
        if self._name not in self._shelf.parts:
            raise StorageUnavailableError("what was written so far was swept away; send it again")
        return self._shelf.parts[self._name]


def _info(key: ObjectKey, found: _Object) -> ObjectInfo:
    return ObjectInfo(key=key, size_bytes=len(found.data), modified_at=found.modified_at)


async def _chunks(data: memoryview) -> AsyncGenerator[bytes]:
    for start in range(0, len(data), _CHUNK):
        yield bytes(data[start : start + _CHUNK])


def _proof(store: MemoryBlobStore) -> tuple[BlobStore, IncompleteUploads, Probe]:
    return store, store, store


def _writer_proof(writer: MemoryWriter) -> BlobWriter:
    return writer
