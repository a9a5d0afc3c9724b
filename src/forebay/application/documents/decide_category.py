"""DecideCategory: what the classifiers make of a document, in their order."""

from collections.abc import Sequence

from forebay.application.documents.models import ensure_model
from forebay.application.ports.classification import Classifier, Opinion, Sample
from forebay.application.ports.clock import Clock
from forebay.application.ports.ids import IdGenerator
from forebay.application.ports.processing import ProcessingUnitOfWork
from forebay.domain.documents.category import Category
from forebay.domain.documents.errors import ClassifierRefusedError
from forebay.domain.documents.verdict import ClassifierName, Reason, ReasonKind, Verdict


class Decision:
    """Whose opinion counts. It becomes a verdict in the transaction that records it."""

    def __init__(self, name: ClassifierName, opinion: Opinion, *, more: tuple[Reason, ...] = ()) -> None:
        self.name = name
        self.opinion = opinion
        self._more = more

    async def verdict(self, work: ProcessingUnitOfWork, *, ids: IdGenerator, clock: Clock) -> Verdict:
        return Verdict(
            category_id=self.opinion.category_id,
            confidence=self.opinion.confidence,
            classified_by=self.name,
            model_id=await ensure_model(work.models, self.opinion.model, ids=ids, at=clock.now()),
            reasons=(*self.opinion.reasons, *self._more),
        )


class DecideCategory:
    """The first classifier that gives a category is followed. If all abstain, the surest of them says why.

    One whose answers are of no use is passed over, and the verdict says so; one that does not answer at present is
    waited for: ClassifierUnavailableError.
    """

    def __init__(self, classifiers: Sequence[Classifier]) -> None:
        self._classifiers = tuple(classifiers)

    async def __call__(self, sample: Sample, categories: Sequence[Category]) -> Decision | None:
        """None when there is no classifier to ask, or none had an answer."""
        abstained: Decision | None = None
        refusals: list[Reason] = []
        for classifier in self._classifiers:
            try:
                opinion = await classifier.classify(sample, categories)
            except ClassifierRefusedError as error:
                refusals.append(Reason(kind=ReasonKind.ABSTAINED, text=f"{classifier.name}: {error.message}"))
                continue
            decision = Decision(classifier.name, opinion, more=tuple(refusals))
            if opinion.category_id is not None:
                return decision
            if abstained is None or opinion.confidence > abstained.opinion.confidence:
                abstained = decision
        return abstained
