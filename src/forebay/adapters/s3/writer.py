"""A BlobWriter on a multipart upload."""

import asyncio
from asyncio import Semaphore, Task
from contextlib import suppress

from forebay.adapters.s3.api import S3Api
from forebay.adapters.s3.errors import NoSuchObjectError
from forebay.adapters.s3.part_size import next_part_size
from forebay.adapters.s3.spool import Spool, SpoolBody, SpoolFile
from forebay.application.cancellation import to_the_end
from forebay.application.ports.blobs import BlobWriter, Buffer
from forebay.domain.errors import InternalStateError, StorageFullError, StorageUnavailableError

PARTS_IN_FLIGHT = 2  # of one upload; while they are under way a third is filled


class S3Writer:
    """Fills a part in a temporary file while the parts before it are sent; an object of one part is one PutObject.

    `slots` bounds the parts in flight of the whole store.
    """

    def __init__(self, name: str, *, api: S3Api, spool: Spool, slots: Semaphore, size_hint: int | None) -> None:
        self._name = name
        self._api = api
        self._spool = spool
        self._slots = slots
        self._size_hint = size_hint
        self._filled = 0  # bytes in the parts before the present one
        self._part: SpoolFile | None = spool.new_file()
        self._part_size = next_part_size(size_hint=size_hint, sent=0)
        self._upload_id: str | None = None
        self._sending: set[Task[None]] = set()
        self._etags: dict[int, str] = {}
        self._parts_begun = 0
        self._whole = True  # False from the moment a write fails or is cut off: what follows would not join on

    async def write(self, data: Buffer) -> None:
        part = self._open_part()
        self._whole = False
        rest = memoryview(data).cast("B")
        while rest:
            if part.size == self._part_size:
                part = await self._send_part(part)
            block = rest[: self._part_size - part.size]
            await self._spool.append(part, block)
            rest = rest[len(block) :]
        self._whole = True

    async def commit(self) -> None:
        part = self._open_part()
        if self._upload_id is None:
            await refuse_existing(self._api, self._name)
            async with self._slots:
                await self._put(part)
        else:
            await self._send_part(part)
            while self._sending:
                await self._wait_for_a_part()
            await refuse_existing(self._api, self._name)
            etags = [self._etags[number] for number in range(1, self._parts_begun + 1)]
            await self._api.complete_upload(self._name, self._upload_id, etags)
            self._upload_id = None
        self._close_part()

    async def abort(self) -> None:
        self._close_part()
        sending, self._sending = self._sending, set()
        for task in sending:
            task.cancel()
        await asyncio.gather(*sending, return_exceptions=True)
        upload_id, self._upload_id = self._upload_id, None
        if upload_id is not None:
            with suppress(StorageUnavailableError, StorageFullError):
                await self._api.abort_upload(self._name, upload_id)

    def _open_part(self) -> SpoolFile:
        if self._part is None or not self._whole:
            raise InternalStateError(f"the writer of {self._name} was used after its end or after a write that failed")
        return self._part

    def _close_part(self) -> None:
        if self._part is not None:
            self._part.close()
            self._part = None

    async def _send_part(self, part: SpoolFile) -> SpoolFile:
        """Hands the present part over to a task of its own, once there is room for it. Gives the next one."""
        if self._upload_id is None:
            await to_the_end(self._begin())
        while len(self._sending) >= PARTS_IN_FLIGHT:
            await self._wait_for_a_part()
        self._parts_begun += 1
        task = asyncio.create_task(self._upload(self._parts_begun, part))
        task.add_done_callback(lambda _: part.close())  # not in the task: it may be cancelled before its first step
        self._sending.add(task)
        self._filled += part.size
        self._part = self._spool.new_file()
        self._part_size = next_part_size(size_hint=self._size_hint, sent=self._filled)
        return self._part

    async def _begin(self) -> None:
        # Also when the task is cancelled meanwhile: abort() must know the upload's id.
        self._upload_id = await self._api.begin_upload(self._name)

    async def _wait_for_a_part(self) -> None:
        """Raises the error of a part that failed."""
        done, _ = await asyncio.wait(self._sending, return_when=asyncio.FIRST_COMPLETED)
        self._sending -= done
        for error in [task.exception() for task in done]:
            if error is not None:
                raise error

    async def _upload(self, number: int, part: SpoolFile) -> None:
        upload_id = self._upload_id
        if upload_id is None:
            raise InternalStateError
        async with self._slots:
            md5 = await self._spool.md5(part)
            body = SpoolBody(self._spool, part)
            self._etags[number] = await self._api.upload_part(self._name, upload_id, number, body, md5=md5)

    async def _put(self, part: SpoolFile) -> None:
        md5 = await self._spool.md5(part)
        await self._api.put(self._name, SpoolBody(self._spool, part) if part.size else b"", md5=md5)


async def refuse_existing(api: S3Api, name: str) -> None:
    """InternalStateError when there is such an object: none is ever replaced.

    A question before the write, since not every S3 server knows conditional writes. It finds a key that was used
    before, not two uploads of one key at the same time, which random keys rule out.
    """
    try:
        await api.head(name)
    except NoSuchObjectError:
        return
    raise InternalStateError(f"there is an object {name} already; none is ever replaced")


def _proof(writer: S3Writer) -> BlobWriter:
    return writer
