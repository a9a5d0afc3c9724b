"""Categories: data, not code. Each says what belongs to it in words, by rules and by examples."""

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from forebay.domain.documents.errors import InvalidRuleError
from forebay.domain.errors import InvalidInputError

MAX_NAME = 100
MAX_DESCRIPTION = 2_000
MAX_RULES = 100
MAX_TERMS = 200
MAX_TERM = 500
MAX_EXAMPLES = 200
MAX_EXAMPLE = 10_000


class RuleKind(StrEnum):
    """`any`: one of the terms occurs as a word or words. `all`: each of them does. `phrase`: one of the terms occurs

    exactly, punctuation included. `regex`: one of the regular expressions matches. `fuzzy`: a term occurs nearly.
    """

    ANY = "any"
    ALL = "all"
    PHRASE = "phrase"
    REGEX = "regex"
    FUZZY = "fuzzy"


class RuleField(StrEnum):
    """Where a rule looks."""

    TEXT = "text"
    TITLE = "title"
    ANYWHERE = "anywhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Case is ignored. `confidence` (0 to 1): of a verdict by this rule. `similarity` (50 to 100): for `fuzzy`."""

    kind: RuleKind
    terms: tuple[str, ...]
    where: RuleField = RuleField.ANYWHERE
    confidence: float = 0.9
    similarity: float = 90.0

    def __post_init__(self) -> None:
        if not 1 <= len(self.terms) <= MAX_TERMS:
            raise InvalidRuleError(f"a rule has {len(self.terms)} terms; expected 1 to {MAX_TERMS}", field="rules")
        for term in self.terms:
            if not term.strip() or len(term) > MAX_TERM:
                raise InvalidRuleError(f"the term {term[:50]!r} has no or too many characters", field="rules")
        if not 0 < self.confidence <= 1:
            raise InvalidRuleError(f"confidence is {self.confidence:g}; expected more than 0, at most 1", field="rules")
        if not 50 <= self.similarity <= 100:
            raise InvalidRuleError(f"similarity is {self.similarity:g}; expected 50 to 100", field="rules")


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """`description` and `examples` are what classifiers without rules go by."""

    id: UUID
    name: str
    description: str
    rules: tuple[Rule, ...] = ()
    examples: tuple[str, ...] = ()
    created_at: datetime
    updated_at: datetime

    def __post_init__(self) -> None:
        if len(self.description) > MAX_DESCRIPTION:
            raise InvalidInputError(f"expected at most {MAX_DESCRIPTION} characters", field="description")
        if len(self.rules) > MAX_RULES:
            raise InvalidInputError(f"expected at most {MAX_RULES} rules", field="rules")
        if len(self.examples) > MAX_EXAMPLES or any(len(example) > MAX_EXAMPLE for example in self.examples):
            raise InvalidInputError(
                f"expected at most {MAX_EXAMPLES} examples of at most {MAX_EXAMPLE} characters", field="examples"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryDraft:
    """What a person says of a category."""

    name: str
    description: str = ""
    rules: tuple[Rule, ...] = field(default=())
    examples: tuple[str, ...] = field(default=())


def folded_name(value: str) -> str:
    """Equal for names that are the same: case, white space around and Unicode's ways to write a letter do not count."""
    return _composed(value).casefold()


def parse_category_name(value: str) -> str:
    """1 to 100 characters without control characters; white space around it does not count."""
    name = _composed(value)
    if not 1 <= len(name) <= MAX_NAME or any(unicodedata.category(char) in {"Cc", "Cs"} for char in name):
        raise InvalidInputError(f"expected 1 to {MAX_NAME} characters, no control characters", field="name")
    return name


def _composed(value: str) -> str:
    """What is far too long stays as it is: to order the marks of a letter takes time by the square of their number."""
    name = value.strip()
    return unicodedata.normalize("NFC", name) if len(name) <= 4 * MAX_NAME else name
