"""What a rule makes of a document: which of its terms occur."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from forebay.adapters.classification.expressions import Budget, Expression, OutOfTimeError
from forebay.adapters.classification.folding import Field, fold, has_punctuation, occurs, words_of
from forebay.domain.documents.category import Rule, RuleField, RuleKind

_LONGEST_SEARCH_SECONDS = 0.5
_MOST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Match:
    """A term that occurs. `seen`: what stands there instead of it."""

    term: str
    seen: str | None = None

    def __str__(self) -> str:
        return _quoted(self.term) if self.seen is None else f"{_quoted(self.term)} as {_quoted(self.seen)}"


Finder = Callable[[Field, Budget], Match | None]


class CompiledRule:
    """A rule ready to be used. InvalidRuleError for one that cannot be, without the number of the rule."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.expressions: Sequence[Expression] = ()
        if rule.kind is RuleKind.REGEX:
            self.expressions = [Expression(term) for term in rule.terms]
            self._finders = [_by_expression(expression) for expression in self.expressions]
        elif rule.kind is RuleKind.PHRASE:
            self._finders = [_by_phrase(term) for term in rule.terms]
        elif rule.kind is RuleKind.FUZZY:
            self._finders = [_by_likeness(term, rule.similarity) for term in rule.terms]
        else:
            self._finders = [_by_words(term) for term in rule.terms]

    def matches(self, title: Field, text: Field, budget: Budget) -> list[Match]:
        """Those terms that occur; none when the rule does not match. OutOfTimeError when it could not be told."""
        looked_at = {RuleField.TITLE: [title], RuleField.TEXT: [text], RuleField.ANYWHERE: [title, text]}
        fields = looked_at[self.rule.where]
        found: list[Match] = []
        late = False
        for finder in self._finders:
            try:
                match = next((match for field in fields if (match := finder(field, budget))), None)
            except OutOfTimeError:
                late = True
                continue
            if match is not None:
                found.append(match)
            elif self.rule.kind is RuleKind.ALL:
                return []
        if late and not found:
            raise OutOfTimeError
        return found


def _by_words(term: str) -> Finder:
    """As words, whatever punctuation is between them; a term that has punctuation itself is a phrase."""
    folded = fold(term)
    if has_punctuation(folded):
        return _by_phrase(term)
    wanted = f" {' '.join(words_of(folded))} "
    return lambda field, budget: Match(term) if wanted in field.spaced else None


def _by_phrase(term: str) -> Finder:
    wanted = fold(term)
    if not wanted:  # nothing but characters that are not seen
        return lambda field, budget: None
    return lambda field, budget: Match(term) if occurs(wanted, field.folded) else None


def _by_likeness(term: str, similarity: float) -> Finder:
    """As many words as the term has, or one more or less: a scan splits and joins words."""
    words = words_of(fold(term))
    wanted = " ".join(words)

    def find(field: Field, budget: Budget) -> Match | None:
        best: tuple[float, str] | None = None
        for size in range(max(len(words) - 1, 1), len(words) + 2):
            near = process.extractOne(wanted, field.windows(size), scorer=fuzz.ratio, score_cutoff=similarity)
            if near is not None and (best is None or near[1] > best[0]):
                best = near[1], near[0]
        if best is None:
            return None
        return Match(term) if best[1] == wanted else Match(term, best[1])

    return find if words else _by_phrase(term)


def _by_expression(expression: Expression) -> Finder:
    def find(field: Field, budget: Budget) -> Match | None:
        if budget.left <= 0:
            raise OutOfTimeError
        seen = expression.search(field.composed, seconds=min(budget.left, _LONGEST_SEARCH_SECONDS))
        return None if seen is None else Match(expression.pattern, " ".join(seen.split()))

    return find


def _quoted(text: str) -> str:
    return f"“{text if len(text) <= _MOST_SHOWN else text[: _MOST_SHOWN - 1] + '…'}”"
