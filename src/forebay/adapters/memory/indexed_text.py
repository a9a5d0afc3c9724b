"""A document in the index in memory: its words, folded once."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from forebay.domain.documents.snippets import Pattern
from forebay.domain.documents.words import fold, words_of


@dataclass(frozen=True)
class IndexedText:
    """Never changed."""

    title: str
    text: str

    @cached_property
    def title_words(self) -> Sequence[str]:
        return [fold(word) for word in words_of(self.title)]

    @cached_property
    def text_words(self) -> Sequence[str]:
        return [fold(word) for word in words_of(self.text)]

    def count(self, pattern: Pattern) -> tuple[int, int]:
        """How often it matches in the title and in the text."""
        return _count(self.title_words, pattern), _count(self.text_words, pattern)


def _count(words: Sequence[str], pattern: Pattern) -> int:
    return sum(pattern.is_at(place, words) for place in range(len(words)))
