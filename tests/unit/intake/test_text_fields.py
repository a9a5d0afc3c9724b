"""The free fields of an upload: label, notes, owner."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forebay.domain.errors import InvalidInputError
from forebay.domain.intake.errors import InvalidFieldError
from forebay.domain.intake.text_fields import MAX_LABEL, MAX_NOTES, parse_label, parse_notes, parse_owner

Parse = Callable[[str | None], str | None]
FREE_TEXT = [pytest.param(parse_label, "label", id="label"), pytest.param(parse_notes, "notes", id="notes")]


@pytest.mark.parametrize("parse", [parse_label, parse_notes, parse_owner])
@pytest.mark.parametrize("value", [None, ""])
def test_an_empty_field_is_the_same_as_none(parse: Parse, value: str | None) -> None:
    assert parse(value) is None


@pytest.mark.parametrize(("parse", "field"), FREE_TEXT)
def test_blank_text_is_the_same_as_none(parse: Parse, field: str) -> None:
    del field
    assert parse(" \t\u3000 ") is None


@pytest.mark.parametrize(("parse", "field"), FREE_TEXT)
@pytest.mark.parametrize("value", ["nightly", " kept as typed ", "夜間 🎉", "50 % \\ / ' \" <b>", "שלום"])
def test_text_is_kept_as_it_was_typed(parse: Parse, field: str, value: str) -> None:
    del field
    assert parse(value) == value


@pytest.mark.parametrize(("parse", "field"), FREE_TEXT)
@pytest.mark.parametrize("character", ["\0", "\x1b", "\x7f", "\x9b", "\ud800"])
def test_control_characters_and_half_pairs_are_refused(parse: Parse, field: str, character: str) -> None:
    with pytest.raises(InvalidFieldError, match="control characters are not allowed") as refused:
        parse(f"a{character}b")
    assert refused.value.field == field


def test_notes_have_lines_and_a_label_has_one() -> None:
    assert parse_notes("one\r\n\ttwo\nthree") == "one\r\n\ttwo\nthree"
    for line_end in ("\n", "\r", "\t", "\x0b", "\x85"):
        with pytest.raises(InvalidFieldError):
            parse_label(f"one{line_end}two")


@pytest.mark.parametrize(("parse", "limit"), [(parse_label, MAX_LABEL), (parse_notes, MAX_NOTES)])
def test_text_is_measured_in_characters(parse: Parse, limit: int) -> None:
    assert parse("ä" * limit) == "ä" * limit
    with pytest.raises(InvalidFieldError, match=f"expected at most {limit} characters, got {limit + 1}"):
        parse("ä" * (limit + 1))


@pytest.mark.parametrize("owner", ["a", "7", "ops", "jane.doe@example.org", "Team_1-x", "x" * 64])
def test_an_owner_of_plain_characters_is_kept(owner: str) -> None:
    assert parse_owner(owner) == owner


@pytest.mark.parametrize(
    "owner", [".", "..", "_", "-x", "@x", "a/b", "a\\b", "a b", "ä", "a\n", "x" * 65, " ", "\ud800"]
)
def test_any_other_owner_is_refused_with_what_is_allowed(owner: str) -> None:
    with pytest.raises(InvalidFieldError, match="1 to 64 of A-Z a-z 0-9") as refused:
        parse_owner(owner)
    assert refused.value.field == "owner"


@given(st.text())
def test_what_is_accepted_can_be_stored_and_is_accepted_again(text: str) -> None:
    for parse in (parse_label, parse_notes, parse_owner):
        try:
            value = parse(text)
        except InvalidInputError:
            continue
        if value is not None:
            assert b"\0" not in value.encode()
            assert parse(value) == value
