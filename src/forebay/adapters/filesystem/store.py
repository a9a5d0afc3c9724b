"""The blob store on a folder."""

import asyncio
import errno
import os
import secrets
import stat
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import aclosing, asynccontextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeVar

from forebay.adapters.filesystem.errors import storage_errors
from forebay.adapters.filesystem.group_commit import GroupCommit
from forebay.adapters.filesystem.layout import Layout, object_info
from forebay.adapters.filesystem.publishing import Publisher
from forebay.adapters.filesystem.reader import FileReader
from forebay.adapters.filesystem.syncing import make_durable_folder
from forebay.adapters.filesystem.threads import DiskThreads
from forebay.adapters.filesystem.writer import FilesystemWriter
from forebay.application.ports.blobs import (
    BlobStore,
    BlobWriter,
    Buffer,
    IncompleteObject,
    IncompleteUploads,
    ObjectInfo,
    Probe,
)
from forebay.domain.errors import SettingError, StorageFullError, StorageUnavailableError
from forebay.domain.intake.blob import ObjectKey
from forebay.domain.intake.errors import BlobNotFoundError

T = TypeVar("T")

GROUPED_UP_TO = 1024 * 1024
_LISTED_AT_ONCE = 500


class FilesystemBlobStore:
    """Objects as files below one folder. Made by open_filesystem_store()."""

    name = "storage"

    def __init__(self, root: Path, *, threads: int, direct: bool) -> None:
        self._layout = Layout(root.absolute())
        self._direct = direct
        self._publisher = Publisher(self._layout)
        self._threads = DiskThreads(threads)
        self._group = GroupCommit(self._layout, self._publisher)

    async def create(self, key: ObjectKey, *, size_hint: int | None = None) -> BlobWriter:
        del size_hint  # a file grows by itself
        writer = FilesystemWriter(key, layout=self._layout, publisher=self._publisher, threads=self._threads)
        try:
            await writer.begin(direct=self._direct)
        except BaseException:  # cancelled while the file was being made
            await writer.abort()
            raise
        return writer

    async def put(self, key: ObjectKey, data: Buffer) -> None:
        if memoryview(data).nbytes <= GROUPED_UP_TO:
            await self._group.put(key, bytes(data))
            return
        writer = await self.create(key)
        try:
            await writer.write(data)
            await writer.commit()
        except BaseException:
            await writer.abort()
            raise

    @asynccontextmanager
    async def open(
        self, key: ObjectKey, *, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        reader = FileReader(self._layout.object_path(key), self._threads)
        try:
            with storage_errors():
                async with self._missing_is(key):
                    await reader.open()
            async with aclosing(reader.chunks(start, stop)) as chunks:
                yield chunks
        finally:
            reader.close()

    async def stat(self, key: ObjectKey) -> ObjectInfo:
        with storage_errors():
            async with self._missing_is(key):
                status = await self._threads.run(partial(os.lstat, self._layout.object_path(key)))
        if not stat.S_ISREG(status.st_mode):
            raise BlobNotFoundError(f"the blob store holds no object {key}")
        return object_info(key, status)

    async def delete(self, key: ObjectKey) -> None:
        # Not synced: were the object back after a loss of power, no row would refer to it, and the sweep deletes such.
        with storage_errors():
            await self._threads.run(partial(self._publisher.remove, key))

    def list_objects(self) -> AsyncIterator[ObjectInfo]:
        return self._in_batches(self._layout.objects())

    def list_incomplete(self) -> AsyncIterator[IncompleteObject]:
        return self._in_batches(self._layout.parts())

    async def discard_incomplete(self, item: IncompleteObject) -> None:
        if (path := self._layout.part_path(item)) is not None:
            with storage_errors():
                await self._threads.run(partial(path.unlink, missing_ok=True))

    async def check(self) -> str:
        with storage_errors():
            free = await self._threads.run(self._free_bytes)
        if free == 0:
            raise StorageFullError
        return f"folder {self._layout.root}, {free / 1e9:.1f} GB free"

    async def close(self) -> None:
        """Returns when all that was begun is written; writers left open must be aborted before."""
        await asyncio.to_thread(self._group.close)
        await asyncio.to_thread(self._threads.close)

    def prepare(self) -> None:
        """Makes the folder if it is missing and proves that it can be written to. Blocking; called once."""
        trial = self._layout.incomplete / f"trial-{secrets.token_hex(4)}"
        try:
            make_durable_folder(self._layout.incomplete)
            trial.write_bytes(b"")
            trial.unlink()
        except OSError as error:
            raise SettingError(
                f"cannot write to the blob folder {self._layout.root} ({error.strerror}); let this user write there,"
                " or set FOREBAY_BLOB_URL to another folder",
                field="FOREBAY_BLOB_URL",
            ) from error

    @asynccontextmanager
    async def _missing_is(self, key: ObjectKey) -> AsyncIterator[None]:
        """No such file, a file where a folder should be, or a link: for us there is no such object.

        Unless the store's own folder is not there (a disk that is not mounted, say): then nobody knows.
        """
        try:
            yield
        except OSError as error:
            is_missing = error.errno in {errno.ENOENT, errno.ENOTDIR, errno.ELOOP}
            if not is_missing or not await self._threads.run(self._layout.incomplete.is_dir):
                raise
            raise BlobNotFoundError(f"the blob store holds no object {key}") from None

    def _free_bytes(self) -> int:
        if not os.access(self._layout.incomplete, os.W_OK | os.X_OK):
            raise StorageUnavailableError("the blob folder cannot be written to; check the folder of FOREBAY_BLOB_URL")
        space = os.statvfs(self._layout.root)
        return space.f_bavail * space.f_frsize

    async def _in_batches(self, items: Generator[T]) -> AsyncIterator[T]:
        """The walk goes on in a thread, some hundred entries at a time."""
        try:
            while True:
                with storage_errors():
                    batch = await self._threads.run(partial(_take, items))
                if not batch:
                    return
                for item in batch:
                    yield item
        finally:
            items.close()  # folders that are still open


@asynccontextmanager
async def open_filesystem_store(
    root: Path, *, threads: int = 8, direct: bool = True
) -> AsyncIterator[FilesystemBlobStore]:
    """The store on the folder `root`, made if missing. SettingError when it cannot be written to.

    `threads` bounds how many reads and writes are under way at once; `direct` lets large blocks bypass the page cache.
    """
    store = FilesystemBlobStore(root, threads=threads, direct=direct)
    try:
        await asyncio.to_thread(store.prepare)
        yield store
    finally:
        await store.close()


def _take(items: Iterator[T]) -> list[T]:
    return list(islice(items, _LISTED_AT_ONCE))


def _proof(store: FilesystemBlobStore) -> tuple[BlobStore, IncompleteUploads, Probe]:
    return store, store, store
