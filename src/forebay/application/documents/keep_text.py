"""KeepText: what was read of a document is recorded: text, pages, title, language, and its entry in the index."""

import hashlib
from contextlib import suppress

from forebay.application.documents.models import ensure_model
from forebay.application.ports.blobs import BlobStore
from forebay.application.ports.clock import Clock
from forebay.application.ports.documents import IndexEntry
from forebay.application.ports.ids import IdGenerator
from forebay.application.ports.processing import ProcessingUnitOfWork
from forebay.application.ports.text import Extraction
from forebay.application.processing.processor import StepContext
from forebay.domain.documents.document import Document, DocumentText, title_from
from forebay.domain.errors import UnavailableError
from forebay.domain.intake.blob import Blob, ObjectKey, Sha256


class KeepText:
    """The object first, then all rows in one transaction: a document and its index entry are never apart.

    The text that a document had before is released. An object whose bytes are there already is removed again.
    """

    def __init__(self, *, blobs: BlobStore, clock: Clock, ids: IdGenerator) -> None:
        self._blobs = blobs
        self._clock = clock
        self._ids = ids

    async def __call__(self, context: StepContext, document: Document, extraction: Extraction) -> Document:
        """The document as it is now. DocumentNotFoundError when somebody has deleted it."""
        encoded, page_offsets = _encode(extraction)
        sha256 = Sha256(hashlib.sha256(encoded).hexdigest())
        key = ObjectKey.build(
            owner=context.run.owner, run_id=context.run.id, name=self._ids.random_id(), extension=".txt"
        )
        await self._blobs.put(key, encoded)  # when that is cut short, what may have been kept is swept
        spare: list[ObjectKey] = []
        async with context.writing() as work:
            now = self._clock.now()
            before = await work.documents.get(document.id, for_update=True)
            blob = await work.blobs.claim(Blob(sha256=sha256, size_bytes=len(encoded), object_key=key, created_at=now))
            model_id = await ensure_model(work.models, extraction.model, ids=self._ids, at=now)
            text = DocumentText(sha256=sha256, size_bytes=len(encoded), page_offsets=page_offsets, model_id=model_id)
            extracted = before.extracted(
                at=now,
                text=text,
                title=title_from(extraction.title),
                page_count=extraction.page_count,
                language=extraction.language,
                needs_ocr=extraction.needs_ocr,
            )
            await work.documents.update(extracted)
            await work.index.put(
                IndexEntry(
                    document_id=document.id,
                    title=extracted.title,
                    text=extraction.text,
                    language=extraction.language,
                )
            )
            if blob.object_key != key:
                spare.append(key)
            spare += await _release(work, before, sha256)
        with suppress(UnavailableError):  # then they are orphans, and the sweep removes them
            for unused in spare:
                await self._blobs.delete(unused)
        return extracted


async def _release(work: ProcessingUnitOfWork, before: Document, now_has: Sha256) -> list[ObjectKey]:
    if before.text is None or before.text.sha256 == now_has:
        return []
    key = await work.blobs.release(before.text.sha256)
    return [key] if key is not None else []


def _encode(extraction: Extraction) -> tuple[bytes, tuple[int, ...]]:
    """UTF-8, and the bytes at which the pages begin."""
    starts = extraction.page_starts
    ends = (*starts[1:], len(extraction.text))
    head = extraction.text[: starts[0]] if starts else extraction.text
    parts = [head.encode()]
    offsets: list[int] = []
    offset = len(parts[0])
    for start, end in zip(starts, ends, strict=False):
        offsets.append(offset)
        page = extraction.text[start:end].encode()
        parts.append(page)
        offset += len(page)
    return b"".join(parts), tuple(offsets)
