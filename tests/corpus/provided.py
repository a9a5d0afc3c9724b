"""The corpus as the tests get it: it was fetched, or the run says that it was not."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.corpus.fetch import CORPUS, DEBIAN, PYTHON, files, pairs
from tests.services.sources import UnavailableError


@dataclass(frozen=True, slots=True)
class Corpus:
    """PDFs with their text, and everything else."""

    pairs: tuple[tuple[Path, Path], ...]
    files: tuple[Path, ...]

    def report(self) -> str:
        return f"{len(self.pairs)} documents with known text and {len(self.files)} others, fetched before"


@contextmanager
def corpus() -> Iterator[Corpus]:
    missing = [name for name in (*DEBIAN, *PYTHON) if not (CORPUS / f"{name}.fetched").exists()]
    if missing:
        raise UnavailableError(
            f"{len(missing)} of {len(DEBIAN) + len(PYTHON)} packages are not in .corpus/ ({missing[0]} …): "
            "run python tests/corpus/fetch.py"
        )
    yield Corpus(tuple(pairs()), tuple(files()))
