"""ReceiveUpload: a file arrives and becomes a stored run, a failed run that says why, or nothing at all."""

import asyncio
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from forebay.application.cancellation import to_the_end, until_done
from forebay.application.idempotency import hash_key
from forebay.application.intake.create_ingestion_run import (
    CreateIngestionRun,
    CreateIngestionRunCommand,
    required_type,
)
from forebay.application.intake.fail_ingestion_run import FailIngestionRun, FailIngestionRunCommand
from forebay.application.intake.idempotency import fingerprint
from forebay.application.intake.limits import SMALL_BYTES, UploadLimits
from forebay.application.intake.pump import ReceivedBytes, too_large
from forebay.application.intake.record_upload import RecordUpload, RecordUploadCommand
from forebay.application.intake.replay_upload import ReplayUpload
from forebay.application.intake.results import RunWithFiles
from forebay.application.intake.store_blob import StoreBlob, StoreBlobCommand
from forebay.application.intake.touch_run import TouchRun
from forebay.application.ports.ids import IdGenerator
from forebay.application.ports.sources import UploadSource
from forebay.domain.errors import ForebayError
from forebay.domain.intake.blob import ObjectKey, Sha256
from forebay.domain.intake.errors import DigestMismatchError, IdempotencyReplayError, UploadCancelledError
from forebay.domain.intake.filename import key_extension
from forebay.domain.intake.media_type import choose_media_type
from forebay.domain.intake.signatures import HEAD_BYTES, Signature, check_content, detect


def _behind(buffer: memoryview, place: int) -> memoryview:
    return buffer[place:]


def _ignore(run_id: UUID) -> None:
    """Nobody wants to know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveUploadCommand:
    """`on_run` is told the run's id as soon as there is one, so that log lines can name it."""

    source: UploadSource
    idempotency_key: str | None = None
    on_run: Callable[[UUID], None] = _ignore


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadReceipt:
    """`replayed`: the Idempotency-Key was known, and this is the first run."""

    stored: RunWithFiles
    replayed: bool = False


@dataclass(slots=True, kw_only=True)
class _Upload:
    """One upload under way. `begun`: it may have a pending row. `loose`: an object that no row points at."""

    run_id: UUID
    command: ReceiveUploadCommand
    key_hash: str | None
    head: memoryview
    whole: bool = False
    begun: bool = False
    loose: ObjectKey | None = None

    @property
    def source(self) -> UploadSource:
        return self.command.source

    def check_first_bytes(self) -> Signature:
        return check_content(required_type(self.source.details), bytes(self.head[:HEAD_BYTES]))

    def object_key(self, ids: IdGenerator) -> ObjectKey:
        return ObjectKey.build(
            owner=self.source.details.owner,
            run_id=self.run_id,
            name=ids.random_id(),
            extension=key_extension(self.source.file_name),
        )

    def verify(self, received: ReceivedBytes) -> None:
        """All fields are known now: the type must fit the bytes, and the bytes what the client promised."""
        self.check_first_bytes()
        expected = self.source.details.sha256
        if expected is not None and expected != received.sha256:
            raise DigestMismatchError(
                f"the client gave SHA-256 {expected}, the {received.size_bytes} bytes that arrived have "
                f"{received.sha256}; nothing was kept",
                field="sha256",
            )


