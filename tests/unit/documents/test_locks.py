"""Whoever changes documents has locked them, so that nothing which people say meanwhile is lost."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest

from forebay.adapters.memory.documents import MemoryDocuments
from forebay.adapters.memory.intake import MemoryBlobs
from forebay.application.ports.text import Attachment
from forebay.domain.documents.document import Document, DocumentStatus
from forebay.domain.errors import StorageUnavailableError
from forebay.domain.intake.blob import Blob
from forebay.domain.intake.run import RunType
from forebay.domain.processing.job import JobStatus
from tests.unit.documents.desk import Desk
from tests.unit.documents.scripted import ScriptedExtractor, extraction
from tests.unit.intake.archives import ScriptedArchives, entry
from tests.unit.processing.virtual_time import in_virtual_time

MAIL = "app.tgz"  # as the rig calls what it stores


class Locks:
    """Which documents each unit of work has locked, and what it did without."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.missing: list[str] = []
        self._held: dict[int, tuple[object, set[UUID]]] = {}
        self._claimed: dict[int, object] = {}
        get, find, add = MemoryDocuments.get, MemoryDocuments.find, MemoryDocuments.add
        of_run, attached = MemoryDocuments.list_of_run, MemoryDocuments.attached_to
        update, delete, claim = MemoryDocuments.update, MemoryDocuments.delete, MemoryBlobs.claim

        async def getting(repository: MemoryDocuments, document_id: UUID, *, for_update: bool = False) -> Document:
            found = await get(repository, document_id, for_update=for_update)
            self._lock(repository, [found] if for_update else ())
            return found

        async def finding(
            repository: MemoryDocuments, run_id: UUID, path: str, *, for_update: bool = False
        ) -> Document | None:
            found = await find(repository, run_id, path, for_update=for_update)
            self._lock(repository, [found] if for_update and found is not None else ())
            return found

        async def listing(repository: MemoryDocuments, run_id: UUID, **options: Any) -> Sequence[Document]:
            found = await of_run(repository, run_id, **options)
            self._lock(repository, found if options.get("for_update") else ())
            return found

        async def looking(
            repository: MemoryDocuments, document_id: UUID, *, for_update: bool = False
        ) -> Sequence[Document]:
            found = await attached(repository, document_id, for_update=for_update)
            self._lock(repository, found if for_update else ())
            return found

        async def adding(repository: MemoryDocuments, document: Document) -> None:
            self._of(repository).add(document.id)
            await add(repository, document)

        async def updating(repository: MemoryDocuments, document: Document) -> None:
            if document.id not in self._of(repository):
                self.missing.append(f"update of {document.path}")
            await update(repository, document)

        async def deleting(repository: MemoryDocuments, document_id: UUID) -> None:
            going = [await get(repository, document_id)]
            for each in going:
                going += await attached(repository, each.id)
            self.missing += [f"delete of {one.path}" for one in going if one.id not in self._of(repository)]
            await delete(repository, document_id)

        async def claiming(repository: MemoryBlobs, blob: Blob) -> Blob:
            self._claimed[id(repository._work)] = repository._work
            return await claim(repository, blob)

        monkeypatch.setattr(MemoryDocuments, "get", getting)
        monkeypatch.setattr(MemoryDocuments, "find", finding)
        monkeypatch.setattr(MemoryDocuments, "list_of_run", listing)
        monkeypatch.setattr(MemoryDocuments, "attached_to", looking)
        monkeypatch.setattr(MemoryDocuments, "add", adding)
        monkeypatch.setattr(MemoryDocuments, "update", updating)
        monkeypatch.setattr(MemoryDocuments, "delete", deleting)
        monkeypatch.setattr(MemoryBlobs, "claim", claiming)

    def _lock(self, repository: MemoryDocuments, found: Sequence[Document]) -> None:
        if found and id(repository._work) in self._claimed:
            self.missing += [f"{one.path} was locked behind a blob" for one in found]
        self._of(repository).update(one.id for one in found)

    def _of(self, repository: MemoryDocuments) -> set[UUID]:
        return self._held.setdefault(id(repository._work), (repository._work, set()))[1]


def mail_with_attachment(path: str) -> ScriptedExtractor:
    attached = (Attachment(index=0, name="note.txt", media_type="text/plain", size_bytes=7),)
    extractor = ScriptedExtractor({path: [extraction("a mail", attachments=attached)]})
    extractor.attached[path, 0] = b"a note."
    return extractor


@in_virtual_time
async def test_whoever_changes_a_document_has_locked_it_before_any_blob(monkeypatch: pytest.MonkeyPatch) -> None:
    locks = Locks(monkeypatch)
    desk = Desk(extractor=mail_with_attachment(MAIL))
    await desk.rig.stored(run_type=RunType.DOCUMENT)
    assert await desk.rig.worked_off() == "succeeded"
    await desk.rig.start_again()
    assert await desk.rig.worked_off() == "succeeded"
    await desk.correct(desk.documents[MAIL], title="Mine")
    assert locks.missing == []


@in_virtual_time
async def test_whoever_gives_documents_up_has_locked_them(monkeypatch: pytest.MonkeyPatch) -> None:
    locks = Locks(monkeypatch)
    extractor = ScriptedExtractor({"a.txt": [StorageUnavailableError()]})
    desk = Desk(extractor=extractor, archives=ScriptedArchives([entry("a.txt")]))
    await desk.rig.stored(documents=True)
    while desk.rig.job.status is not JobStatus.FAILED:
        await desk.rig.worked_off()
        await desk.pass_time(minutes=60)
    assert desk.document.status is DocumentStatus.FAILED
    assert locks.missing == []


@in_virtual_time
async def test_whoever_deletes_a_message_has_locked_what_was_attached(monkeypatch: pytest.MonkeyPatch) -> None:
    locks = Locks(monkeypatch)
    desk = Desk(extractor=mail_with_attachment("mail.txt"), archives=ScriptedArchives([entry("mail.txt")]))
    await desk.rig.stored(documents=True)
    assert await desk.rig.worked_off() == "succeeded"
    assert set(desk.documents) == {"mail.txt", "mail.txt!/note.txt"}
    await desk.delete(desk.documents["mail.txt"])
    assert desk.documents == {}
    assert locks.missing == []
