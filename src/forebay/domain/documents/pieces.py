"""Finding the part of a long text that is worth a look, without taking all of its words apart."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import islice

from forebay.domain.documents.snippets import Pattern

PIECE = 6_000  # characters
LOOKED_THROUGH = 400_000  # characters; what is shown of longer texts comes from their beginning
_MOST_PLACES = 50  # of each pattern
_BEFORE = 300  # characters that are taken along ahead of what matches


class _Plain(dict[int, str]):
    """Of each character the small letter without accents: one character for one, so that places stay the same."""

    def __missing__(self, point: int) -> str:
        plain = unicodedata.normalize("NFKD", chr(point))[0].lower()
        self[point] = plain if len(plain) == 1 else chr(point)
        return self[point]


_PLAIN = _Plain()


def piece_of(text: str, patterns: Sequence[Pattern]) -> str:
    """At most PIECE characters, in which as many of the patterns match as can be had; whole words."""
    if len(text) <= PIECE:
        return text
    start = max(_best_place(text[:LOOKED_THROUGH], patterns) - _BEFORE, 0)
    while start and start < len(text) and text[start - 1].isalnum():
        start += 1
    stop = min(start + PIECE, len(text))
    while stop < len(text) and stop > start + 1 and text[stop - 1].isalnum():
        stop -= 1
    return text[start:stop]


def _best_place(text: str, patterns: Sequence[Pattern]) -> int:
    plain = text.lower() if text.isascii() else text.translate(_PLAIN)
    places = sorted((place, number) for number, pattern in enumerate(patterns) for place in _places(plain, pattern))
    best, most = 0, 0
    for at, (place, _) in enumerate(places):
        near = {number for other, number in places[at:] if other < place + PIECE - 2 * _BEFORE}
        if len(near) > most:
            best, most = place, len(near)
        if most == len(patterns):
            break
    return best


def _places(plain: str, pattern: Pattern) -> Iterator[int]:
    words = ["|".join(map(re.escape, sorted(forms))) for forms in pattern.forms]
    if pattern.prefix is not None:
        words[-1] = re.escape(pattern.prefix)
    expression = r"(?<![^\W_])" + r"[\W_]+".join(f"(?:{word})" for word in words)
    if pattern.prefix is None:
        expression += r"(?![^\W_])"
    return (match.start() for match in islice(re.finditer(expression, plain), _MOST_PLACES))
