"""Multinomial logistic regression that begins at an opinion held before, and how sure its answers may be.

The score of class k for features x is prior[k] + x · W[k], and the loss is cross-entropy + penalty/2 · |W|². Without
samples W is 0 and the prior decides; each sample moves W a little. At the minimum W is Xᵀ·A, a mix of the samples, so
only A is sought: by Nesterov's accelerated gradient with the momentum for strongly convex functions (Introductory
Lectures on Convex Optimization, 2.2), which is deterministic.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forebay.adapters.classification.embedding import Vector

Labels = NDArray[np.int64]

DEFAULT_PENALTY = 0.3
_PENALTIES = (1.0, 0.3, 0.1, 0.03)  # each begins where the one before it ended
_FOLDS = 5
_LEAST_TO_CHECK = 20
_MOST_TO_CHECK = 1_000
_ROUNDS = 500
_PRECISE, _ROUGH = 1e-3, 1e-2  # of scores
_TEMPERATURES = np.exp(np.linspace(np.log(0.5), np.log(3.0), 61))
_TRUST = 10.0  # as if so many samples spoke for the temperature 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """Rows: `features`, `prior` (scores of each class before learning) and `labels` (which class it is).

    The last class is a rival that the others have to beat; unless it is among the labels, nothing is learned of it.
    """

    features: Vector
    prior: Vector
    labels: Labels

    @property
    def learned_classes(self) -> int:
        classes = int(self.prior.shape[1])
        return classes if classes - 1 in self.labels else classes - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """`weights`: a row per feature, a column per class. Scores are to be divided by `temperature`."""

    weights: Vector
    penalty: float
    temperature: float


def softmax(scores: Vector) -> Vector:
    """Of each row."""
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True), dtype=np.float32)


def fit(samples: Samples) -> Fitted:
    """From 20 samples on, penalty and temperature come from cross-validation."""
    features, prior, labels = samples.features, samples.prior, samples.labels
    penalty, temperature = DEFAULT_PENALTY, 1.0
    if len(labels) >= _LEAST_TO_CHECK:
        rows = np.linspace(0, len(labels) - 1, min(len(labels), _MOST_TO_CHECK)).astype(np.int64)
        likeness = features[rows] @ features[rows].T
        penalty, temperature = _cross_validate(likeness, prior[rows], labels[rows], samples.learned_classes)
    shares = _solve(features @ features.T, prior, labels, penalty, samples.learned_classes, precision=_PRECISE)
    return Fitted(weights=features.T @ shares, penalty=penalty, temperature=temperature)


def _solve(
    likeness: Vector,
    prior: Vector,
    labels: Labels,
    penalty: float,
    learned: int,
    *,
    precision: float,
    begin: Vector | None = None,
) -> Vector:
    """A: a row per sample, a column per class, 0 behind the first `learned` ones. `likeness`: X·Xᵀ."""
    truth = np.eye(prior.shape[1], dtype=np.float32)[labels]
    steepest = 0.5 * _largest_eigenvalue(likeness) + penalty
    ratio = float(np.sqrt(penalty / steepest))
    momentum = np.float32((1 - ratio) / (1 + ratio))
    shares = np.zeros_like(truth) if begin is None else begin
    ahead = shares
    before: Vector | None = None
    for _ in range(_ROUNDS):
        scores = prior + likeness @ ahead
        step = ahead - (softmax(scores) - truth + np.float32(penalty) * ahead) / np.float32(steepest)
        step[:, learned:] = 0
        ahead, shares = (step + momentum * (step - shares)).astype(np.float32), step.astype(np.float32)
        if before is not None and float(np.abs(scores - before).max()) < precision:
            break
        before = scores
    return shares


def _largest_eigenvalue(likeness: Vector) -> float:
    """By power iteration; a little too large does no harm."""
    direction = np.ones(len(likeness), dtype=np.float32)
    length = 1.0
    for _ in range(30):
        direction = likeness @ direction
        length = float(np.linalg.norm(direction))
        if length == 0:
            return 1.0
        direction = direction / np.float32(length)
    return 1.1 * length


def _cross_validate(likeness: Vector, prior: Vector, labels: Labels, learned: int) -> tuple[float, float]:
    """The penalty and the temperature that foretell best what samples are that were not learned from."""
    unseen = {penalty: prior.copy() for penalty in _PENALTIES}
    places = np.arange(len(labels))
    for fold in range(_FOLDS):
        held, kept = places[places % _FOLDS == fold], places[places % _FOLDS != fold]
        within, across = likeness[np.ix_(kept, kept)], likeness[np.ix_(held, kept)]
        shares: Vector | None = None
        for penalty in _PENALTIES:
            shares = _solve(within, prior[kept], labels[kept], penalty, learned, precision=_ROUGH, begin=shares)
            unseen[penalty][held] += across @ shares
    best = min(_PENALTIES, key=lambda penalty: _loss(unseen[penalty], labels))
    return best, _temperature(unseen[best], labels)


def _loss(scores: Vector, labels: Labels) -> float:
    likely = softmax(scores)[np.arange(len(labels)), labels]
    return float(-np.log(np.maximum(likely, 1e-9)).sum())


def _temperature(scores: Vector, labels: Labels) -> float:
    """The one that makes what happened likeliest, drawn towards 1 while there are few samples."""

    def cost(temperature: float) -> float:
        return _loss(scores / np.float32(temperature), labels) + _TRUST * float(np.log(temperature)) ** 2

    return float(min(_TEMPERATURES, key=cost))
