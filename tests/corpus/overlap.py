"""How much of a known text was found: the measure that the corpus is judged by.

Words are runs of letters and digits after NFKC and case folding; each Chinese character and each kana is a word of its
own, since there are no spaces to break lines at. The overlap is the share of the known text's words, each as often as
it occurs there, that the extracted text has as often: order and additional words (headers of pages) do not count.
"""

import re
import unicodedata
from collections import Counter

_WORDS = re.compile(
    r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|[^\W\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+"
)


def words(text: str) -> Counter[str]:
    return Counter(_WORDS.findall(unicodedata.normalize("NFKC", text).casefold()))


def overlap(known: str, found: str) -> float:
    """From 0 to 1."""
    expected = words(known)
    return (expected & words(found)).total() / expected.total()
