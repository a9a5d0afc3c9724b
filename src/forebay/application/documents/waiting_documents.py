"""Which documents of a run are still to be read."""

from collections.abc import Sequence
from uuid import UUID

from forebay.application.processing.processor import StepContext
from forebay.domain.documents import errors as document_errors
from forebay.domain.documents.document import Document, DocumentStatus
from forebay.domain.documents.errors import ExtractionError
from forebay.domain.intake import archive_errors
from forebay.domain.intake.archive_errors import ArchiveError
from forebay.domain.intake.run import RunType

_PAGE = 500
_TOGETHER = 5_000  # in memory at a time; an archive is read once for so many
_WAITING = frozenset({DocumentStatus.UPLOADED, DocumentStatus.EXTRACTING, DocumentStatus.FAILED})
_FINAL = frozenset(
    error.code
    for module in (document_errors, archive_errors)
    for error in vars(module).values()
    if isinstance(error, type) and issubclass(error, ExtractionError | ArchiveError)
)


class WaitingDocuments:
    """Each once: those that wait, and those that come along while others are read.

    What failed for good is not tried again, but in a run of type document: that failed as well, and whoever tries it
    again means this document.
    """

    def __init__(self, context: StepContext) -> None:
        self._context = context
        self._given: set[UUID] = set()
        self._in_archive = context.run.type is not RunType.DOCUMENT

    async def more(self) -> Sequence[Document]:
        """Some that were not given yet, ordered by id; none when there are no more."""
        found: list[Document] = []
        after: UUID | None = None
        while len(found) < _TOGETHER:
            async with self._context.reading() as work:
                page = await work.documents.list_of_run(
                    self._context.run.id, statuses=_WAITING, after=after, limit=_PAGE
                )
            found += [document for document in page if self._is_next(document)]
            if len(page) < _PAGE:
                break
            after = page[-1].id
        self._given.update(document.id for document in found)
        return found

    def _is_next(self, document: Document) -> bool:
        if document.id in self._given:
            return False
        return not (self._in_archive and document.failure is not None and document.failure.code in _FINAL)
