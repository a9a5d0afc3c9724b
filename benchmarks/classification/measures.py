"""What is measured of a classifier: how often it is right, how often it answers, and whether its confidence is true."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, fields
from uuid import UUID

from forebay.application.ports.classification import Classifier, Sample
from forebay.domain.documents.category import Category

_BINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """`category_id` None: none of the categories."""

    sample: Sample
    category_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    given: UUID | None
    confidence: float
    expected: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Shares from 0 to 1, but `milliseconds` for each document. `error`: expected calibration error of the answers.

    `accuracy`: right answers among all that have a category; `precision`: among those answered; `coverage`: answered;
    `false_answers`: answered among those that have none.
    """

    accuracy: float
    coverage: float
    precision: float
    error: float
    false_answers: float
    milliseconds: float


async def ask(
    classifiers: Sequence[Classifier], texts: Sequence[Labelled], categories: Sequence[Category]
) -> list[Answer]:
    """The first of the classifiers that names a category is followed, as Forebay does."""
    answers = []
    for text in texts:
        for classifier in classifiers:
            opinion = await classifier.classify(text.sample, categories)
            if opinion.category_id is not None:
                break
        answers.append(Answer(given=opinion.category_id, confidence=opinion.confidence, expected=text.category_id))
    return answers


async def measure(
    classifiers: Sequence[Classifier],
    texts: Sequence[Labelled],
    others: Sequence[Labelled],
    categories: Sequence[Category],
) -> Measures:
    began = time.perf_counter()
    answers = await ask(classifiers, texts, categories)
    seconds = time.perf_counter() - began
    return summary(answers, await ask(classifiers, others, categories), seconds)


def summary(answers: Sequence[Answer], others: Sequence[Answer], seconds: float) -> Measures:
    answered = [answer for answer in answers if answer.given is not None]
    right = sum(answer.given == answer.expected for answer in answered)
    return Measures(
        accuracy=right / len(answers),
        coverage=len(answered) / len(answers),
        precision=right / max(len(answered), 1),
        error=calibration_error(answered),
        false_answers=sum(answer.given is not None for answer in others) / len(others),
        milliseconds=1000 * seconds / len(answers),
    )


def calibration_error(answers: Sequence[Answer]) -> float:
    """Ten bins of equal width: the difference of confidence and accuracy, weighed by answers (Guo et al. 2017)."""
    error = 0.0
    for number in range(_BINS):
        members = [answer for answer in answers if min(int(answer.confidence * _BINS), _BINS - 1) == number]
        sure = sum(answer.confidence for answer in members)
        right = sum(answer.given == answer.expected for answer in members)
        error += abs(sure - right) / max(len(answers), 1)
    return error


def mean(several: Sequence[Measures]) -> Measures:
    names = [field.name for field in fields(Measures)]
    return Measures(**{name: sum(getattr(each, name) for each in several) / len(several) for name in names})
