"""What the local classifier and its engine say to each other."""

from collections.abc import Sequence
from typing import Protocol

from forebay.application.ports.classification import LabelledSample, Opinion, Sample
from forebay.domain.documents.category import Category
from forebay.domain.documents.verdict import Reason, ReasonKind
from forebay.domain.processing.model import ModelSpec

ZERO_SHOT = "zero-shot-1"  # of what this package makes of descriptions and examples; a verdict records it


class Judge(Protocol):
    """Says which category a document has, by what it knows. Below `threshold` it abstains."""

    def __call__(self, sample: Sample, categories: Sequence[Category], *, threshold: float) -> Opinion: ...


class Engine(Protocol):
    """What is done in threads. Loaded late: its libraries take a while, and are an extra."""

    def judge(self, learned: bytes | None, *, version: int) -> Judge: ...

    def learn(self, samples: Sequence[LabelledSample], categories: Sequence[Category]) -> bytes: ...


def model_of(version: int) -> ModelSpec:
    """`version` 0: nothing was learned."""
    return ModelSpec(name="forebay-local", kind="classifier", version=str(version) if version else ZERO_SHOT)


def abstained(why: str, confidence: float, model: ModelSpec) -> Opinion:
    reason = Reason(kind=ReasonKind.ABSTAINED, text=why)
    return Opinion(category_id=None, confidence=confidence, reasons=(reason,), model=model)


def beginning(text: str, length: int) -> str:
    """At most so many characters; lone surrogates, which no encoder takes, become question marks."""
    return text[:length].encode("utf-8", "replace").decode()
