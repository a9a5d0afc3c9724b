"""Texts on their way into another database's index."""

import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from forebay.adapters.memory.blobs import MemoryBlobStore
from forebay.application.ports.copying import StoredText
from forebay.application.ports.document_records import IndexEntry
from forebay.application.system.copy_index import CopyIndex
from forebay.application.system.copy_report import CopyCommand, CopyReport
from forebay.domain.errors import StorageUnavailableError
from forebay.domain.intake.blob import Blob, ObjectKey, Sha256


class Texts(MemoryBlobStore):
    """Three texts, of which the store cannot give one as often as is said."""

    def __init__(self) -> None:
        super().__init__()
        self.stored: list[StoredText] = []
        self.refusals = 0

    async def fill(self) -> None:
        for number in range(3):
            text = b"text %d" % number
            blob = Blob(
                sha256=Sha256(hashlib.sha256(text).hexdigest()),
                size_bytes=len(text),
                object_key=ObjectKey.build(owner=None, run_id=uuid4(), name=uuid4(), extension=""),
                created_at=datetime(2026, 11, 21, tzinfo=UTC),
            )
            await self.put(blob.object_key, text)
            self.stored.append(StoredText(document_id=uuid4(), title="", language=None, blob=blob))

    @asynccontextmanager
    async def open(
        self, key: ObjectKey, *, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        if key == self.stored[1].blob.object_key and self.refusals:
            self.refusals -= 1
            raise StorageUnavailableError("the disk says no")
        async with super().open(key, start=start, stop=stop) as chunks:
            yield chunks

    async def texts(self) -> AsyncIterator[Sequence[StoredText]]:
        yield self.stored

    async def index(self, entry: IndexEntry) -> None:
        """As the target."""


async def run(texts: Texts, *, despite_damage: bool) -> tuple[int, int]:
    report = CopyReport(source="here", target="there")
    copy = CopyIndex(texts=texts)
    await copy(texts, texts, CopyCommand(despite_damage=despite_damage), report)  # type: ignore[arg-type]  # it has all that is asked for here
    return report.indexed, report.not_indexed


async def test_a_text_that_cannot_be_read_is_an_error_unless_damage_is_put_up_with() -> None:
    texts = Texts()
    await texts.fill()
    texts.refusals = 1
    assert await run(texts, despite_damage=False) == (3, 0), "it is asked for twice"
    texts.refusals = 10
    with pytest.raises(StorageUnavailableError, match="the disk says no"):
        await run(texts, despite_damage=False)
    texts.refusals = 10
    assert await run(texts, despite_damage=True) == (2, 1)


async def test_an_object_that_has_grown_is_not_read_to_its_end() -> None:
    texts = Texts()
    await texts.fill()
    key = texts.stored[0].blob.object_key
    await texts.delete(key)
    await texts.put(key, b"text 0, and what nobody knows")
    assert await run(texts, despite_damage=False) == (2, 1)
