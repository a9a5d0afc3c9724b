"""The blob store on an S3 bucket."""

import hashlib
from asyncio import Semaphore
from base64 import b64encode
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import replace
from pathlib import Path

from forebay.adapters.s3.address import S3Address
from forebay.adapters.s3.api import S3Api, open_api
from forebay.adapters.s3.disposition import attachment, checked_media_type
from forebay.adapters.s3.errors import NoSuchObjectError, NoSuchUploadError, RangeBeyondEndError
from forebay.adapters.s3.spool import Spool
from forebay.adapters.s3.writer import S3Writer, refuse_existing
from forebay.application.ports.blobs import (
    BlobStore,
    BlobWriter,
    Buffer,
    IncompleteObject,
    IncompleteUploads,
    ObjectInfo,
    Probe,
)
from forebay.application.ports.links import PresignedReads
from forebay.domain.errors import StorageUnavailableError
from forebay.domain.intake.blob import ObjectKey
from forebay.domain.intake.errors import BlobNotFoundError, InvalidFieldError

SENT_FROM_MEMORY = 1024 * 1024
_UPLOAD_ID = "?uploadId="


class S3BlobStore:
    """Objects under a prefix of one bucket. Made by open_s3_store()."""

    name = "storage"

    def __init__(
        self, address: S3Address, *, api: S3Api, spool: Spool, parts_in_flight: int, public_api: S3Api | None = None
    ) -> None:
        self._address = address
        self._api = api
        self._public_api = public_api or api
        self._spool = spool
        self._slots = Semaphore(parts_in_flight)
        self._digest = needs_digest(api)

    async def create(self, key: ObjectKey, *, size_hint: int | None = None) -> BlobWriter:
        return S3Writer(
            self._name(key),
            api=self._api,
            spool=self._spool,
            slots=self._slots,
            size_hint=size_hint,
        )

    async def put(self, key: ObjectKey, data: Buffer) -> None:
        if memoryview(data).nbytes <= SENT_FROM_MEMORY:
            content = bytes(data)
            await refuse_existing(self._api, self._name(key))
            await self._api.put(self._name(key), content, md5=_md5(content) if self._digest else None)
            return
        writer = await self.create(key)
        try:
            await writer.write(data)
            await writer.commit()
        finally:
            await writer.abort()

    @asynccontextmanager
    async def open(
        self, key: ObjectKey, *, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        if stop is not None and stop <= start:
            await self.stat(key)
            yield _nothing()
            return
        try:
            download = await self._api.get(self._name(key), start=start, stop=stop)
        except NoSuchObjectError:
            raise _missing(key) from None
        except RangeBeyondEndError:
            yield _nothing()
            return
        try:
            async with aclosing(download.chunks()) as chunks:
                yield chunks
        finally:
            download.close()

    async def stat(self, key: ObjectKey) -> ObjectInfo:
        try:
            found = await self._api.head(self._name(key))
        except NoSuchObjectError:
            raise _missing(key) from None
        return ObjectInfo(key=key, size_bytes=found.size_bytes, modified_at=found.modified_at)

    async def delete(self, key: ObjectKey) -> None:
        await self._api.delete(self._name(key))

    async def list_objects(self) -> AsyncIterator[ObjectInfo]:
        async for found in self._api.list_objects(self._address.prefix):
            if (key := self._key(found.name)) is not None:
                yield ObjectInfo(key=key, size_bytes=found.size_bytes, modified_at=found.modified_at)

    async def list_incomplete(self) -> AsyncIterator[IncompleteObject]:
        async for upload in self._api.list_uploads(self._address.prefix):
            if (key := self._key(upload.name)) is None:
                continue
            try:
                grown_at = await self._api.last_activity(upload)
            except (NoSuchUploadError, NoSuchObjectError):  # over since it was listed
                continue
            name = f"{upload.name}{_UPLOAD_ID}{upload.upload_id}"
            yield IncompleteObject(name=name, key=key, modified_at=grown_at)

    async def discard_incomplete(self, item: IncompleteObject) -> None:
        name, mark, upload_id = item.name.partition(_UPLOAD_ID)
        if mark and self._key(name) is not None:
            await self._api.abort_upload(name, upload_id)

    async def presign(self, key: ObjectKey, *, file_name: str, media_type: str, seconds: int) -> str:
        return await self._public_api.presign(
            self._name(key),
            media_type=checked_media_type(media_type),
            disposition=attachment(file_name),
            seconds=seconds,
        )

    async def check(self) -> str:
        if not await self._api.has_bucket():
            raise StorageUnavailableError(f"there is no bucket {self._address.bucket}; restart to create it")
        return str(self._address)

    def _name(self, key: ObjectKey) -> str:
        return f"{self._address.prefix}{key}"

    def _key(self, name: str) -> ObjectKey | None:
        try:
            return ObjectKey(name.removeprefix(self._address.prefix))
        except InvalidFieldError:
            return None


@asynccontextmanager
async def open_s3_store(
    url: str,
    *,
    spool_dir: Path | None = None,
    parts_in_flight: int = 8,
    threads: int = 4,
    timeout_seconds: float = 60.0,
) -> AsyncIterator[S3BlobStore]:
    """The store on the bucket that `url` names (see S3Address), created if missing.

    `spool_dir` holds parts on their way, at most three of each upload; None: the system's temporary folder.
    `timeout_seconds`: how long the server may be silent. SettingError, StorageUnavailableError.
    """
    address = S3Address.parse(url)
    async with AsyncExitStack() as stack:
        api = await stack.enter_async_context(
            open_api(address, timeout_seconds=timeout_seconds, connections=parts_in_flight + 24)
        )
        public_api = None
        if address.public_endpoint_url is not None:
            public = replace(address, endpoint_url=address.public_endpoint_url)
            public_api = await stack.enter_async_context(
                open_api(public, timeout_seconds=timeout_seconds, connections=1)
            )
        spool = Spool(spool_dir, threads=threads, digest=needs_digest(api))
        stack.callback(spool.close)
        await spool.prove()
        await _ensure_bucket(api)
        yield S3BlobStore(address, api=api, spool=spool, parts_in_flight=parts_in_flight, public_api=public_api)


def needs_digest(api: S3Api) -> bool:
    """Over plain HTTP nothing else would notice a byte that changed on the way to the server."""
    return not api.endpoint_url.startswith("https:")


async def _ensure_bucket(api: S3Api) -> None:
    if await api.has_bucket():
        return
    try:
        await api.create_bucket()
    except StorageUnavailableError:
        if not await api.has_bucket():  # else somebody else was faster
            raise


def _md5(content: bytes) -> str:
    return b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()


def _missing(key: ObjectKey) -> BlobNotFoundError:
    return BlobNotFoundError(f"the blob store holds no object {key}")


async def _nothing() -> AsyncGenerator[bytes]:
    none: tuple[bytes, ...] = ()
    for chunk in none:
        yield chunk


def _proof(store: S3BlobStore) -> tuple[BlobStore, IncompleteUploads, PresignedReads, Probe]:
    return store, store, store, store
