"""Marks without end on one letter: putting them in order takes hours, and must not be begun."""

import pytest

from forebay.domain.documents.category import folded_name, parse_category_name
from forebay.domain.documents.document import parse_title, title_from
from forebay.domain.errors import InvalidInputError
from forebay.domain.intake.filename import parse_file_name

MARKED = "a" + "\u0301\u0316" * 500_000


def test_in_a_title_of_a_document() -> None:
    assert title_from(MARKED) is not None


def test_in_a_title_that_a_person_gives() -> None:
    with pytest.raises(InvalidInputError, match="1 to 500 characters"):
        parse_title(MARKED)


def test_in_a_file_name() -> None:
    with pytest.raises(InvalidInputError, match="at most 255"):
        parse_file_name(MARKED)


def test_in_the_name_of_a_category() -> None:
    with pytest.raises(InvalidInputError, match="1 to 100 characters"):
        parse_category_name(MARKED)


def test_in_the_name_by_which_a_category_is_asked_for() -> None:
    assert folded_name(MARKED) == MARKED.casefold()
