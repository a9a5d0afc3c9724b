"""A text as PostgreSQL's full-text search wants it: passages, and vectors of words with their positions.

The words are taken apart here and not by PostgreSQL, whose parser sees hosts, paths and version numbers where a person
sees words, and sees letters differently with each locale. So what is found is the same on every server.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from forebay.domain.documents.words import fold, spans_of

PASSAGE_WORDS = 1_500
OVERLAP_WORDS = 50  # a phrase of so many words is never cut in two
MOST_STEMMED = 150_000  # distinct words; a vector does not hold as many
# Limits of tsvector: 1 MiB of lexemes and positions, positions up to 16,383, and 256 of them for each lexeme.
_MOST_BYTES = 1_000_000
_LAST_POSITION = 16_383
_MOST_POSITIONS = 256
_TITLE_WORDS = 1_000
_GAP = 1  # between title and text, so that no phrase begins in the one and ends in the other


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of the text, and its words, folded."""

    text: str
    words: Sequence[str]


@dataclass(frozen=True, slots=True)
class SplitText:
    """A document taken apart. `distinct`: its words, each once, in the order in which they first come."""

    title_words: Sequence[str]
    passages: Sequence[Passage]
    distinct: Sequence[str]

    @property
    def body_start(self) -> int:
        return len(self.title_words) + _GAP + 1

    @classmethod
    def of(cls, title: str, text: str) -> "SplitText":
        forms: dict[str, str] = {}  # folding is slow, and most words come again
        once: dict[str, None] = {}

        def folded(words: Iterable[str]) -> list[str]:
            found = []
            for word in words:
                form = forms.get(word)
                if form is None:
                    form = forms[word] = fold(word)
                    once.setdefault(form)
                found.append(form)
            return found

        title_words = folded(title[start:stop] for start, stop in islice(spans_of(title), _TITLE_WORDS))
        passages = [
            Passage(text[start:stop], folded(text[a:b] for a, b in spans)) for start, stop, spans in _split(text)
        ]
        return cls(title_words, passages, list(once))


def joined(passages: Sequence[str]) -> str:
    """The text that was split into these."""
    parts = list(passages[:1])
    for passage in passages[1:]:
        *_, (_, repeated) = islice(spans_of(passage), OVERLAP_WORDS)
        parts.append(passage[repeated:])
    return "".join(parts)


def document_vector(split: SplitText, stems: Mapping[str, str], dictionary: str) -> str:
    """Of title (weight A) and text: with positions as far as they go, then without.

    What does not fit any more is left out, which takes a text of tens of thousands of different words.
    """
    vector = _titled(split, stems, dictionary)
    if len(split.passages) == 1:
        for position, word in enumerate(split.passages[0].words, split.body_start):
            vector.add(word, position)
        return str(vector)
    # Phrases are looked for in the passages; positions of the stems are for the ranking.
    for position, word in enumerate(islice(_body(split.passages), _LAST_POSITION - split.body_start), split.body_start):
        vector.add_lexeme(stems.get(word, word), position)
    for word in split.distinct:
        vector.add_lexeme(stems.get(word, word))
    for word in split.distinct:
        vector.add_lexeme(word)
    return str(vector)


def title_vector(split: SplitText, stems: Mapping[str, str], dictionary: str) -> str:
    return str(_titled(split, stems, dictionary))


def passage_vector(passage: Passage, stems: Mapping[str, str]) -> str:
    vector = _Vector(stems)
    for position, word in enumerate(passage.words, 1):
        vector.add(word, position)
    return str(vector)


def mark_of(dictionary: str) -> str:
    """A lexeme of every document of this dictionary, so that the index finds those alone. No word has `_`."""
    return dictionary or "no_stem"


def quoted(lexeme: str) -> str:
    """As it stands in the text of a tsvector or tsquery."""
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


def _titled(split: SplitText, stems: Mapping[str, str], dictionary: str) -> "_Vector":
    vector = _Vector(stems)
    vector.add_lexeme(mark_of(dictionary))
    for position, word in enumerate(split.title_words, 1):
        vector.add(word, position, "A")
    return vector


class _Vector:
    """Lexemes with their positions, as many as fit."""

    def __init__(self, stems: Mapping[str, str]) -> None:
        self._stems = stems
        self._positions: dict[str, list[str]] = {}
        self._left = _MOST_BYTES

    def add(self, word: str, position: int, weight: str = "") -> None:
        """Its stem, and the word as it stands, which prefixes are compared with."""
        stem = self._stems.get(word)
        if stem is not None:
            self.add_lexeme(stem, position, weight)
        self.add_lexeme(word, position, weight)

    def add_lexeme(self, lexeme: str, position: int | None = None, weight: str = "") -> None:
        known = self._positions.get(lexeme)
        if known is None:
            cost = (len(lexeme) if lexeme.isascii() else len(lexeme.encode())) + 4
            if cost > self._left:
                return
            self._left -= cost
            known = self._positions[lexeme] = []
        if position is not None and len(known) < _MOST_POSITIONS and self._left >= 2:
            self._left -= 2
            known.append(f"{position}{weight}")

    def __str__(self) -> str:
        return " ".join(
            f"{quoted(lexeme)}:{','.join(positions)}" if positions else quoted(lexeme)
            for lexeme, positions in self._positions.items()
        )


def _split(text: str) -> Iterator[tuple[int, int, Sequence[tuple[int, int]]]]:
    """Start, stop and words of each passage. Together they cover the text; each begins with the last one's end."""
    spans = spans_of(text)
    words = list(islice(spans, PASSAGE_WORDS))
    start = 0
    while True:
        more = list(islice(spans, PASSAGE_WORDS - OVERLAP_WORDS))
        if not more:
            if text.strip():
                yield start, len(text), words
            return
        yield start, words[-1][1], words
        words = [*words[-OVERLAP_WORDS:], *more]
        start = words[0][0]


def _body(passages: Sequence[Passage]) -> Iterator[str]:
    """Each word of the text once."""
    for number, passage in enumerate(passages):
        yield from islice(passage.words, OVERLAP_WORDS if number else 0, None)
