"""Pieces of text for people to see why a document was found."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from forebay.domain.documents.search import Clause, Snippet
from forebay.domain.documents.words import fold, spans_of

SNIPPET_WORDS = 40
_WHITE = re.compile(r"\s+")
_BEGINNING = 200  # characters
_NOTHING: Mapping[int, str] = {}


@dataclass(frozen=True, slots=True)
class Pattern:
    """A clause as it is looked for: of each of its words the forms that it may have, folded."""

    forms: tuple[frozenset[str], ...]
    prefix: str | None = None  # of the last word

    @classmethod
    def of(cls, clause: Clause, stems: Mapping[str, str] | None = None) -> "Pattern":
        """`stems`: by folded word, where the index has such."""
        words = [fold(word) for word in clause.words]
        forms = tuple(frozenset({word, (stems or {}).get(word, word)}) for word in words)
        return cls(forms, words[-1] if clause.prefix else None)

    def candidates(self, words: Sequence[str], stems: Mapping[int, str]) -> Iterator[int]:
        """Places at which it may begin."""
        first = self.forms[0]
        if self.prefix is not None and len(self.forms) == 1:
            return iter(range(len(words)))
        stemmed = (place for place, stem in stems.items() if stem in first)
        return iter({*(place for place, word in enumerate(words) if word in first), *stemmed})

    def is_at(self, place: int, words: Sequence[str], stems: Mapping[int, str] = _NOTHING) -> bool:
        """`stems`: of the words at these places."""
        last = place + len(self.forms) - 1
        if last >= len(words):
            return False
        if self.prefix is not None:
            if not words[last].startswith(self.prefix):
                return False
        elif words[last] not in self.forms[-1] and stems.get(last) not in self.forms[-1]:
            return False
        return all(
            words[at] in form or stems.get(at) in form for at, form in zip(range(place, last), self.forms, strict=False)
        )


def highlighted_title(title: str, patterns: Sequence[Pattern], stems: Mapping[int, str] = _NOTHING) -> Snippet:
    """All of it. `stems`: of the words at these places, counted from 0, if they are not the words themselves."""
    spans = list(spans_of(title))
    found = _matches(title, spans, patterns, stems)
    return snippet_of(title, [(spans[first][0], spans[behind - 1][1]) for first, behind in found])


def highlighted_piece(text: str, patterns: Sequence[Pattern], stems: Mapping[int, str] = _NOTHING) -> Snippet:
    """The best piece of a text; its beginning if nothing matches."""
    spans = list(spans_of(text))
    if not spans:
        return snippet_of(text[:_BEGINNING], ())
    found = _matches(text, spans, patterns, stems)
    begin = best_window(_marks(found, len(spans)))
    end = min(begin + SNIPPET_WORDS, len(spans))
    start = 0 if begin == 0 and spans[0][0] < _BEGINNING else spans[begin][0]
    shown = [(max(first, begin), min(behind, end)) for first, behind in found if first < end and behind > begin]
    ranges = [(spans[first][0] - start, spans[behind - 1][1] - start) for first, behind in shown]
    return snippet_of(text[start : spans[end - 1][1]], ranges)


def best_window(marked: Sequence[bool], length: int = SNIPPET_WORDS) -> int:
    """At which word the piece with the most matches begins; a few words ahead of the first one, if there is room."""
    count = sum(marked[:length])
    best, most = 0, count
    for start in range(1, max(len(marked) - length, 0) + 1):
        count += marked[start + length - 1] - marked[start - 1]
        if count > most:
            best, most = start, count
    if not most:
        return 0
    matches = [place for place in range(best, min(best + length, len(marked))) if marked[place]]
    room = length - (matches[-1] - matches[0] + 1)
    return max(matches[0] - min(room // 2, length // 4), 0)


def snippet_of(text: str, matches: Sequence[tuple[int, int]]) -> Snippet:
    """White space, line ends included, becomes single spaces; the ranges (in order) go along."""
    shown: list[str] = []
    moved: list[tuple[int, int]] = []
    length = 0

    def add(piece: str) -> None:
        nonlocal length
        piece = _WHITE.sub(" ", piece)
        if piece.startswith(" ") and (not length or shown[-1].endswith(" ")):
            piece = piece[1:]
        if piece:
            shown.append(piece)
            length += len(piece)

    at = 0
    for start, stop in matches:
        add(text[at:start])
        before = length
        add(text[start:stop])
        if length > before:
            moved.append((before, length))
        at = stop
    add(text[at:])
    return Snippet(text="".join(shown).rstrip(), matches=tuple(moved))


def _matches(
    text: str, spans: Sequence[tuple[int, int]], patterns: Sequence[Pattern], stems: Mapping[int, str]
) -> list[tuple[int, int]]:
    """Ranges of words that match, in order; those that overlap are one."""
    words = [fold(text[start:stop]) for start, stop in spans]
    found = sorted(
        (place, place + len(pattern.forms))
        for pattern in patterns
        for place in pattern.candidates(words, stems)
        if pattern.is_at(place, words, stems)
    )
    merged: list[tuple[int, int]] = []
    for first, behind in found:
        if merged and first < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(behind, merged[-1][1]))
        else:
            merged.append((first, behind))
    return merged


def _marks(found: Sequence[tuple[int, int]], count: int) -> list[bool]:
    marked = [False] * count
    for first, behind in found:
        marked[first:behind] = [True] * (behind - first)
    return marked
