"""DeleteDocument: a document goes, and its run with it when it is all that the run has."""

from contextlib import suppress
from uuid import UUID

from forebay.application.intake.delete_run import DeleteRun
from forebay.application.ports.blobs import BlobStore
from forebay.application.ports.documents import DocumentsUnitOfWork, DocumentsUnitOfWorkFactory
from forebay.domain.documents.document import Document
from forebay.domain.errors import UnavailableError
from forebay.domain.intake.blob import Sha256
from forebay.domain.intake.run import RunType


class DeleteDocument:
    """Of a run of type document the run is deleted, bytes and all. A document within an archive or a message is taken

    off the list with what was attached to it; the archive or message stays whole, and reading the run again finds it
    again. DocumentNotFoundError, RunInProgressError.
    """

    def __init__(self, *, unit_of_work: DocumentsUnitOfWorkFactory, delete_run: DeleteRun, blobs: BlobStore) -> None:
        self._unit_of_work = unit_of_work
        self._delete_run = delete_run
        self._blobs = blobs

    async def __call__(self, document_id: UUID) -> None:
        async with self._unit_of_work(write=False) as work:
            document = await work.documents.get(document_id)
            run = await work.runs.get(document.run_id)
        if run.type is RunType.DOCUMENT and document.parent_id is None:
            await self._delete_run(run.id)
            return
        async with self._unit_of_work() as work:
            document = await work.documents.get(document_id, for_update=True)
            gone = await _with_attached(work, document)
            digests = {text for found in gone for text in _text(found)}
            await work.documents.delete(document_id)
            for attached in gone:
                if attached.parent_id is not None:  # its bytes are a file of their own, which was made from the message
                    await work.files.remove(attached.file_id)
                    digests.add(attached.sha256)
            released = [await work.blobs.release(digest) for digest in sorted(digests, key=str)]
            await work.commit()
        with suppress(UnavailableError):  # then they are orphans, and the sweep removes them
            for key in released:
                if key is not None:
                    await self._blobs.delete(key)


async def _with_attached(work: DocumentsUnitOfWork, document: Document) -> list[Document]:
    """Locked, so that none is given another text before it goes: nobody would release that."""
    found = [document]
    for each in found:  # grows meanwhile: messages may be attached to messages
        found += await work.documents.attached_to(each.id, for_update=True)
    return found


def _text(document: Document) -> tuple[Sha256, ...]:
    return (document.text.sha256,) if document.text is not None else ()
