"""Which language a text is in, by py3langid, whose model comes with it. Without that library no language is told."""

import os
from functools import cache
from typing import Protocol

_ENOUGH_BYTES = 40  # of letters: fourteen Chinese ones, or seven English words
_SURE = 0.8


class _Identifier(Protocol):
    def classify(self, text: str) -> tuple[str, float]: ...


def language_of(sample: str) -> str | None:
    """The ISO 639-1 code, when there is enough text to tell and it is clear."""
    letters = sum(len(char.encode(errors="replace")) for char in sample[: 20 * _ENOUGH_BYTES] if char.isalpha())
    if letters < _ENOUGH_BYTES:
        return None
    try:
        identifier = _identifier()
    except MemoryError:  # the document left too little; it is not worse for that
        return None
    if identifier is None:
        return None
    code, probability = identifier.classify(sample)
    return code if probability >= _SURE and len(code) == 2 else None  # of three letters: not in ISO 639-1, or none


@cache
def _identifier() -> _Identifier | None:
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # each thread of a large machine would take memory
    try:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 - it takes a second and 100 MiB
    except ImportError:
        return None
    identifier: _Identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    return identifier
