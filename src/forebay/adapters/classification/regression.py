"""Multinomial logistic regression that begins at an opinion held before, and how sure its answers may be.

The score of class k for features x is prior[k] + x · W[k], and the loss is cross-entropy + penalty/2 · |W|². Without
samples W is 0 and the prior decides; each sample moves W a little. Solved by Nesterov's accelerated gradient with the
momentum of a strongly convex function (Nesterov, Introductory Lectures on Convex Optimization, 2.2), which is
deterministic.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forebay.adapters.classification.embedding import Vector

Labels = NDArray[np.int64]

DEFAULT_PENALTY = 0.3
_PENALTIES = (0.03, 0.1, 0.3, 1.0)
_FOLDS = 5
_LEAST_TO_CHECK = 20
_MOST_TO_CHECK = 2_000
_ROUNDS = 500
_SMALL_STEP = 1e-4
_TEMPERATURES = np.exp(np.linspace(np.log(0.5), np.log(3.0), 61))
_TRUST = 10.0  # as many samples as would have to speak against the temperature 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """Rows: `features`, `prior` (scores of each class before learning) and `labels` (which class it is)."""

    features: Vector
    prior: Vector
    labels: Labels

    def __len__(self) -> int:
        return len(self.labels)

    def take(self, rows: NDArray[np.int64]) -> "Samples":
        return Samples(features=self.features[rows], prior=self.prior[rows], labels=self.labels[rows])


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


def fit(samples: Samples, *, fixed: Sequence[int]) -> Fitted:
    """The columns of `fixed` stay 0. From 20 samples on, penalty and temperature come from cross-validation."""
    penalty, temperature = DEFAULT_PENALTY, 1.0
    if len(samples) >= _LEAST_TO_CHECK:
        rows = np.linspace(0, len(samples) - 1, min(len(samples), _MOST_TO_CHECK)).astype(np.int64)
        checked = samples.take(rows)
        unseen = {trial: _unseen_scores(checked, trial, fixed) for trial in _PENALTIES}
        penalty = min(_PENALTIES, key=lambda trial: _loss(unseen[trial], checked.labels))
        temperature = _temperature(unseen[penalty], checked.labels)
    weights = _solve(samples, penalty, fixed)
    return Fitted(weights=weights, penalty=penalty, temperature=temperature)


def _solve(samples: Samples, penalty: float, fixed: Sequence[int]) -> Vector:
    features = samples.features
    classes = samples.prior.shape[1]
    truth = np.eye(classes, dtype=np.float32)[samples.labels]
    steepest = 0.5 * _largest_eigenvalue(features) + penalty
    ratio = float(np.sqrt(penalty / steepest))
    momentum = np.float32((1 - ratio) / (1 + ratio))
    weights = np.zeros((features.shape[1], classes), dtype=np.float32)
    ahead = weights
    for _ in range(_ROUNDS):
        gradient = features.T @ (softmax(samples.prior + features @ ahead) - truth) + np.float32(penalty) * ahead
        step = ahead - gradient / np.float32(steepest)
        step[:, list(fixed)] = 0
        moved = float(np.abs(step - weights).max(initial=0))
        ahead, weights = step + momentum * (step - weights), step
        if moved < _SMALL_STEP:
            break
    return weights


def _largest_eigenvalue(features: Vector) -> float:
    """Of XᵀX, by power iteration; a little too large does no harm."""
    direction = np.ones(features.shape[1], dtype=np.float32)
    length = 1.0
    for _ in range(30):
        direction = features.T @ (features @ direction)
        length = float(np.linalg.norm(direction))
        if length == 0:
            return 1.0
        direction = direction / np.float32(length)
    return 1.1 * length


def _unseen_scores(samples: Samples, penalty: float, fixed: Sequence[int]) -> Vector:
    """What each sample would have scored, had it not been learned from."""
    scores = samples.prior.copy()
    places = np.arange(len(samples))
    for fold in range(_FOLDS):
        held = places % _FOLDS == fold
        weights = _solve(samples.take(places[~held]), penalty, fixed)
        scores[held] += samples.features[held] @ weights
    return scores


def _loss(scores: Vector, labels: Labels) -> float:
    likely = softmax(scores)[np.arange(len(labels)), labels]
    return float(-np.log(np.maximum(likely, 1e-9)).sum())


def _temperature(scores: Vector, labels: Labels) -> float:
    """The one that makes what happened likeliest, drawn towards 1 while there are few samples."""

    def cost(temperature: float) -> float:
        return _loss(scores / np.float32(temperature), labels) + _TRUST * float(np.log(temperature)) ** 2

    return float(min(_TEMPERATURES, key=cost))
