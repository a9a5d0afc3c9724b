"""A document in the index in memory: where its words are."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from forebay.domain.documents.snippets import Pattern
from forebay.domain.documents.words import fold, spans_of


class Words:
    """The folded words of a text, and where they are."""

    def __init__(self, text: str) -> None:
        self.words: list[str] = []
        self.places: dict[str, list[int]] = {}
        forms: dict[str, str] = {}  # folding is slow, and most words come again
        for place, (start, stop) in enumerate(spans_of(text)):
            word = text[start:stop]
            form = forms.get(word)
            if form is None:
                form = forms[word] = fold(word)
            self.words.append(form)
            self.places.setdefault(form, []).append(place)

    def matches(self, pattern: Pattern) -> Sequence[int]:
        """The places at which it begins, in order."""
        if len(pattern.forms) > 1:
            starts = (place for form in pattern.forms[0] for place in self.places.get(form, ()))
            return sorted(place for place in starts if pattern.is_at(place, self.words))
        if pattern.prefix is not None:
            found = [places for word, places in self.places.items() if word.startswith(pattern.prefix)]
        else:
            found = [self.places[form] for form in pattern.forms[0] if form in self.places]
        return found[0] if len(found) == 1 else sorted(place for places in found for place in places)


@dataclass(frozen=True)
class IndexedText:
    """Never changed."""

    title: str
    text: str

    @cached_property
    def title_words(self) -> Words:
        return Words(self.title)

    @cached_property
    def text_words(self) -> Words:
        return Words(self.text)

    def count(self, pattern: Pattern) -> tuple[int, int]:
        """How often it matches in the title and in the text."""
        return len(self.title_words.matches(pattern)), len(self.text_words.matches(pattern))
