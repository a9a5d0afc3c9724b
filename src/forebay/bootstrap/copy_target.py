"""The store that a copy goes to: what it says of the setting is meant of the option that named it."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from forebay.application.ports.blobs import BlobStore, BlobWriter, Buffer, ObjectInfo
from forebay.domain.errors import (
    DatabaseUnavailableError,
    SchemaOutdatedError,
    SettingError,
    StorageFullError,
    StorageUnavailableError,
)
from forebay.domain.intake.blob import ObjectKey

TO_DATABASE, TO_BLOBS = "--to-database", "--to-blobs"
DATABASE, BLOBS = "FOREBAY_DATABASE_URL", "FOREBAY_BLOB_URL"


@contextmanager
def about(option: str, setting: str) -> Iterator[None]:
    """Errors that speak of the setting speak of the option instead."""
    try:
        yield
    except (
        SettingError,
        SchemaOutdatedError,
        DatabaseUnavailableError,
        StorageUnavailableError,
        StorageFullError,
    ) as error:
        field = option if error.field == setting else error.field
        raise type(error)(error.message.replace(setting, option), field=field) from error


class TargetBlobs:
    """Puts about() around every call."""

    def __init__(self, store: BlobStore) -> None:
        self._store = store

    async def create(self, key: ObjectKey, *, size_hint: int | None = None) -> BlobWriter:
        with about(TO_BLOBS, BLOBS):
            return _Writer(await self._store.create(key, size_hint=size_hint))

    async def put(self, key: ObjectKey, data: Buffer) -> None:
        with about(TO_BLOBS, BLOBS):
            await self._store.put(key, data)

    @asynccontextmanager
    async def open(
        self, key: ObjectKey, *, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        with about(TO_BLOBS, BLOBS):
            async with self._store.open(key, start=start, stop=stop) as chunks:
                yield chunks

    async def stat(self, key: ObjectKey) -> ObjectInfo:
        with about(TO_BLOBS, BLOBS):
            return await self._store.stat(key)

    async def delete(self, key: ObjectKey) -> None:
        with about(TO_BLOBS, BLOBS):
            await self._store.delete(key)

    async def list_objects(self) -> AsyncIterator[ObjectInfo]:
        with about(TO_BLOBS, BLOBS):
            async for info in self._store.list_objects():
                yield info


class _Writer:
    """As the store it belongs to."""

    def __init__(self, writer: BlobWriter) -> None:
        self._writer = writer

    async def write(self, data: Buffer) -> None:
        with about(TO_BLOBS, BLOBS):
            await self._writer.write(data)

    async def commit(self) -> None:
        with about(TO_BLOBS, BLOBS):
            await self._writer.commit()

    async def abort(self) -> None:
        await self._writer.abort()


def _fits(store: TargetBlobs, writer: _Writer) -> tuple[BlobStore, BlobWriter]:
    return store, writer
