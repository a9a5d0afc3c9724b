"""What a word is, and when two words are the same: capitals and accents do not count."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

MAX_WORD = 255  # characters of a word that count; nobody types more, and databases have their limits
_MAX_RAW = 2 * MAX_WORD  # with marks: Unicode sorts them in a time that grows with the square of their number


def words_of(text: str) -> list[str]:
    """The words as they stand there."""
    return _pattern().findall(text)


def spans_of(text: str, start: int = 0) -> Iterator[tuple[int, int]]:
    """Where each word from `start` on begins and ends, in characters."""
    return (match.span() for match in _pattern().finditer(text, start))


def fold(word: str) -> str:
    """Lower case, without accents, of compatible forms (Unicode NFKD): equal for words that are the same in a search.

    Marks that make another letter or syllable of it (of Indic scripts, kana and Thai) stay.
    """
    if word.isascii():
        return word.lower()[:MAX_WORD]
    word = word[:_MAX_RAW]
    parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", word).casefold())
    kept = "".join(char for char in parts if _counts(char))
    return unicodedata.normalize("NFC", kept)[:MAX_WORD] or word[:MAX_WORD]


def _counts(char: str) -> bool:
    if char.isalnum():
        return True
    place = unicodedata.combining(char)  # 10 to 35: points of Hebrew and Arabic; from 200 on: above, below, across
    return unicodedata.category(char).startswith("M") and not (10 <= place <= 35 or place >= 200)


@cache
def _pattern() -> re.Pattern[str]:
    r"""Letters and digits, and the marks that follow them: `\w` has no marks, and so would cut हिन्दी into pieces."""
    marks = "".join(f"{chr(first)}-{chr(last)}" for first, last in _runs_of_marks())
    return re.compile(rf"[^\W_]+(?:[{marks}]+[^\W_]*)*")


def _runs_of_marks() -> Iterator[tuple[int, int]]:
    """Code points of categories M*, as ranges; all that there are below the selectors of variants."""
    first: int | None = None
    for point in range(0x300, 0x20000):
        is_mark = unicodedata.category(chr(point)).startswith("M")
        if is_mark and first is None:
            first = point
        elif not is_mark and first is not None:
            yield first, point - 1
            first = None
