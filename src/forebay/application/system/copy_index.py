"""CopyIndex: the full-text index of another database is made from the texts that the documents have."""

import asyncio
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import suppress

from forebay.application.ports.blobs import BlobStore
from forebay.application.ports.copying import SourceRecords, StoredText, TargetRecords
from forebay.application.ports.document_records import IndexEntry
from forebay.application.system.copy_report import CopyCommand, CopyReport, CopyStage
from forebay.domain.errors import UnavailableError
from forebay.domain.intake.errors import BlobNotFoundError

_TOGETHER = 16  # texts that are fetched at the same time,
_BYTES_TOGETHER = 16 * 1024 * 1024  # and what they may have together, unless it is one alone


class CopyIndex:
    """A document whose text is lost or damaged is counted, and cannot be found by it.

    So is one whose text the store does not give, if damage is put up with; else that is its error.
    """

    def __init__(self, *, texts: BlobStore) -> None:
        self._texts = texts

    async def __call__(
        self, source: SourceRecords, target: TargetRecords, command: CopyCommand, report: CopyReport
    ) -> None:
        async for batch in source.texts():
            for some in _groups(batch):
                read = await asyncio.gather(*(self._text(stored, command) for stored in some))
                for stored, text in zip(some, read, strict=True):
                    if text is None:
                        report.not_indexed += 1
                        continue
                    await target.index(
                        IndexEntry(
                            document_id=stored.document_id, title=stored.title, text=text, language=stored.language
                        )
                    )
                    report.indexed += 1
                done = report.indexed + report.not_indexed
                command.tell(CopyStage.INDEX, done, 0)

    async def _text(self, stored: StoredText, command: CopyCommand) -> str | None:
        with suppress(UnavailableError):  # what shook once is no fault
            return await self._read(stored)
        try:
            return await self._read(stored)
        except UnavailableError:
            if command.despite_damage:
                return None
            raise

    async def _read(self, stored: StoredText) -> str | None:
        data = bytearray()
        try:
            async with self._texts.open(stored.blob.object_key) as chunks:
                async for chunk in chunks:
                    data += chunk
                    if len(data) > stored.blob.size_bytes:
                        return None
        except BlobNotFoundError:
            return None
        if hashlib.sha256(data).hexdigest() != stored.blob.sha256.hex:
            return None
        return data.decode()


def _groups(texts: Sequence[StoredText]) -> Iterator[Sequence[StoredText]]:
    group: list[StoredText] = []
    size = 0
    for text in texts:
        if group and (len(group) == _TOGETHER or size + text.blob.size_bytes > _BYTES_TOGETHER):
            yield group
            group, size = [], 0
        group.append(text)
        size += text.blob.size_bytes
    if group:
        yield group
