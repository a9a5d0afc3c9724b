"""What the local classifier does in its threads: everything that needs numpy and the model of words."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from uuid import UUID

import numpy as np

from forebay.adapters.classification.embedding import NAME, StaticEmbedding, Vector, open_embedding
from forebay.adapters.classification.learned import Learned, from_bytes
from forebay.adapters.classification.local_judge import Engine, Judge, abstained, beginning, model_of
from forebay.adapters.classification.regression import Samples, fit, softmax
from forebay.adapters.classification.speaking import speaking_words
from forebay.adapters.classification.terms import count_terms, vocabulary_of
from forebay.application.ports.classification import LabelledSample, Opinion, Sample
from forebay.domain.documents.category import Category
from forebay.domain.documents.errors import NothingToLearnError
from forebay.domain.documents.verdict import Reason, ReasonKind
from forebay.domain.processing.model import ModelSpec

_STEEPNESS = np.float32(20.0)  # how much a cosine of 1 counts; docs/classification.md says how it was found
_NOTHING_LIKE_IT = 0.2  # the cosine with which no category competes
_LOOKED_AT = 20_000  # characters
_KEPT = 500  # categories
_MOST_SAMPLES = 5_000  # the newest; 100 MB of features, and as much for how alike they are
_SHOWN = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class _Likeness:
    """What a category is like: the beginnings of what is said of it, a vector of each, and their mean."""

    shown: tuple[str, ...]
    vectors: Vector
    mean: Vector


class LocalEngine:
    """Cosines between a text and what is said of each category, moved by what was learned, as probabilities."""

    def __init__(self, embedding: StaticEmbedding) -> None:
        self._embedding = embedding
        self._likeness = lru_cache(maxsize=_KEPT)(self._likeness_of)

    def judge(self, learned: bytes | None, *, version: int) -> Judge:
        """ClassifierRefusedError."""
        identity = f"{NAME}:{self._embedding.digest}"
        known = None
        if learned is not None:
            known = from_bytes(learned, embedding=identity, embedding_size=self._embedding.size)
        return partial(self._classify, learned=known, model=model_of(version if known else 0))

    def _classify(
        self,
        sample: Sample,
        categories: Sequence[Category],
        *,
        threshold: float,
        learned: Learned | None,
        model: ModelSpec,
    ) -> Opinion:
        if not categories:
            return abstained("there are no categories", 0.0, model)
        text = _whole(sample)
        embedded = self._embedding.embed(text)
        if not embedded.scale:
            return abstained("there is no text to judge", 0.0, model)
        likenesses = [self._likeness(category) for category in categories]
        scores = prior = _prior(embedded.vector[np.newaxis], likenesses)[0]
        directions: Vector = _STEEPNESS * np.stack([likeness.mean for likeness in likenesses], axis=1)
        term_weights: Vector | None = None
        if learned is not None:
            weights = _columns(learned, [*(category.id for category in categories), None])
            terms = learned.vocabulary.vector(count_terms(text))
            features: Vector = np.concatenate([embedded.vector, terms])
            scores = ((prior + features @ weights) / learned.temperature).astype(np.float32)
            directions = directions + weights[: self._embedding.size, :-1]
            term_weights = weights[self._embedding.size :, :-1]
        likely = softmax(scores)
        best = int(np.argmax(likely[:-1]))
        confidence = min(max(float(likely[best]), 0.0), 1.0)
        name = categories[best].name
        if confidence < threshold:
            return abstained(f"the likeliest is {name} with {confidence:.2f}, below {threshold:.2f}", confidence, model)
        if likely[-1] >= likely[best]:
            return abstained("it is most like what belongs to no category", confidence, model)
        words = speaking_words(
            text,
            embedded,
            vectors=self._embedding.vectors,
            direction=_apart(directions, best),
            vocabulary=None if learned is None else learned.vocabulary,
            term_weights=None if term_weights is None else _apart(term_weights, best),
        )
        reasons = (
            _nearest(embedded.vector, categories[best], likenesses[best]),
            *(Reason(kind=ReasonKind.TERM, text=word, weight=weight) for word, weight in words),
        )
        return Opinion(category_id=categories[best].id, confidence=confidence, reasons=reasons, model=model)

    def learn(self, samples: Sequence[LabelledSample], categories: Sequence[Category]) -> bytes:
        ordered = sorted(categories, key=lambda category: category.id)
        classes: tuple[UUID | None, ...] = (*(category.id for category in ordered), None)
        places = {entry: place for place, entry in enumerate(classes)}
        usable = [labelled for labelled in samples if labelled.category_id in places][-_MOST_SAMPLES:]
        if not ordered or not usable:
            raise NothingToLearnError
        texts = [_whole(labelled.sample) for labelled in usable]
        counts = [count_terms(text) for text in texts]
        vocabulary = vocabulary_of(counts)
        size = self._embedding.size
        features = np.empty((len(texts), size + len(vocabulary.terms)), dtype=np.float32)
        for row, (text, terms) in enumerate(zip(texts, counts, strict=True)):
            features[row, :size] = self._embedding.embed(text).vector
            features[row, size:] = vocabulary.vector(terms)
        labels = np.array([places[labelled.category_id] for labelled in usable], dtype=np.int64)
        prior = _prior(features[:, :size], [self._likeness(category) for category in ordered])
        fitted = fit(Samples(features=features, prior=prior, labels=labels))
        return Learned(
            embedding=f"{NAME}:{self._embedding.digest}",
            embedding_size=self._embedding.size,
            classes=classes,
            vocabulary=vocabulary,
            weights=fitted.weights,
            temperature=fitted.temperature,
        ).to_bytes()

    def _likeness_of(self, category: Category) -> _Likeness:
        said = f"{category.name}: {category.description}" if category.description else category.name
        texts = [beginning(text, _LOOKED_AT) for text in (said, *category.examples)]
        vectors = np.stack([self._embedding.embed(text).vector for text in texts])
        total: Vector = vectors.sum(axis=0, dtype=np.float32)
        length = float(np.linalg.norm(total))
        return _Likeness(
            shown=tuple(beginning(" ".join(text.split()), _SHOWN) for text in texts),
            vectors=vectors,
            mean=(total / length).astype(np.float32) if length > 0 else total,
        )


def _prior(vectors: Vector, likenesses: Sequence[_Likeness]) -> Vector:
    """Scores before anything was learned: a row per vector, a column per category, and one for none of them."""
    means = np.stack([likeness.mean for likeness in likenesses], axis=1)
    nothing = np.full((len(vectors), 1), _NOTHING_LIKE_IT, dtype=np.float32)
    return (_STEEPNESS * np.hstack([vectors @ means, nothing])).astype(np.float32)


def _nearest(vector: Vector, category: Category, likeness: _Likeness) -> Reason:
    cosines = likeness.vectors @ vector
    place = int(np.argmax(cosines))
    what = f"example {place}" if place else "the description"
    text = f"like {what} of {category.name}: {likeness.shown[place]}"
    return Reason(kind=ReasonKind.EXAMPLE, text=text, weight=round(float(cosines[place]), 4))


def open_engine() -> Engine:
    """SettingError when forebay[classify] is not installed."""
    return LocalEngine(open_embedding())


def _whole(sample: Sample) -> str:
    return beginning(f"{sample.title}\n{sample.text[:_LOOKED_AT]}", _LOOKED_AT).strip()


def _columns(learned: Learned, classes: Sequence[UUID | None]) -> Vector:
    """The weights of these classes; of one that came later, none."""
    places = {entry: place for place, entry in enumerate(learned.classes)}
    chosen = np.zeros((learned.weights.shape[0], len(classes)), dtype=np.float32)
    for column, entry in enumerate(classes):
        if entry in places:
            chosen[:, column] = learned.weights[:, places[entry]]
    return chosen


def _apart(directions: Vector, best: int) -> Vector:
    """What speaks for the best one more than for the average."""
    return np.asarray(directions[:, best] - directions.mean(axis=1), dtype=np.float32)


def _fits(engine: LocalEngine) -> Engine:
    return engine
