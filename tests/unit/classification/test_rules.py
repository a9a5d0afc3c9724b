"""What rules of each kind match, whose word counts when several do, and what is said of it."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from forebay.adapters.classification.expressions import Expression
from forebay.adapters.classification.rules import RulesClassifier
from forebay.application.ports.classification import Opinion, Sample
from forebay.domain.documents.category import Category, Rule, RuleField, RuleKind
from forebay.domain.documents.verdict import ReasonKind

TIME = datetime(2026, 1, 1, tzinfo=UTC)
ANY, ALL, PHRASE, REGEX, FUZZY = RuleKind.ANY, RuleKind.ALL, RuleKind.PHRASE, RuleKind.REGEX, RuleKind.FUZZY


def category(name: str, *rules: Rule) -> Category:
    return Category(
        id=UUID(int=sum(name.encode())), name=name, description="", rules=rules, created_at=TIME, updated_at=TIME
    )


def rule(kind: RuleKind, *terms: str, confidence: float = 0.9, similarity: float = 90.0) -> Rule:
    return Rule(kind=kind, terms=terms, confidence=confidence, similarity=similarity)


def sample(text: str, title: str = "") -> Sample:
    return Sample(title=title, text=text, media_type="text/plain", language=None)


async def opinion(text: str, *categories: Category, title: str = "") -> Opinion:
    return await RulesClassifier().classify(sample(text, title), categories)


async def matches(text: str, only: Rule) -> bool:
    return (await opinion(text, category("A", only))).category_id is not None


@pytest.mark.parametrize(
    ("kind", "terms", "text", "expected"),
    [
        (ANY, ["invoice", "bill"], "Your BILL is here", True),
        (ANY, ["invoice", "bill"], "Your receipt is here", False),
        (ANY, ["cat"], "concatenate the category", False),
        (ANY, ["invoice no"], "Invoice, No. 17", True),  # punctuation between words does not count
        (ANY, ["invoice no"], "invoice\n   no", True),
        (ANY, ["invoice no"], "invoice your no", False),
        (ANY, ["c++"], "written in C++ and Java", True),  # a term with punctuation is a phrase
        (ANY, ["c++"], "written in C and Java", False),
        (ANY, ["straße"], "HAUPTSTRASSE 1, STRASSE", True),
        (ANY, ["ÜBERSICHT"], "die Übersicht", True),
        (ANY, ["u\u0308bersicht"], "die Übersicht", True),  # composed or not
        (ANY, ["bersicht"], "die Übersicht", False),  # a word does not begin within another alphabet's letters
        (ANY, ["σοφος"], "ΣΟΦΟΣ", True),
        (ANY, ["договор"], "Договор аренды", True),
        (ANY, ["договор"], "Договоры аренды", False),
        (ANY, ["請求書"], "お客様への請求書です", True),  # no spaces between words there
        (ANY, ["हिन्दी"], "यह हिन्दी है", True),
        (ANY, ["office"], "the o\ufb03ce", True),  # a ligature, as PDFs have them
        (ANY, ["agreement"], "this agree\u00adment", True),  # a soft hyphen
        (ALL, ["seller", "buyer"], "the buyer and the seller", True),
        (ALL, ["seller", "buyer"], "the buyer and the tenant", False),
        (PHRASE, ["no. 17"], "Invoice No. 17", True),
        (PHRASE, ["no. 17"], "Invoice No 17", False),
        (PHRASE, ["no. 17"], "Invoice No. 175", False),
        (PHRASE, ["no. 17"], "Invoice no.\n 17", True),
        (PHRASE, ["€"], "costs 5€", True),
        (REGEX, [r"\binv-\d{4}\b"], "see INV-2026.", True),
        (REGEX, [r"\binv-\d{4}\b"], "see INV-20261.", False),
        (REGEX, [r"\bübersicht"], "die Übersicht", True),
        (REGEX, [r"^total:"], "first\nTotal: 5", True),  # ^ is the beginning of a line
        (REGEX, [r"straße"], "STRASSE", True),
        (REGEX, [r"x*"], "nothing of the kind", False),  # what is empty is no match
        (FUZZY, ["invoice"], "your invoce", True),
        (FUZZY, ["invoice"], "your voice", False),
        (FUZZY, ["rental agreement"], "this rentel agreement", True),
        (FUZZY, ["rental agreement"], "this rental agree ment", True),  # split by a scan
        (FUZZY, ["rental agreement"], "this rentalagreement", True),
        (FUZZY, ["invoice"], "", False),
    ],
)
async def test_a_rule_matches(kind: RuleKind, terms: list[str], text: str, expected: bool) -> None:
    assert await matches(text, rule(kind, *terms)) is expected


async def test_how_near_is_near_enough_is_up_to_the_rule() -> None:
    assert not await matches("invoise", rule(FUZZY, "invoice", similarity=90))
    assert await matches("invoise", rule(FUZZY, "invoice", similarity=85))


@pytest.mark.parametrize(
    ("where", "title", "text", "expected"),
    [
        (RuleField.TITLE, "invoice", "", True),
        (RuleField.TITLE, "", "invoice", False),
        (RuleField.TEXT, "invoice", "", False),
        (RuleField.TEXT, "", "invoice", True),
        (RuleField.ANYWHERE, "invoice", "", True),
        (RuleField.ANYWHERE, "", "invoice", True),
    ],
)
async def test_a_rule_looks_where_it_says(where: RuleField, title: str, text: str, expected: bool) -> None:
    looks = Rule(kind=ANY, terms=("invoice",), where=where)
    assert ((await opinion(text, category("A", looks), title=title)).category_id is not None) is expected


async def test_all_terms_may_be_spread_over_title_and_text_but_none_across_them() -> None:
    spread = category("A", rule(ALL, "seller", "buyer"))
    assert (await opinion("the buyer", spread, title="the seller")).category_id == spread.id
    across = category("A", rule(ANY, "rental agreement"))
    assert (await opinion("agreement", across, title="rental")).category_id is None


async def test_the_surest_rule_wins() -> None:
    sure, unsure = category("A", rule(ANY, "x1", confidence=0.8)), category("B", rule(ANY, "x1", "x2", confidence=0.7))
    said = await opinion("x1 x2", unsure, sure)
    assert (said.category_id, said.confidence) == (sure.id, 0.8)


async def test_among_equally_sure_ones_more_rules_and_then_more_terms_win() -> None:
    one, two = category("A", rule(ANY, "x1", "x2", "x3")), category("B", rule(ANY, "x1"), rule(ANY, "x2"))
    assert (await opinion("x1 x2 x3", one, two)).category_id == two.id
    few, more = category("A", rule(ANY, "x1")), category("B", rule(ANY, "x1", "x2"))
    assert (await opinion("x1 x2", few, more)).category_id == more.id


async def test_a_tie_is_no_verdict_and_says_so() -> None:
    said = await opinion("x1", category("Letter", rule(ANY, "x1")), category("Invoice", rule(ANY, "x1")))
    assert (said.category_id, said.confidence) == (None, 0.9)
    assert said.reasons[0].kind is ReasonKind.ABSTAINED
    assert "Letter and Invoice" in said.reasons[0].text


async def test_reasons_name_the_rule_and_what_matched() -> None:
    letters = category("Letter", rule(ANY, "never"), rule(REGEX, r"dear\s+\w+"), rule(FUZZY, "sincerely"))
    said = await opinion("Dear   Ann, yours sincerly", letters)
    assert [reason.text for reason in said.reasons] == [
        r"rule 2 of Letter (regex, anywhere): “dear\s+\w+” as “Dear Ann”",
        "rule 3 of Letter (fuzzy, anywhere): “sincerely” as “sincerly”",
    ]
    assert {reason.kind for reason in said.reasons} == {ReasonKind.RULE}


async def test_many_matches_are_shown_in_short() -> None:
    said = await opinion(
        " ".join(f"w{number}" for number in range(9)), category("A", rule(ANY, *map("w{}".format, range(9))))
    )
    assert said.reasons[0].text.endswith("“w4” and 4 more")


async def test_without_a_match_it_says_that_there_is_none() -> None:
    said = await opinion("text", category("A", rule(ANY, "other")))
    assert (said.category_id, said.confidence, said.reasons[0].text) == (None, 0.0, "no rule matches")


@pytest.mark.parametrize("pattern", [r"(a|aa)+$", r"(?:a|a)*$", r"(a+)+$", r"(?:a{1,99}){1,99}b"])
async def test_an_expression_that_takes_for_ever_is_left_out_and_the_others_still_count(pattern: str) -> None:
    bad, good = category("Bad", rule(REGEX, pattern)), category("Good", rule(ANY, "word"))
    text = "a" * 20_000 + "! word"
    said = await RulesClassifier(search_seconds=0.05).classify(sample(text), [bad, good])
    assert said.category_id == good.id
    assert "rule 1 of Bad took too long and was left out" in [reason.text for reason in said.reasons]


async def test_a_rule_that_cannot_be_used_any_more_is_left_out_and_named() -> None:
    said = await opinion("word", category("Bad", rule(REGEX, "(")), category("Good", rule(ANY, "word")))
    assert said.reasons[0].kind is ReasonKind.RULE
    assert said.reasons[1].text.startswith("rule 1 of Bad was left out: '(' is no regular expression")


async def test_an_expression_is_compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    compiled = Expression.__init__

    def counted(self: Expression, pattern: str) -> None:
        made.append(pattern)
        compiled(self, pattern)

    monkeypatch.setattr(Expression, "__init__", counted)
    classifier = RulesClassifier()
    for _ in range(3):
        await classifier.classify(sample("text"), [category("A", rule(REGEX, "te.t"))])
    assert made == ["te.t"]


@pytest.mark.parametrize("marks", ["\u0301\u0316", "\u0301\uff9e"])
@pytest.mark.parametrize("kind", [ANY, PHRASE, REGEX, FUZZY])
async def test_marks_without_end_take_no_time_without_end(kind: RuleKind, marks: str) -> None:
    assert await matches("a" + marks * 99_000 + " word", rule(kind, "word"))
