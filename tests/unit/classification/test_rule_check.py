"""Which rules are refused before a category gets them, and what a person is told."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forebay.adapters.classification.expressions import Budget, Expression, OutOfTimeError
from forebay.adapters.classification.rules import RulesClassifier
from forebay.domain.documents.category import Rule, RuleKind
from forebay.domain.documents.errors import InvalidRuleError


def regex(*terms: str) -> Rule:
    return Rule(kind=RuleKind.REGEX, terms=terms)


async def refusal(*rules: Rule) -> str:
    with pytest.raises(InvalidRuleError) as caught:
        await RulesClassifier().check(rules)
    assert caught.value.field == "rules"
    return caught.value.message


async def test_rules_that_are_fine_are_let_through() -> None:
    fine = [Rule(kind=kind, terms=("word", "two words", "C++")) for kind in RuleKind if kind is not RuleKind.REGEX]
    await RulesClassifier().check([*fine, regex(r"\bINV-\d{4,8}\b", r"(?<=no\. )\d+", r"\p{Lu}{3}", r"(a|b)+c?")])
    await RulesClassifier().check([])


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("(unclosed", "is no regular expression: missing )"),
        ("[a-", "is no regular expression"),
        ("*", "is no regular expression: nothing to repeat at position 0"),
        (r"\p{Nonsense}", "is no regular expression"),
        ("((((a{1000}){1000}){1000}){1000}){1000}", "expected counts whose product is at most 10000"),
        ("(a+)+$", "takes too long; avoid repeats of what repeats"),
        ("(a|aa)+$", "takes too long"),
        (r"(\s+)*$", "takes too long"),
    ],
)
async def test_what_is_wrong_with_an_expression_is_said_with_its_rule(pattern: str, expected: str) -> None:
    message = await refusal(regex("fine"), regex("fine", pattern))
    assert message.startswith("rule 2: ")
    assert expected in message


def test_an_expression_that_is_too_deep_is_refused() -> None:
    with pytest.raises(InvalidRuleError, match="is too complicated"):
        Expression("(?:" * 5000 + ")" * 5000)


def test_a_budget_that_is_spent_is_spent() -> None:
    now = [0.0]
    budget = Budget(2.0, clock=lambda: now[0])
    now[0] = 1.5
    assert budget.left == 0.5


_ATOMS = st.sampled_from(["a", "b", ".", r"\w", r"\s", "[ab]", "ab", r"\b", "é", "(?:a|aa)", "(?=a)", r"(a)\1?"])
_REPEATS = st.sampled_from(["", "*", "+", "?", "{2}", "{1,3}", "{0,50}", "*?", "++"])
_PATTERNS = st.recursive(
    st.tuples(_ATOMS, _REPEATS).map("".join),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.tuples(inner, _REPEATS).map(lambda pair: f"(?:{pair[0]}){pair[1]}"),
        st.tuples(inner, inner).map("|".join),
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(_PATTERNS, st.text("ab é", max_size=8))
def test_no_expression_does_worse_than_running_out_of_its_time(pattern: str, unit: str) -> None:
    try:
        expression = Expression(pattern)
    except InvalidRuleError:
        return
    try:
        expression.search((unit or "a") * 500 + "!", seconds=0.02)
    except OutOfTimeError:
        return
