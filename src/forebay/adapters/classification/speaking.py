"""Which words of a text spoke for a category. Scores are sums over tokens and terms, so each word's share is known."""

from collections import defaultdict

import numpy as np

from forebay.adapters.classification.embedding import Embedded, Vector
from forebay.adapters.classification.folding import fold, word_spans
from forebay.adapters.classification.terms import Vocabulary, count_terms

_MOST_WORDS = 5


def speaking_words(
    text: str,
    embedded: Embedded,
    *,
    vectors: Vector,
    direction: Vector,
    vocabulary: Vocabulary | None,
    term_weights: Vector | None,
) -> list[tuple[str, float]]:
    """The words with the largest shares and these, largest first; only such as speak for it."""
    shares: defaultdict[str, float] = defaultdict(float)
    spans = word_spans(text)
    if spans and len(embedded.tokens):
        by_token = vectors[embedded.tokens] @ direction * np.float32(embedded.scale)
        starts = np.array([start for start, _ in spans], dtype=np.int64)
        middles = (embedded.spans[:, 0] + embedded.spans[:, 1]) / 2  # a token may begin with the space before it
        words = np.searchsorted(starts, middles, side="right") - 1
        for word, share in zip(words.tolist(), by_token.tolist(), strict=True):
            if word >= 0:
                start, end = spans[word]
                shares[fold(text[start:end])] += share
    if vocabulary is not None and term_weights is not None:
        by_term = vocabulary.vector(count_terms(text)) * term_weights
        for place in np.flatnonzero(by_term).tolist():
            shares[vocabulary.terms[place]] += float(by_term[place])
    telling = [(word, share) for word, share in shares.items() if share > 0 and len(word) > 1]
    telling.sort(key=lambda entry: (-entry[1], entry[0]))
    return [(word, round(share, 4)) for word, share in telling[:_MOST_WORDS]]
