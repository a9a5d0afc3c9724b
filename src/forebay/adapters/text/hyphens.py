"""Words that PDFs break at the end of a line: whether the hyphen is the word's own, other places in it tell."""

import re

BROKEN = "\ufffe"  # PDFium puts this where a hyphen ended a line, and takes the line break away
_BREAK = re.compile(f"([^\\W\\d_]*){BROKEN}([^\\W\\d_]*)")
_WINDOW_CHARACTERS = 200_000
_SHORTEST = 3  # shorter words are found within others


class Hyphens:
    """Joins the parts when the whole word stands elsewhere, or when this document has been seen to break words."""

    def __init__(self) -> None:
        self._window = ""
        self._joined = 0
        self._kept = 0

    def mend(self, page: str) -> str:
        self._window = self._window[-_WINDOW_CHARACTERS:] + page
        if BROKEN not in page:
            return page
        return _BREAK.sub(self._mended, page)

    def _mended(self, match: re.Match[str]) -> str:
        left, right = match.groups()
        hyphened = f"{left}-{right}"
        if not left or not right or not right[0].islower():
            return hyphened
        whole = left + right
        if len(whole) > _SHORTEST and whole in self._window:
            self._joined += 1
            return whole
        if hyphened in self._window:
            self._kept += 1
            return hyphened
        return whole if self._joined > self._kept else hyphened
