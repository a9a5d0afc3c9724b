"""Categories on the command line, and in files that can be kept in version control."""

import json
from uuid import uuid4

import pytest

from forebay.domain.documents.errors import InvalidRuleError
from forebay.entrypoints.cli.category_rules import parse_rule, rules_of
from tests.cli.program import Program


@pytest.fixture
def name() -> str:
    """The server is shared, so each test has a category of its own."""
    return f"Zoo {uuid4()}"


def test_a_category_is_what_was_said_of_it(forebay: Program, name: str) -> None:
    made = forebay(
        *("categories", "add", name, "--description", "About animals", "--example", "A zebra, and", "--example", "ape"),
        *("--rule", "any@title:zebra, ape", "--rule", "regex:zebras?, apes?", "--json"),
    ).json
    assert (made["name"], made["description"], made["examples"]) == (name, "About animals", ["A zebra, and", "ape"])
    assert made["rules"] == [
        {"kind": "any", "terms": ["zebra", "ape"], "where": "title", "confidence": 0.9, "similarity": 90.0},
        {"kind": "regex", "terms": ["zebras?, apes?"], "where": "anywhere", "confidence": 0.9, "similarity": 90.0},
    ]
    assert forebay("categories", "show", name.upper(), "--json").json == made
    assert forebay("categories", "show", made["id"], "--json").json == made
    assert made in forebay("categories", "list", "--json").json["items"]
    for_people = forebay("categories", "show", name).out
    for words in (name, "About animals", "zebra, ape", "A zebra, and"):
        assert words in for_people
    assert name in forebay("categories", "list").out


def test_what_show_prints_makes_the_category_again(forebay: Program, name: str) -> None:
    rule = '{"kind": "fuzzy", "terms": ["zebra"], "similarity": 80, "confidence": 0.5}'
    printed = forebay("categories", "add", name, "--rule", rule, "--example", "x", "--json").out
    forebay.file("category.json", printed.encode())
    forebay("categories", "delete", name)
    again = forebay("categories", "add", "--from-file", "category.json", "--json").json
    first = json.loads(printed)
    known_to_the_database = {"id", "created_at", "updated_at"}
    assert {key for key in first if first[key] != again[key]} == known_to_the_database
    forebay("categories", "edit", name, "--no-rules", "--no-examples", "--description", "nothing left")
    changed = forebay("categories", "edit", name, "--from-file", "category.json", "--json").json
    assert (changed["id"], changed["rules"], changed["examples"]) == (again["id"], first["rules"], ["x"])
    other = forebay.process(
        *("categories", "add", "--from-file", "-", f"{name} 2", "--description", "won", "--json"),
        stdin=printed.encode(),
    ).json
    assert (other["name"], other["description"], other["rules"]) == (f"{name} 2", "won", first["rules"])


def test_what_is_not_given_stays(forebay: Program, name: str) -> None:
    made = forebay("categories", "add", name, "--rule", "phrase:Dear,", "--example", "x", "--json").json
    changed = forebay("categories", "edit", name, "--description", "letters", "--json").json
    assert (changed["description"], changed["rules"], changed["examples"]) == ("letters", made["rules"], ["x"])
    changed = forebay("categories", "edit", name, "--rule", "all:a,b", "--json").json
    assert [rule["terms"] for rule in changed["rules"]] == [["a", "b"]]
    changed = forebay("categories", "edit", name, "--no-rules", "--json").json
    assert (changed["rules"], changed["examples"]) == ([], ["x"])
    forebay("categories", "edit", name, "--no-rules", "--rule", "any:a", code=2)
    forebay("categories", "edit", name, "--no-examples", "--example", "a", code=2)


def test_each_category_is_deleted_or_it_is_said_why_not(forebay: Program, name: str) -> None:
    made = forebay("categories", "add", name, "--json").json
    done = forebay("categories", "delete", "no such thing", name, "--json", code=3)
    assert done.documents == [{"id": made["id"], "deleted": True}]
    assert [(error["code"], error["argument"]) for error in done.errors] == [("category_not_found", "no such thing")]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Input data was truncated"),
        (b"[]", "Expected `object`, got `array`"),
        (b'{"name": "x", "colour": "red"}', "unknown field `colour`"),
        (b'{"name": "x", "rules": [{"kind": "any", "terms": "x"}]}', "`$.rules[0].terms`"),
        (b"\xff", "is not a category"),
        (b"[" * 100_000, "is not a category"),
    ],
    ids=["empty", "a list", "a typing error", "a wrong rule", "no text", "deep"],
)
def test_a_file_that_is_no_category_is_refused_with_the_place(here: Program, content: bytes, words: str) -> None:
    here.file("category.json", content)
    (error,) = here("categories", "add", "--from-file", "category.json", "--json", code=2).errors
    assert (error["code"], error["field"]) == ("invalid_input", "--from-file")
    assert words in error["detail"]


def test_limits_are_those_of_the_http_api(here: Program) -> None:
    for given, field in (
        (["x" * 101], "name"),
        (["x", "--description", "d" * 2001], "description"),
        (["x", "--example", "e" * 10_001], "examples"),
        (["x", *(["--example", "e"] * 201)], "examples"),
        (["x", *(["--rule", "any:a"] * 101)], "rules"),
        (["x", "--rule", "any:" + "a" * 501], "rules[0]"),
        (["x", "--rule", "any:a", "--rule", "any:" + ",".join("a" * 201)], "rules[1]"),
        (["x", "--example", "a\udcff"], "examples[0]"),
    ):
        (error,) = here("categories", "add", *given, "--json", code=2).errors
        assert error["field"] == field, error


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is not a rule"),
        ("invoice", "is not a rule"),
        ("some:invoice", "kind is 'some'; expected one of any, all, phrase, regex, fuzzy"),
        ("any@nowhere:invoice", "where is 'nowhere'; expected one of text, title, anywhere"),
        ("any:invoice,,bill", "the term '' has no or too many characters"),
        ("{", "is not a rule"),
        ('{"kind": "any"}', "missing required field `terms`"),
        ('{"kind": "fuzzy", "terms": ["a"], "similarity": 20}', "similarity is 20; expected 50 to 100"),
    ],
)
def test_a_rule_that_cannot_be_one_is_refused(text: str, words: str) -> None:
    with pytest.raises(InvalidRuleError) as refused:
        rules_of([parse_rule(text)])
    assert words in refused.value.message
