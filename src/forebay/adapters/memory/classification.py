"""A classifier without libraries, for tests and for programs that embed Forebay: it counts words."""

import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from uuid import UUID

from forebay.application.ports.classification import LabelledSample, LearningClassifier, Opinion, Sample
from forebay.domain.documents.category import Category
from forebay.domain.documents.errors import ClassifierRefusedError, NothingToLearnError
from forebay.domain.documents.verdict import ClassifierName, Reason, ReasonKind
from forebay.domain.processing.model import ModelSpec

_FORMAT = "forebay-words-1"
_LOOKED_AT = 20_000  # characters
_LEAST_SHARED = 2
_LEAST_LIKE = 0.5
_WORD = re.compile(r"\w{3,}")

Words = frozenset[str]


class WordsClassifier:
    """The category with whose name, description and examples a text has the most words in common, at least two.

    Learning is remembering: a text that shares half its words with one that a person judged is the same again.
    """

    name = ClassifierName.LOCAL

    def __init__(self) -> None:
        self._remembered: Mapping[Words, UUID | None] = {}
        self._version = 0

    async def classify(self, sample: Sample, categories: Sequence[Category]) -> Opinion:
        return await asyncio.to_thread(self._classify, sample, tuple(categories))

    async def learn(self, samples: Sequence[LabelledSample], categories: Sequence[Category]) -> bytes:
        known = {None, *(category.id for category in categories)}
        lessons = [
            {"words": sorted(_words_of(labelled.sample)), "category": _text(labelled.category_id)}
            for labelled in samples
            if labelled.category_id in known
        ]
        if not lessons:
            raise NothingToLearnError
        return json.dumps({"format": _FORMAT, "lessons": lessons}).encode()

    async def use(self, learned: bytes | None, *, version: int) -> None:
        self._remembered = {} if learned is None else _read(learned)
        self._version = 0 if learned is None else version

    def _classify(self, sample: Sample, categories: Sequence[Category]) -> Opinion:
        words = _words_of(sample)
        by_id = {category.id: category for category in categories}
        for remembered, category_id in self._remembered.items():
            like = len(words & remembered) / max(len(words | remembered), 1)
            if like >= _LEAST_LIKE and category_id is None:
                return self._opinion(None, like, ReasonKind.ABSTAINED, "a person said that it is none of them")
            if like >= _LEAST_LIKE and category_id in by_id:
                return self._opinion(category_id, like, ReasonKind.EXAMPLE, "a person judged a text like this")
        shared = {category.id: words & _said_of(category) for category in categories}
        most = max((len(common) for common in shared.values()), default=0)
        best = [category_id for category_id, common in shared.items() if len(common) == most]
        if most < _LEAST_SHARED or len(best) != 1:
            return self._opinion(None, 0.0, ReasonKind.ABSTAINED, "no category has the most words in common")
        return self._opinion(best[0], most / (most + 1), ReasonKind.TERM, ", ".join(sorted(shared[best[0]])))

    def _opinion(self, category_id: UUID | None, confidence: float, kind: ReasonKind, why: str) -> Opinion:
        return Opinion(
            category_id=category_id,
            confidence=confidence,
            reasons=(Reason(kind=kind, text=why),),
            model=ModelSpec(name="forebay-words", kind="classifier", version=str(self._version)),
        )


def _words_of(sample: Sample) -> Words:
    return frozenset(_WORD.findall(f"{sample.title} {sample.text}"[:_LOOKED_AT].casefold()))


def _said_of(category: Category) -> Words:
    return frozenset(_WORD.findall(" ".join((category.name, category.description, *category.examples)).casefold()))


def _text(category_id: UUID | None) -> str | None:
    return None if category_id is None else str(category_id)


def _read(learned: bytes) -> dict[Words, UUID | None]:
    """A later lesson on the same words wins."""
    try:
        content = json.loads(learned)
        if content["format"] != _FORMAT:
            raise ValueError("not this format")
        return {
            frozenset(str(word) for word in lesson["words"]): lesson["category"] and UUID(lesson["category"])
            for lesson in content["lessons"]
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ClassifierRefusedError("what was learned is damaged; learn again") from None


def _fits(words: WordsClassifier) -> LearningClassifier:
    return words
