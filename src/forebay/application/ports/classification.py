"""Saying what kind of document something is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from forebay.domain.documents.category import Category, Rule
from forebay.domain.documents.verdict import ClassifierName, Reason
from forebay.domain.processing.model import ModelSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What classifiers see of a document. `text`: its beginning, at most as long as the policy says."""

    title: str
    text: str
    media_type: str
    language: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """`category_id` None: no category is likely enough. `confidence`: 0 to 1, calibrated as well as it can be."""

    category_id: UUID | None
    confidence: float
    reasons: tuple[Reason, ...]
    model: ModelSpec


class Classifier(Protocol):
    """Says which category a document has, and why; or that it cannot tell. Thresholds are the classifier's own.

    ClassifierUnavailableError when a service that it needs does not answer, ClassifierRefusedError when its answers
    are of no use: neither loses the document. Never blocks the event loop.
    """

    @property
    def name(self) -> ClassifierName: ...

    async def classify(self, sample: Sample, categories: Sequence[Category]) -> Opinion:
        """Among these categories, of which there may be none."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledSample:
    """A document, and what a person said it is (None: none of the categories)."""

    sample: Sample
    category_id: UUID | None


class LearningClassifier(Classifier, Protocol):
    """A classifier that learns from corrections. What it has learned is bytes, which hold no code."""

    async def learn(self, samples: Sequence[LabelledSample], categories: Sequence[Category]) -> bytes:
        """The same samples in the same order give the same bytes. NothingToLearnError."""
        ...

    async def use(self, learned: bytes | None, *, version: int) -> None:
        """From now on classify with this; None: without. ClassifierRefusedError for bytes that learn() never gave."""
        ...


class RuleChecker(Protocol):
    """Whether rules can be used, before a category gets them."""

    async def check(self, rules: Sequence[Rule]) -> None:
        """InvalidRuleError says which rule and which term, and what is wrong with it."""
        ...
