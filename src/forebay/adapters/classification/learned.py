"""What was learned, as bytes without code: a safetensors file of numbers, checked when it is read."""

import json
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from forebay.adapters.classification.embedding import Vector
from forebay.adapters.classification.terms import MOST_TERMS, Vocabulary
from forebay.domain.documents.errors import ClassifierRefusedError

_FORMAT = 1
_MOST_BYTES = 256 * 1024**2
_LARGEST_WEIGHT = 1e4
_TENSORS = {"about", "terms", "rarity", "weights"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """`classes`: of each column of the weights, None for no category. Rows: the embedding, then the vocabulary."""

    embedding: str
    embedding_size: int
    classes: tuple[UUID | None, ...]
    vocabulary: Vocabulary
    weights: Vector
    temperature: float

    def to_bytes(self) -> bytes:
        about = {
            "format": _FORMAT,
            "embedding": self.embedding,
            "embedding_size": self.embedding_size,
            "classes": [None if entry is None else str(entry) for entry in self.classes],
            "temperature": self.temperature,
        }
        return save(
            {
                "about": _octets(json.dumps(about, sort_keys=True)),
                "terms": _octets("\n".join(self.vocabulary.terms)),
                "rarity": self.vocabulary.rarity,
                "weights": np.ascontiguousarray(self.weights),
            }
        )


def from_bytes(content: bytes, *, embedding: str, embedding_size: int) -> Learned:
    """ClassifierRefusedError unless it was learned with this embedding and is whole."""
    try:
        learned = _read(content)
    except (SafetensorError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ClassifierRefusedError(f"what was learned is damaged ({error}); learn again") from None
    if (learned.embedding, learned.embedding_size) != (embedding, embedding_size):
        raise ClassifierRefusedError("it was learned with another version of the model of words; learn again")
    return learned


def _read(content: bytes) -> Learned:
    if len(content) > _MOST_BYTES:
        raise ValueError("too large")
    tensors = load(content)
    if set(tensors) != _TENSORS:
        raise ValueError("not the expected parts")
    about: object = json.loads(_text(tensors["about"]))
    if not isinstance(about, dict) or about.get("format") != _FORMAT:
        raise ValueError("not this format")
    classes = tuple(None if entry is None else UUID(str(entry)) for entry in about["classes"])
    joined = _text(tensors["terms"])
    terms = tuple(joined.split("\n")) if joined else ()
    size, temperature = about["embedding_size"], about["temperature"]
    if not isinstance(size, int) or not isinstance(temperature, float) or not 0.1 <= temperature <= 10:
        raise ValueError("numbers out of bounds")
    if len(set(classes)) != len(classes) or len(set(terms)) != len(terms) or len(terms) > MOST_TERMS:
        raise ValueError("repeated or too many names")
    return Learned(
        embedding=str(about["embedding"]),
        embedding_size=size,
        classes=classes,
        vocabulary=Vocabulary(terms, _numbers(tensors["rarity"], (len(terms),))),
        weights=_numbers(tensors["weights"], (size + len(terms), len(classes))),
        temperature=temperature,
    )


def _octets(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(text.encode(), dtype=np.uint8)


def _text(tensor: NDArray[np.generic]) -> str:
    if tensor.dtype != np.uint8 or tensor.ndim != 1:
        raise ValueError("not text")
    return tensor.tobytes().decode()


def _numbers(tensor: NDArray[np.generic], shape: tuple[int, ...]) -> Vector:
    if tensor.dtype != np.float32 or tensor.shape != shape:
        raise ValueError("not the expected numbers")
    numbers = tensor.astype(np.float32)
    if not np.isfinite(numbers).all() or np.abs(numbers).max(initial=0) > _LARGEST_WEIGHT:
        raise ValueError("numbers out of bounds")
    return numbers
