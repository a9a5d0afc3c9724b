"""The classifier that needs no network: by likeness to what is said of the categories, and by people's corrections."""

import asyncio
import threading
from collections.abc import Sequence
from importlib.util import find_spec

from forebay.adapters.classification.local_judge import Engine, Judge
from forebay.application.ports.classification import LabelledSample, LearningClassifier, Opinion, Sample
from forebay.domain.documents.category import Category
from forebay.domain.documents.verdict import ClassifierName
from forebay.domain.errors import SettingError

DEFAULT_THRESHOLD = 0.6
_PACKAGES = ("numpy", "safetensors", "tokenizers", "wordllama")


class LocalClassifier:
    """Loads its model when it is first asked, in a thread. Below `threshold` (0 to 1) it abstains."""

    name = ClassifierName.LOCAL

    def __init__(self, *, threshold: float = DEFAULT_THRESHOLD) -> None:
        self._threshold = threshold
        self._loading = threading.Lock()
        self._engine: Engine | None = None
        self._judge: Judge | None = None

    async def classify(self, sample: Sample, categories: Sequence[Category]) -> Opinion:
        judge, chosen = self._judge, tuple(categories)

        def decide() -> Opinion:
            known = judge or self._loaded().judge(None, version=0)
            return known(sample, chosen, threshold=self._threshold)

        return await asyncio.to_thread(decide)

    async def learn(self, samples: Sequence[LabelledSample], categories: Sequence[Category]) -> bytes:
        chosen, known = tuple(samples), tuple(categories)
        return await asyncio.to_thread(lambda: self._loaded().learn(chosen, known))

    async def use(self, learned: bytes | None, *, version: int) -> None:
        if learned is None:
            self._judge = None
        else:
            self._judge = await asyncio.to_thread(lambda: self._loaded().judge(learned, version=version))

    def _loaded(self) -> Engine:
        with self._loading:
            if self._engine is None:
                self._engine = _load()
            return self._engine


def missing_packages() -> list[str]:
    """Those of forebay[classify] that are not installed; nothing is imported to find out."""
    return [package for package in _PACKAGES if find_spec(package) is None]


def _load() -> Engine:
    try:
        from forebay.adapters.classification.local_engine import open_engine  # noqa: PLC0415 - numpy takes long to load
    except ImportError as error:
        raise SettingError(f"the classifier local cannot be loaded ({error}); install forebay[classify]") from error
    return open_engine()


def _fits(local: LocalClassifier) -> LearningClassifier:
    return local
