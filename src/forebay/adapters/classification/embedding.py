"""Sentence embeddings without a network or a GPU: the token vectors that come with the package wordllama.

Only its two data files are read (safetensors, and the tokenizer's JSON). Its own loader asks a model hub for the
tokenizer, and importing it sets up the root logger.
"""

import hashlib
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load
from tokenizers import Tokenizer

from forebay.domain.errors import SettingError

Vector = NDArray[np.float32]

NAME = "wordllama-l2-supercat-256"
_WEIGHTS = "weights/l2_supercat_256.safetensors"
_TOKENIZER = "tokenizers/l2_supercat_tokenizer_config.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """A text as a vector of length 1 (0 for a text without tokens), and what each token gives to it.

    `spans`: where in the text each token begins and ends; `scale`: what its vector is multiplied by in the sum.
    """

    vector: Vector
    tokens: NDArray[np.int64]
    spans: NDArray[np.int64]
    scale: float


class StaticEmbedding:
    """The mean of the tokens' vectors. `digest`: SHA-256 of the vectors' file; other vectors mean other results."""

    def __init__(self, *, weights: Path, tokenizer: Path) -> None:
        content = weights.read_bytes()
        self.digest = hashlib.sha256(content).hexdigest()
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self.vectors: Vector = load(content)["embedding.weight"].astype(np.float32)

    @property
    def size(self) -> int:
        return int(self.vectors.shape[1])

    def embed(self, text: str) -> Embedded:
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        tokens = np.array(encoding.ids, dtype=np.int64)
        spans = np.array(encoding.offsets, dtype=np.int64).reshape(-1, 2)
        total = self.vectors[tokens].sum(axis=0, dtype=np.float32)
        length = float(np.linalg.norm(total))
        scale = 1 / length if length > 0 else 0.0
        return Embedded(vector=(total * scale).astype(np.float32), tokens=tokens, spans=spans, scale=scale)


def open_embedding() -> StaticEmbedding:
    """SettingError when the package is not there, or without its files."""
    spec = find_spec("wordllama")
    if spec is None or spec.origin is None:
        raise SettingError("the package wordllama is not installed; install forebay[classify]")
    folder = Path(spec.origin).parent
    try:
        return StaticEmbedding(weights=folder / _WEIGHTS, tokenizer=folder / _TOKENIZER)
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        raise SettingError(f"the package wordllama has no model that can be used ({error})") from None
