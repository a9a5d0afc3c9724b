"""A text as it is read rather than written: without what nobody sees, and with one form of each letter and digit."""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import zip_longest

Span = tuple[int, int, str]  # from, up to, and what is put there

# Beside the format characters (Cf): the grapheme joiner, Mongolian and other variation selectors, Hangul fillers.
_UNSEEN = frozenset("\u034f\u115f\u1160\u180b\u180c\u180d\u180f\u3164\uffa0") | {chr(n) for n in range(0xFE00, 0xFE10)}
_LONGEST = 4  # there are letters that stand for whole sentences
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2212"), "-")


class FoldedText:
    """`text` is what is looked through. Of each of its characters is known what it was: what is not replaced stays."""

    def __init__(self, original: str) -> None:
        forms = [char if char < "\x80" else _form(char) for char in original]
        seen = [place for place, form in enumerate(forms) if form]
        self._lead = original[: seen[0]] if seen else original
        self._was: list[str] = []
        for place, behind in zip_longest(seen, seen[1:]):
            self._was.append(original[place:behind])  # with the unseen behind it, which goes or stays with it
            self._was += [""] * (len(forms[place]) - 1)
        self.text = "".join(forms)

    def put(self, spans: Iterable[Span]) -> None:
        """In order, and none within another."""
        text: list[str] = []
        was: list[str] = []
        place = 0
        for start, stop, word in spans:
            text += (self.text[place:start], word)
            was += self._was[place:start]
            was += word
            place = stop
        text.append(self.text[place:])
        was += self._was[place:]
        self.text, self._was = "".join(text), was

    def original(self) -> str:
        return self._lead + "".join(self._was)


def replaced(text: str, spans: Iterable[Span]) -> str:
    pieces: list[str] = []
    place = 0
    for start, stop, word in spans:
        pieces += (text[place:start], word)
        place = stop
    return "".join((*pieces, text[place:]))


@lru_cache(4096)
def _form(char: str) -> str:
    if char in _UNSEEN or unicodedata.category(char) == "Cf":
        return ""
    form = unicodedata.normalize("NFKC", char).translate(_DASHES)
    return form if len(form) <= _LONGEST else char
