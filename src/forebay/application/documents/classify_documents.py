"""ClassifyDocuments: what kind of document each of a run's documents is."""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from uuid import UUID

from forebay.application.documents.current_model import CurrentModel
from forebay.application.documents.decide_category import DecideCategory
from forebay.application.documents.read_sample import ReadSample
from forebay.application.ports.clock import Clock
from forebay.application.ports.ids import IdGenerator
from forebay.application.processing.processor import ProcessingStep, StepContext, StepOutcome
from forebay.domain.documents.category import Category
from forebay.domain.documents.document import Document, DocumentStatus
from forebay.domain.documents.errors import CategoryNotFoundError, DocumentNotFoundError
from forebay.domain.documents.verdict import ClassifierName, Verdict
from forebay.domain.intake.errors import BlobNotFoundError
from forebay.domain.processing.model import ModelSpec

_PAGE = 100
_TRIES = 3  # at one document, when something changes meanwhile


class ClassifyDocuments:
    """Those whose text was just read; with `again` also those that are ready. What people said stays."""

    name = "classify"

    def __init__(
        self,
        *,
        decide: DecideCategory,
        read_sample: ReadSample,
        current_model: CurrentModel,
        clock: Clock,
        ids: IdGenerator,
        again: bool = False,
    ) -> None:
        self._decide = decide
        self._read_sample = read_sample
        self._current_model = current_model
        self._clock = clock
        self._ids = ids
        self._statuses = frozenset({DocumentStatus.CLASSIFYING} | ({DocumentStatus.READY} if again else set()))

    @property
    def model(self) -> ModelSpec | None:
        """Each verdict names its own."""
        return None

    async def __call__(self, context: StepContext) -> StepOutcome:
        unused = await self._current_model.refresh()
        verdicts: Counter[str] = Counter()
        count = 0
        async for document, categories in self._waiting(context):
            classified = await self._classify(context, document.id, categories)
            if classified is None:
                continue
            count += 1
            verdicts[_told(classified.verdict)] += 1
            await context.progress(f"{count} documents classified so far", {"documents": count})
        metadata: dict[str, object] = {"documents": count, "classified_by": dict(sorted(verdicts.items()))}
        return StepOutcome(metadata=metadata if unused is None else {**metadata, "learned_model": unused})

    async def _waiting(self, context: StepContext) -> AsyncIterator[tuple[Document, Sequence[Category]]]:
        """And the categories, which are asked for with each page of documents: they may be much to read."""
        after: UUID | None = None
        while True:
            async with context.reading() as work:
                page = await work.documents.list_of_run(
                    context.run.id, statuses=self._statuses, after=after, limit=_PAGE
                )
                categories = await work.categories.list()
            for document in page:
                yield document, categories
            if len(page) < _PAGE:
                return
            after = page[-1].id

    async def _classify(
        self, context: StepContext, document_id: UUID, categories: Sequence[Category]
    ) -> Document | None:
        """None when it was deleted meanwhile, or is read again: then whoever reads it classifies it."""
        for tries_left in reversed(range(_TRIES)):
            try:
                return await self._try(context, document_id, categories)
            except DocumentNotFoundError:
                return None
            except (BlobNotFoundError, CategoryNotFoundError):
                if not tries_left:  # else its text was replaced or a category deleted, between our look and our word
                    raise
                async with context.reading() as work:
                    categories = await work.categories.list()
        return None

    async def _try(self, context: StepContext, document_id: UUID, categories: Sequence[Category]) -> Document | None:
        async with context.reading() as work:
            document = await work.documents.get(document_id)
            if document.status not in self._statuses:
                return None
            key = await self._read_sample.locate(work.blobs, document)
        decision = None
        if not document.is_corrected:
            decision = await self._decide(await self._read_sample(document, key), categories)
        async with context.writing() as work:
            current = await work.documents.get(document_id, for_update=True)
            if current.status not in self._statuses or current.text != document.text:
                return None
            verdict = current.verdict
            if decision is not None and not current.is_corrected:
                verdict = await decision.verdict(work, ids=self._ids, clock=self._clock)
            classified = current.classified(verdict, at=self._clock.now())
            await work.documents.update(classified)
        return classified


def _told(verdict: Verdict | None) -> str:
    if verdict is None:
        return "nobody"
    if verdict.classified_by is not ClassifierName.PERSON and verdict.category_id is None:
        return "uncategorised"
    return verdict.classified_by.value


def _fits(step: ClassifyDocuments) -> ProcessingStep:
    return step
