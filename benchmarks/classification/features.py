"""What to go by: word vectors, TF-IDF or both; with and without a first opinion. Every text gets an answer."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.classification.corpus import SEED, Corpus, Description
from benchmarks.classification.sections import SECTIONS
from benchmarks.report import Table
from forebay.adapters.classification.embedding import Vector, open_embedding
from forebay.adapters.classification.regression import Samples, fit, softmax
from forebay.adapters.classification.terms import count_terms, vocabulary_of

_CORRECTIONS = ((10, 3), (100, 3), (1_000, 1))  # how many, and how many different draws of them
_STEEPNESS = (5, 10, 15, 20, 25, 30, 40)
_CHOSEN = 20
_NEVER = -50.0  # the score of “none of them”, which is not asked for here


class Features:
    """The training part, the test part and the sections as word vectors and as counted words."""

    def __init__(self, corpus: Corpus) -> None:
        self._embedding = open_embedding()
        names = [section.name for section in SECTIONS]
        said = [f"{section.name}: {section.description}" for section in SECTIONS]
        training, test = _texts(corpus.training), _texts(corpus.test)
        self._labels, self._expected = (
            np.array([names.index(each.section) for each in part]) for part in (corpus.training, corpus.test)
        )
        self._vectors, self._asked, self._sections = self._embed(training), self._embed(test), self._embed(said)
        self._counts, self._asked_counts, self._said = (
            [count_terms(text) for text in part] for part in (training, test, said)
        )

    def tables(self) -> list[Table]:
        likeness = self._right(self._asked @ self._sections.T)
        rows = [
            ["TF-IDF, like the descriptions", f"{100 * self._right(self._words_alike()):.1f} %", "", "", ""],
            ["TF-IDF learned, no first opinion", "", *self._learned(vectors=False, words=True, opinion=0)],
            *(
                [
                    f"word vectors' opinion, {name} learned",
                    f"{100 * likeness:.1f} %",
                    *self._learned(vectors=vectors, words=words, opinion=_CHOSEN),
                ]
                for name, vectors, words in (
                    ("word vectors", True, False),
                    ("TF-IDF", False, True),
                    ("both", True, True),
                )
            ),
        ]
        heading = ["", "0 corrections", *(f"{count:,}" for count, _ in _CORRECTIONS)]
        return [
            Table(title="Features", heading=heading, rows=rows),
            Table(
                title="Steepness of the first opinion",
                heading=["steepness", "mean negative log likelihood of the training part"],
                rows=[[str(steepness), f"{self._surprise(steepness):.3f}"] for steepness in _STEEPNESS],
            ),
        ]

    def _learned(self, *, vectors: bool, words: bool, opinion: float) -> list[str]:
        cells = []
        for count, draws in _CORRECTIONS:
            right = []
            for draw in range(draws):
                rows = random.Random(SEED + draw).sample(range(len(self._labels)), count)
                vocabulary = vocabulary_of([self._counts[row] for row in rows])
                parts = [np.zeros((count, 0), dtype=np.float32)], [np.zeros((len(self._asked), 0), dtype=np.float32)]
                if vectors:
                    parts[0].append(self._vectors[rows])
                    parts[1].append(self._asked)
                if words:
                    parts[0].append(np.stack([vocabulary.vector(self._counts[row]) for row in rows]))
                    parts[1].append(np.stack([vocabulary.vector(each) for each in self._asked_counts]))
                fitted = fit(
                    Samples(
                        features=np.hstack(parts[0]),
                        prior=self._opinion(self._vectors[rows], opinion),
                        labels=self._labels[rows],
                    )
                )
                right.append(self._right(self._opinion(self._asked, opinion) + np.hstack(parts[1]) @ fitted.weights))
            cells.append(f"{100 * float(np.mean(right)):.1f} %")
        return cells

    def _opinion(self, vectors: Vector, steepness: float) -> Vector:
        never = np.full((len(vectors), 1), _NEVER, dtype=np.float32)
        return np.hstack([np.float32(steepness) * (vectors @ self._sections.T), never]).astype(np.float32)

    def _words_alike(self) -> Vector:
        vocabulary = vocabulary_of([*self._counts, *self._said])
        asked = np.stack([vocabulary.vector(each) for each in self._asked_counts])
        return np.asarray(asked @ np.stack([vocabulary.vector(each) for each in self._said]).T, dtype=np.float32)

    def _surprise(self, steepness: int) -> float:
        likely = softmax(np.float32(steepness) * (self._vectors @ self._sections.T))
        return float(-np.log(likely[np.arange(len(self._labels)), self._labels]).mean())

    def _right(self, scores: NDArray[np.floating]) -> float:
        return float((scores.argmax(axis=1) == self._expected).mean())

    def _embed(self, texts: Sequence[str]) -> Vector:
        return np.stack([self._embedding.embed(text).vector for text in texts])


def _texts(descriptions: Sequence[Description]) -> list[str]:
    return [f"{each.title}\n{each.text}" for each in descriptions]
