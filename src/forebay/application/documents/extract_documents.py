"""ExtractDocuments: the text of each of a run's documents."""

from contextlib import suppress

from forebay.application.documents.document_bytes import DocumentBytes, Opening
from forebay.application.documents.extraction_count import ExtractionCount
from forebay.application.documents.keep_attachments import KeepAttachments
from forebay.application.documents.keep_text import KeepText
from forebay.application.documents.policy import DocumentPolicy
from forebay.application.documents.waiting_documents import WaitingDocuments
from forebay.application.ports.clock import Clock
from forebay.application.ports.text import TextExtractor
from forebay.application.processing.processor import ProcessingStep, StepContext, StepOutcome
from forebay.domain.documents.document import Document, DocumentFailure
from forebay.domain.documents.errors import DocumentNotFoundError
from forebay.domain.errors import ForebayError, UnavailableError
from forebay.domain.intake.run import RunType
from forebay.domain.processing.errors import LeaseLostError
from forebay.domain.processing.model import ModelSpec


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
        count = ExtractionCount()
        waiting = WaitingDocuments(context)
        while documents := await waiting.more():
            async with self._content.in_turn(documents) as turns:
                async for document, opening in turns:
                    await self._take_on(context, document, opening, count)
                    await context.progress(f"{count.documents} documents read so far", count.metadata())
        return StepOutcome(metadata=count.metadata())

    async def _take_on(
        self, context: StepContext, document: Document, opening: Opening, count: ExtractionCount
    ) -> None:
        try:
            await self._extract(context, document, opening, count)
        except DocumentNotFoundError:
            return  # somebody has deleted it meanwhile
        except (LeaseLostError, UnavailableError):
            raise
        except ForebayError as error:
            with suppress(DocumentNotFoundError):
                await self._fail(context, document, error)
            count.failures[error.code] += 1
            if context.run.type is RunType.DOCUMENT and document.parent_id is None:
                raise

    async def _extract(
        self, context: StepContext, document: Document, opening: Opening, count: ExtractionCount
    ) -> None:
        async with context.writing() as work:
            current = await work.documents.get(document.id, for_update=True)
            await work.documents.update(current.extracting(at=self._clock.now()))
        async with opening as source:
            extraction = await self._extractor.extract(source, document.media_type, self._policy.limits)
            # Before the text: once that is recorded, the document is not looked at again.
            count.attachments += await self._keep_attachments(context, document, source, extraction)
        await self._keep_text(context, document, extraction)
        count.add(extraction)

    async def _fail(self, context: StepContext, document: Document, error: ForebayError) -> None:
        async with context.writing() as work:
            current = await work.documents.get(document.id, for_update=True)
            await work.documents.update(current.failed(DocumentFailure.of(error), at=self._clock.now()))


def _fits(step: ExtractDocuments) -> ProcessingStep:
    return step
