"""Words as features: how often they occur, weighed by how rare they are (TF-IDF)."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from forebay.adapters.classification.embedding import Vector
from forebay.adapters.classification.folding import fold, words_of

MOST_TERMS = 5_000
_LONGEST_TERM = 50
_LEAST_DOCUMENTS = 2  # a word of one document alone teaches nothing, and may be a name
_FIRST_UNSPACED = "\u0e00"


def count_terms(text: str) -> Counter[str]:
    """Words with letters in them, folded. A single letter counts where a letter can be a word."""
    return Counter(
        word
        for word in words_of(fold(text))
        if len(word) <= _LONGEST_TERM and (len(word) > 1 or word >= _FIRST_UNSPACED) and not word.isdecimal()
    )


@dataclass(frozen=True)
class Vocabulary:
    """The terms that are looked at, and how rare each of them was."""

    terms: tuple[str, ...]
    rarity: Vector

    @cached_property
    def _places(self) -> dict[str, int]:
        return {term: place for place, term in enumerate(self.terms)}

    def vector(self, counts: Counter[str]) -> Vector:
        """Of length 1, or 0 when no term occurs."""
        vector = np.zeros(len(self.terms), dtype=np.float32)
        for term, count in counts.items():
            place = self._places.get(term)
            if place is not None:
                vector[place] = (1 + math.log(count)) * self.rarity[place]
        length = float(np.linalg.norm(vector))
        return vector / np.float32(length) if length > 0 else vector


def vocabulary_of(documents: Sequence[Counter[str]]) -> Vocabulary:
    """The terms of most documents; those of equally many by code point."""
    spread = Counter(term for counts in documents for term in counts)
    common = [(term, count) for term, count in spread.items() if count >= _LEAST_DOCUMENTS]
    kept = sorted(common, key=lambda entry: (-entry[1], entry[0]))[:MOST_TERMS]
    total = len(documents)
    rarity = np.array([math.log((1 + total) / (1 + count)) + 1 for _, count in kept], dtype=np.float32)
    return Vocabulary(tuple(term for term, _ in kept), rarity)
