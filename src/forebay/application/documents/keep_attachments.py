"""KeepAttachments: what is attached to a message becomes files of its run, and documents where they can be read."""

import hashlib
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass

from forebay.application.cancellation import to_the_end
from forebay.application.documents.policy import DocumentPolicy
from forebay.application.ports.archives import RangeSource
from forebay.application.ports.blobs import BlobStore
from forebay.application.ports.clock import Clock
from forebay.application.ports.ids import IdGenerator
from forebay.application.ports.text import Attachment, Extraction, TextExtractor
from forebay.application.processing.processor import StepContext
from forebay.domain.documents.document import Document
from forebay.domain.errors import UnavailableError
from forebay.domain.intake.blob import Blob, ObjectKey, Sha256
from forebay.domain.intake.file import FileRole, StoredFile
from forebay.domain.intake.member import NESTED


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stored:
    """An attachment's bytes in the blob store, to which no row points yet."""

    key: ObjectKey
    size_bytes: int
    sha256: Sha256


class KeepAttachments:
    """Each is stored and recorded by itself. One that was recorded before, with the same bytes, is found again."""

    def __init__(
        self, *, extractor: TextExtractor, blobs: BlobStore, policy: DocumentPolicy, clock: Clock, ids: IdGenerator
    ) -> None:
        self._extractor = extractor
        self._blobs = blobs
        self._policy = policy
        self._clock = clock
        self._ids = ids

    async def __call__(
        self, context: StepContext, message: Document, source: RangeSource, extraction: Extraction
    ) -> int:
        """How many documents were attached."""
        if message.path.count(NESTED) + 1 >= self._policy.max_depth:
            return 0
        found = 0
        names: Counter[str] = Counter()
        for attachment in extraction.attachments:
            names[attachment.name] += 1
            path = f"{message.path}{NESTED}{_distinct(attachment.name, names[attachment.name])}"
            if not self._extractor.reads(attachment.media_type) or not attachment.size_bytes:
                continue
            async with self._extractor.open_attachment(
                source, message.media_type, attachment, self._policy.limits
            ) as chunks:
                stored = await self._store(context, chunks)
            await self._record(context, message, path, attachment, stored)
            found += 1
        return found

    async def _store(self, context: StepContext, chunks: AsyncIterator[bytes]) -> _Stored:
        key = ObjectKey.build(owner=context.run.owner, run_id=context.run.id, name=self._ids.random_id(), extension="")
        digest, size = hashlib.sha256(), 0
        writer = await self._blobs.create(key)
        try:
            async for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                await writer.write(chunk)
            await writer.commit()
        except BaseException:
            await to_the_end(writer.abort())
            raise
        return _Stored(key=key, size_bytes=size, sha256=Sha256(digest.hexdigest()))

    async def _record(
        self, context: StepContext, message: Document, path: str, attachment: Attachment, stored: _Stored
    ) -> None:
        async with context.writing() as work:
            now = self._clock.now()
            await work.documents.get(message.id, for_update=True)
            known = await work.documents.find(context.run.id, path, for_update=True)
            blob = await work.blobs.claim(
                Blob(sha256=stored.sha256, size_bytes=stored.size_bytes, object_key=stored.key, created_at=now)
            )
            if known is not None and known.sha256 == stored.sha256:
                file = await work.files.get(known.file_id)
            else:
                file = StoredFile(
                    id=self._ids.new_id(),
                    run_id=context.run.id,
                    path=path,
                    role=FileRole.MEMBER,
                    media_type=attachment.media_type,
                    size_bytes=stored.size_bytes,
                    sha256=stored.sha256,
                    created_at=now,
                )
                await work.files.add(file)
            if known is None:
                document = Document.of_file(self._ids.new_id(), context.run, file, at=now, parent_id=message.id)
                await work.documents.add(document)
            else:
                await work.documents.update(known.found_again(file, at=now))
        if blob.object_key != stored.key:
            with suppress(UnavailableError):  # then it is an orphan, and the sweep removes it
                await self._blobs.delete(stored.key)


def _distinct(name: str, count: int) -> str:
    """Names within a message may be alike: `a.pdf`, `a (2).pdf`."""
    if count == 1:
        return name
    stem, dot, extension = name.rpartition(".")
    return f"{stem} ({count}).{extension}" if dot and stem else f"{name} ({count})"
