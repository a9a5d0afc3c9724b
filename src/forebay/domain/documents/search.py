"""What people type to find documents: words, "phrases", prefix* and -exclusions. All must hold."""

import re
import unicodedata
from dataclasses import dataclass
from uuid import UUID

from forebay.domain.documents.errors import InvalidQueryError
from forebay.domain.documents.words import words_of

MAX_QUERY = 1_000
MAX_CLAUSES = 32
MAX_DEPTH = 10_000  # hits that can be paged through: further down a better question helps

_TOKEN = re.compile(r'(?P<minus>-)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One or more words that follow each other. `prefix`: the last one may go on. `excluded`: must not occur."""

    words: tuple[str, ...]
    prefix: bool = False
    excluded: bool = False


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """At least one clause that is not an exclusion. Words are made of letters and digits, as they were typed."""

    clauses: tuple[Clause, ...]

    @classmethod
    def parse(cls, text: str) -> "SearchQuery":
        """InvalidQueryError says what is wrong. A word with signs within, such as `e-mail`, is a phrase."""
        if len(text) > MAX_QUERY:
            raise InvalidQueryError(f"the query has {len(text)} characters; expected at most {MAX_QUERY}", field="q")
        clauses = tuple(clause for match in _TOKEN.finditer(text) if (clause := _clause(match)) is not None)
        if not any(not clause.excluded for clause in clauses):
            raise InvalidQueryError(
                'the query names nothing to look for; expected words, such as invoice "net 30 days" pay* -draft',
                field="q",
            )
        if len(clauses) > MAX_CLAUSES:
            raise InvalidQueryError(f"the query has {len(clauses)} parts; expected at most {MAX_CLAUSES}", field="q")
        return cls(clauses)

    @property
    def wanted(self) -> tuple[Clause, ...]:
        return tuple(clause for clause in self.clauses if not clause.excluded)

    @property
    def excluded(self) -> tuple[Clause, ...]:
        return tuple(clause for clause in self.clauses if clause.excluded)


def _clause(match: re.Match[str]) -> Clause | None:
    phrase, word = match["phrase"], match["word"]
    raw = unicodedata.normalize("NFC", phrase if phrase is not None else word)
    words = tuple(words_of(raw))
    if not words:
        return None
    prefix = phrase is None and raw.endswith("*")
    return Clause(words=words, prefix=prefix, excluded=match["minus"] is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippet:
    """A piece of text, and which parts of it matched: start and stop in characters, in order, not overlapping."""

    text: str
    matches: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A document that was found. `score`: higher is better, and comparable within one answer only."""

    document_id: UUID
    score: float
    title: Snippet
    snippet: Snippet
