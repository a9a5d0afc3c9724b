"""Texts as rules compare them: without case, compatibility forms and line breaks; and as words."""

import unicodedata
from functools import cached_property

import regex

# Scripts that put no spaces between words: Thai to Tibetan, Burmese, Khmer, kana, bopomofo, Han, and Han beyond the
# first plane. Each of their letters counts as a word, so that a term is found within a sentence.
_UNSPACED = (
    r"\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u312f\u31a0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    r"\U00020000-\U0003ffff"
)
_WORD = regex.compile(rf"[\w&&[{_UNSPACED}]]|[\w--[{_UNSPACED}]]+", regex.VERSION1)
_JOINS = regex.compile(rf"[\w--[{_UNSPACED}]]", regex.VERSION1)
# Unicode sorts the marks of a letter in a time that grows with the square of their number, while nobody else may run.
# No language has more than a few; 30 is where its stream-safe text ends (UAX 15). The last two become marks.
_MARKS = regex.compile(r"([\p{M}\uff9e\uff9f]{30})[\p{M}\uff9e\uff9f]+")
_INVISIBLE = {0x00AD: None, 0x200B: None, 0x2060: None, 0xFEFF: None}  # soft hyphen, zero-width spaces


def fold(text: str) -> str:
    """NFKC, case-folded, runs of white space as one space. PDFs are full of ligatures and soft hyphens: gone too."""
    shown = unicodedata.normalize("NFKC", few_marks(text.translate(_INVISIBLE))).casefold()
    return " ".join(unicodedata.normalize("NFKC", shown).split())


def few_marks(text: str) -> str:
    """Without those marks of a letter that are too many to be normalized."""
    return _MARKS.sub(r"\1", text)


def words_of(folded: str) -> list[str]:
    """Runs of letters, digits and underscores; punctuation is left out."""
    return _WORD.findall(folded)


def word_spans(text: str) -> list[tuple[int, int]]:
    """Where the words of a text that is not folded begin and end."""
    return [match.span() for match in _WORD.finditer(text)]


def has_punctuation(folded: str) -> bool:
    """Whether there is anything but words and spaces."""
    return bool(_WORD.sub("", folded).strip())


def occurs(term: str, text: str) -> bool:
    """Both folded: whether the term stands there letter by letter, and not as a part of longer words."""
    start = text.find(term)
    while start >= 0:
        end = start + len(term)
        cut_before = start > 0 and _JOINS.match(text[start - 1]) and _JOINS.match(term[0])
        cut_behind = end < len(text) and _JOINS.match(text[end]) and _JOINS.match(term[-1])
        if not cut_before and not cut_behind:
            return True
        start = text.find(term, start + 1)
    return False


class Field:
    """A title or a text in the forms that rules look at, each made when it is first asked for."""

    def __init__(self, raw: str) -> None:
        self._raw = raw
        self._windows: dict[int, list[str]] = {}

    @cached_property
    def composed(self) -> str:
        """As it is written, for regular expressions."""
        return unicodedata.normalize("NFC", few_marks(self._raw))

    @cached_property
    def folded(self) -> str:
        return fold(self._raw)

    @cached_property
    def words(self) -> list[str]:
        return words_of(self.folded)

    @cached_property
    def spaced(self) -> str:
        """All words with a space on either side."""
        return f" {' '.join(self.words)} "

    def windows(self, size: int) -> list[str]:
        """The different runs of that many words, in the order in which they come."""
        if size not in self._windows:
            words = self.words
            runs = (" ".join(words[at : at + size]) for at in range(len(words) - size + 1))
            self._windows[size] = list(dict.fromkeys(runs))
        return self._windows[size]
