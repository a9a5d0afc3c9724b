"""The classifier that goes by the rules people wrote."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version

from forebay.adapters.classification.expressions import Budget, OutOfTimeError
from forebay.adapters.classification.folding import Field
from forebay.adapters.classification.matching import CompiledRule, Match
from forebay.application.ports.classification import Classifier, Opinion, RuleChecker, Sample
from forebay.domain.documents.category import Category, Rule
from forebay.domain.documents.errors import InvalidRuleError
from forebay.domain.documents.verdict import ClassifierName, Reason, ReasonKind
from forebay.domain.processing.model import ModelSpec

MATCHING = "1"  # of what this package makes of rules; a verdict records it
_LOOKED_AT = 200_000  # characters
_KEPT = 5_000  # compiled rules
_MOST_SHOWN = 5
_MOST_REASONS = 10


@dataclass(frozen=True, slots=True)
class _Case:
    """What speaks for a category."""

    category: Category
    matched: tuple[tuple[Rule, Sequence[Match]], ...]

    @property
    def confidence(self) -> float:
        return max(rule.confidence for rule, _ in self.matched)

    @property
    def strength(self) -> tuple[float, int, int]:
        return self.confidence, len(self.matched), sum(len(matches) for _, matches in self.matched)


class RulesClassifier:
    """The category whose rule is surest; then the one of which more rules match, then more terms. Else it abstains.

    All regular expressions together get `search_seconds` for a document; what is late by then did not match.
    """

    name = ClassifierName.RULES

    def __init__(self, *, search_seconds: float = 2.0) -> None:
        self._search_seconds = search_seconds
        self._compiled = lru_cache(maxsize=_KEPT)(CompiledRule)
        parts = {"matching": MATCHING, "regex": version("regex"), "rapidfuzz": version("rapidfuzz")}
        self._model = ModelSpec(
            name="forebay-rules",
            kind="classifier",
            version="+".join([parts["matching"], parts["regex"], parts["rapidfuzz"]]),
            parameters=parts,
        )

    async def classify(self, sample: Sample, categories: Sequence[Category]) -> Opinion:
        return await asyncio.to_thread(self._classify, sample, tuple(categories))

    async def check(self, rules: Sequence[Rule]) -> None:
        await asyncio.to_thread(_check, tuple(rules))

    def _classify(self, sample: Sample, categories: Sequence[Category]) -> Opinion:
        title, text = Field(sample.title[:_LOOKED_AT]), Field(sample.text[:_LOOKED_AT])
        budget = Budget(self._search_seconds)
        troubles: list[str] = []
        cases: list[_Case] = []
        for category in categories:
            matched = self._matched(category, title, text, budget, troubles)
            if matched:
                cases.append(_Case(category, matched))
        return self._opinion(cases, troubles)

    def _matched(
        self, category: Category, title: Field, text: Field, budget: Budget, troubles: list[str]
    ) -> tuple[tuple[Rule, Sequence[Match]], ...]:
        matched = []
        for number, rule in enumerate(category.rules, start=1):
            try:
                matches = self._compiled(rule).matches(title, text, budget)
            except OutOfTimeError:
                troubles.append(f"rule {number} of {category.name} took too long and was left out")
            except InvalidRuleError as error:
                troubles.append(f"rule {number} of {category.name} was left out: {error.message}")
            else:
                if matches:
                    matched.append((rule, matches))
        return tuple(matched)

    def _opinion(self, cases: Sequence[_Case], troubles: Sequence[str]) -> Opinion:
        asides = tuple(Reason(kind=ReasonKind.ABSTAINED, text=trouble) for trouble in troubles[:_MOST_REASONS])
        if not cases:
            why = Reason(kind=ReasonKind.ABSTAINED, text="no rule matches")
            return Opinion(category_id=None, confidence=0.0, reasons=(why, *asides), model=self._model)
        strongest = max(case.strength for case in cases)
        best = [case for case in cases if case.strength == strongest]
        reasons = [_reason(case, rule, matches) for case in best for rule, matches in case.matched][:_MOST_REASONS]
        if len(best) > 1:
            names = " and ".join(case.category.name for case in best)
            reasons.insert(0, Reason(kind=ReasonKind.ABSTAINED, text=f"rules match equally well for {names}"))
        return Opinion(
            category_id=best[0].category.id if len(best) == 1 else None,
            confidence=strongest[0],
            reasons=(*reasons, *asides),
            model=self._model,
        )


def _reason(case: _Case, rule: Rule, matches: Sequence[Match]) -> Reason:
    number = case.category.rules.index(rule) + 1
    shown = ", ".join(str(match) for match in matches[:_MOST_SHOWN])
    more = f" and {len(matches) - _MOST_SHOWN} more" if len(matches) > _MOST_SHOWN else ""
    text = f"rule {number} of {case.category.name} ({rule.kind}, {rule.where}): {shown}{more}"
    return Reason(kind=ReasonKind.RULE, text=text, weight=rule.confidence)


def _check(rules: Sequence[Rule]) -> None:
    for number, rule in enumerate(rules, start=1):
        try:
            for expression in CompiledRule(rule).expressions:
                expression.probe()
        except InvalidRuleError as error:
            raise InvalidRuleError(f"rule {number}: {error.message}", field="rules") from None


def _fits(rules: RulesClassifier) -> tuple[Classifier, RuleChecker]:
    return rules, rules