class ReceiveUpload:
    """Small files are held in memory and recorded in one transaction; larger ones stream through StoreBlob.

    A larger one whose type is known has a pending run while it streams. Whatever ends it early leaves a failed
    run with the reason, no object and no temporary file; refused before it began, it leaves nothing.
    """

    def __init__(
        self,
        *,
        create_run: CreateIngestionRun,
        store_blob: StoreBlob,
        record: RecordUpload,
        fail_run: FailIngestionRun,
        replay: ReplayUpload,
        touch_run: TouchRun,
        ids: IdGenerator,
        limits: UploadLimits,
    ) -> None:
        self._create_run = create_run
        self._store_blob = store_blob
        self._record = record
        self._fail_run = fail_run
        self._replay = replay
        self._touch_run = touch_run
        self._ids = ids
        self._limits = limits

    async def __call__(self, command: ReceiveUploadCommand) -> UploadReceipt:
        key_hash = hash_key(command.idempotency_key) if command.idempotency_key is not None else None
        upload = _Upload(run_id=self._ids.new_id(), command=command, key_hash=key_hash, head=memoryview(b""))
        command.on_run(upload.run_id)
        try:
            await self._read_head(upload)
            if key_hash is not None and (first := await self._replay.find(key_hash)) is not None:
                return await self._answer_again(upload, first, await self._hash_rest(upload))
            received, key = await (self._receive_small(upload) if upload.whole else self._receive_large(upload))
            return await self._finish(upload, received, key)
        except asyncio.CancelledError:
            await to_the_end(self._fail(upload, UploadCancelledError()))
            raise
        except ForebayError as error:
            await to_the_end(self._fail(upload, error))
            raise
        except Exception as error:
            defect = ForebayError(f"The upload ended with an error that was not foreseen ({type(error).__name__}).")
            await to_the_end(self._fail(upload, defect))
            raise

    async def _read_head(self, upload: _Upload) -> None:
        buffer = memoryview(bytearray(SMALL_BYTES))
        filled = 0
        try:
            while filled < SMALL_BYTES:
                read = await upload.source.read(partial(_behind, buffer, filled))
                if read == 0:
                    upload.whole = True
                    break
                filled += read or 0
        finally:
            upload.head = buffer[:filled]
        announced = 0 if upload.whole else (upload.source.size_hint or 0) - _FORM_BYTES
        if max(filled, announced) > self._limits.max_bytes:
            raise too_large(self._limits.max_bytes)

    async def _receive_small(self, upload: _Upload) -> tuple[ReceivedBytes, ObjectKey]:
        received = ReceivedBytes(size_bytes=len(upload.head), sha256=Sha256(hashlib.sha256(upload.head).hexdigest()))
        upload.verify(received)
        key = upload.loose = upload.object_key(self._ids)
        await to_the_end(self._store_blob.put(key, upload.head))
        return received, key

    async def _receive_large(self, upload: _Upload) -> tuple[ReceivedBytes, ObjectKey]:
        source = upload.source
        if source.details.type is not None:
            upload.check_first_bytes()
            await self._begin(upload)
        started = time.monotonic()

        async def verify(received: ReceivedBytes) -> None:
            upload.verify(received)
            if not upload.begun and time.monotonic() - started >= self._limits.heartbeat.total_seconds():
                await self._begin(upload)  # a store may date the object by its beginning: a sweep must see the run

        key = upload.object_key(self._ids)
        alive = asyncio.create_task(self._touch_run.keep_alive(upload.run_id)) if upload.begun else None
        try:
            received = await self._store_blob(StoreBlobCommand(key=key, head=upload.head, source=source, verify=verify))
            upload.loose = key
        finally:
            if alive is not None:
                alive.cancel()
                await until_done(alive)
        return received, key

    async def _begin(self, upload: _Upload) -> None:
        upload.begun = True  # before it is so: a commit whose answer got lost may have happened
        command = CreateIngestionRunCommand(run_id=upload.run_id, details=upload.source.details)
        await to_the_end(self._create_run(command))

    async def _finish(self, upload: _Upload, received: ReceivedBytes, key: ObjectKey) -> UploadReceipt:
        """The transaction runs to its end even when the client goes away: its outcome must be known."""
        source = upload.source
        command = RecordUploadCommand(
            run_id=upload.run_id,
            begun=upload.begun,
            details=source.details,
            file_name=source.file_name,
            media_type=choose_media_type(detect(bytes(upload.head[:HEAD_BYTES])), source.file_name),
            key=key,
            received=received,
            key_hash=upload.key_hash,
            fingerprint=fingerprint(source.details, source.file_name, received.sha256) if upload.key_hash else "",
        )
        upload.loose = None  # what becomes of the object is for RecordUpload to say
        try:
            return UploadReceipt(stored=await to_the_end(self._record(command)))
        except IdempotencyReplayError as first:
            if upload.begun:
                await self._replay.drop(upload.run_id)
                upload.begun = False
            return await self._answer_again(upload, first, received)

    async def _answer_again(
        self, upload: _Upload, first: IdempotencyReplayError, received: ReceivedBytes
    ) -> UploadReceipt:
        upload.command.on_run(first.run_id)
        again = fingerprint(upload.source.details, upload.source.file_name, received.sha256)
        return UploadReceipt(stored=await self._replay(first, again), replayed=True)

    async def _hash_rest(self, upload: _Upload) -> ReceivedBytes:
        """The key is known: the bytes are only compared, so they are hashed and let go."""
        digest = hashlib.sha256(upload.head)
        size = len(upload.head)
        buffer = memoryview(bytearray(4 * SMALL_BYTES))
        while not upload.whole:
            read = await upload.source.read(lambda: buffer)
            if read is None:
                continue
            upload.whole = read == 0
            await asyncio.to_thread(digest.update, buffer[:read])
            size += read
            if size > self._limits.max_bytes:
                raise too_large(self._limits.max_bytes)
        received = ReceivedBytes(size_bytes=size, sha256=Sha256(digest.hexdigest()))
        upload.verify(received)
        return received

    async def _fail(self, upload: _Upload, error: ForebayError) -> None:
        """What was begun and is not stored says why. Without a database to say it in, the sweep says it later."""
        if upload.loose is not None:
            await self._store_blob.discard(upload.loose)
        tells = error.code in _LEAVES_A_RUN and _fits_its_type(upload)
        try:
            if upload.begun or tells:
                details = upload.source.details if tells else None
                await self._fail_run(FailIngestionRunCommand(run_id=upload.run_id, error=error, details=details))
        except ForebayError as second:
            error.add_note(f"and run {upload.run_id} could not be marked failed: {second.message}")


_FORM_BYTES = 64 * 1024  # a size that was announced includes the form around the file
_LEAVES_A_RUN = {
    "upload_interrupted",
    "upload_stalled",
    "upload_cancelled",
    "digest_mismatch",
    "storage_unavailable",
    "storage_full",
}


def _fits_its_type(upload: _Upload) -> bool:
    try:
        upload.check_first_bytes()
    except ForebayError:
        return False
    return True
