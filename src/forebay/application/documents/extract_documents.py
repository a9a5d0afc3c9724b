"""ExtractDocuments: the text of each of a run's documents."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from uuid import UUID

from forebay.application.documents.document_bytes import DocumentBytes
from forebay.application.documents.keep_attachments import KeepAttachments
from forebay.application.documents.keep_text import KeepText
from forebay.application.documents.policy import DocumentPolicy
from forebay.application.ports.clock import Clock
from forebay.application.ports.text import TextExtractor
from forebay.application.processing.processor import ProcessingStep, StepContext, StepOutcome
from forebay.domain.documents import errors as document_errors
from forebay.domain.documents.document import Document, DocumentFailure, DocumentStatus
from forebay.domain.documents.errors import DocumentNotFoundError, ExtractionError
from forebay.domain.errors import ForebayError, UnavailableError
from forebay.domain.intake import archive_errors
from forebay.domain.intake.archive_errors import ArchiveError
from forebay.domain.intake.run import RunType
from forebay.domain.processing.errors import LeaseLostError
from forebay.domain.processing.model import ModelSpec

_PAGE = 100
_WAITING = frozenset({DocumentStatus.UPLOADED, DocumentStatus.EXTRACTING, DocumentStatus.FAILED})


class ExtractDocuments:
    """Each document is read and recorded by itself, so that another attempt goes on where this one ended.

    One that cannot be read fails alone, with the reason; in a run of type document, whose one document it is, the step
    fails with it. What does not answer at present is tried again by the job.
    """

    name = "extract"

    def __init__(
        self,
        *,
        content: DocumentBytes,
        extractor: TextExtractor,
        keep_text: KeepText,
        keep_attachments: KeepAttachments,
        policy: DocumentPolicy,
        clock: Clock,
        version: str,
    ) -> None:
        self._content = content
        self._extractor = extractor
        self._keep_text = keep_text
        self._keep_attachments = keep_attachments
        self._policy = policy
        self._clock = clock
        self._version = version

    @property
    def model(self) -> ModelSpec | None:
        """Under whose limits; which library read a document is recorded with its text."""
        limits = self._policy.limits
        parameters = {
            "max_text_bytes": limits.max_text_bytes,
            "max_pages": limits.max_pages,
            "max_attachments": limits.max_attachments,
            "timeout_seconds": limits.timeout_seconds,
        }
        return ModelSpec(name="forebay-text-extractor", kind="extractor", version=self._version, parameters=parameters)

    async def __call__(self, context: StepContext) -> StepOutcome:
        count = _Count()
        async for document in self._waiting(context):
            try:
                await self._extract(context, document, count)
            except DocumentNotFoundError:
                continue  # somebody has deleted it meanwhile
            except (LeaseLostError, UnavailableError):
                raise
            except ForebayError as error:
                with suppress(DocumentNotFoundError):
                    await self._fail(context, document, error)
                count.failures[error.code] += 1
                if context.run.type is RunType.DOCUMENT and document.parent_id is None:
                    raise
            await context.progress(f"{count.documents} documents read so far", count.metadata())
        return StepOutcome(metadata=count.metadata())

    async def _waiting(self, context: StepContext) -> AsyncIterator[Document]:
        """Those to be read, and those that come along by that. What failed for good is not tried again, but in a run of

        type document: that failed as well, and whoever tries it again means this document.
        """
        done: set[UUID] = set()
        in_archive = context.run.type is not RunType.DOCUMENT
        while True:
            after: UUID | None = None
            before = len(done)
            while True:
                async with context.reading() as work:
                    page = await work.documents.list_of_run(context.run.id, statuses=_WAITING, after=after, limit=_PAGE)
                for document in page:
                    if document.id not in done and not (in_archive and _is_final(document)):
                        done.add(document.id)
                        yield document
                if len(page) < _PAGE:
                    break
                after = page[-1].id
            if len(done) == before:
                return

    async def _extract(self, context: StepContext, document: Document, count: "_Count") -> None:
        async with context.writing() as work:
            current = await work.documents.get(document.id, for_update=True)
            await work.documents.update(current.extracting(at=self._clock.now()))
        async with self._content.open(document) as source:
            extraction = await self._extractor.extract(source, document.media_type, self._policy.limits)
            # Before the text: once that is recorded, the document is not looked at again.
            count.attachments += await self._keep_attachments(context, document, source, extraction)
        await self._keep_text(context, document, extraction)
        count.documents += 1
        count.pages += extraction.page_count or 0
        count.needs_ocr += extraction.needs_ocr
        count.models[f"{extraction.model.name} {extraction.model.version}"] += 1

    async def _fail(self, context: StepContext, document: Document, error: ForebayError) -> None:
        async with context.writing() as work:
            current = await work.documents.get(document.id, for_update=True)
            await work.documents.update(current.failed(DocumentFailure.of(error), at=self._clock.now()))


def _is_final(document: Document) -> bool:
    return document.failure is not None and document.failure.code in _FINAL


_FINAL = frozenset(
    error.code
    for module in (document_errors, archive_errors)
    for error in vars(module).values()
    if isinstance(error, type) and issubclass(error, ExtractionError | ArchiveError)
)


class _Count:
    """What became of the documents."""

    def __init__(self) -> None:
        self.documents = 0
        self.pages = 0
        self.attachments = 0
        self.needs_ocr = 0
        self.failures: Counter[str] = Counter()
        self.models: Counter[str] = Counter()

    def metadata(self) -> dict[str, object]:
        return {
            "documents": self.documents,
            "pages": self.pages,
            "attachments": self.attachments,
            "needs_ocr": self.needs_ocr,
            "failures": dict(sorted(self.failures.items())),
            "models": dict(sorted(self.models.items())),
        }


def _fits(step: ExtractDocuments) -> ProcessingStep:
    return step
