"""ClassifyDocuments: what kind of document each of a run's documents is."""

from collections import Counter
from collections.abc import AsyncIterator
from uuid import UUID

from forebay.application.documents.current_model import CurrentModel
from forebay.application.documents.decide_category import DecideCategory
from forebay.application.documents.read_sample import ReadSample
from forebay.application.ports.clock import Clock
from forebay.application.ports.ids import IdGenerator
from forebay.application.processing.processor import ProcessingStep, StepContext, StepOutcome
from forebay.domain.documents.document import Document, DocumentStatus
from forebay.domain.documents.errors import DocumentNotFoundError
from forebay.domain.documents.verdict import ClassifierName, Verdict
from forebay.domain.processing.model import ModelSpec

_PAGE = 100


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
        async for document in self._waiting(context):
            try:
                verdict = await self._classify(context, document)
            except DocumentNotFoundError:
                continue  # somebody has deleted it meanwhile
            count += 1
            verdicts[_told(verdict)] += 1
            await context.progress(f"{count} documents classified so far", {"documents": count})
        metadata: dict[str, object] = {"documents": count, "classified_by": dict(sorted(verdicts.items()))}
        return StepOutcome(metadata=metadata if unused is None else {**metadata, "learned_model": unused})

    async def _waiting(self, context: StepContext) -> AsyncIterator[Document]:
        after: UUID | None = None
        while True:
            async with context.reading() as work:
                page = await work.documents.list_of_run(
                    context.run.id, statuses=self._statuses, after=after, limit=_PAGE
                )
            for document in page:
                yield document
            if len(page) < _PAGE:
                return
            after = page[-1].id

    async def _classify(self, context: StepContext, document: Document) -> Verdict | None:
        decision = None
        if not document.is_corrected:
            async with context.reading() as work:
                categories = await work.categories.list()
                key = await self._read_sample.locate(work.blobs, document)
            decision = await self._decide(await self._read_sample(document, key), categories)
        async with context.writing() as work:
            current = await work.documents.get(document.id, for_update=True)
            verdict = current.verdict
            if decision is not None:
                verdict = await decision.verdict(work, ids=self._ids, clock=self._clock)
            await work.documents.update(current.classified(verdict, at=self._clock.now()))
        return verdict


def _told(verdict: Verdict | None) -> str:
    if verdict is None:
        return "nobody"
    if verdict.classified_by is not ClassifierName.PERSON and verdict.category_id is None:
        return "uncategorised"
    return verdict.classified_by.value


def _fits(step: ClassifyDocuments) -> ProcessingStep:
    return step
