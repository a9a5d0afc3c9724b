"""Whoever gives a word that is not possible is told which are."""

from enum import StrEnum
from typing import Annotated

import msgspec
import pytest
from msgspec import Meta, UnsetType

from forebay.entrypoints.http.enum_words import with_words


class Colour(StrEnum):
    """Some."""

    RED = "red"
    BLUE = "blue"


class Wall(msgspec.Struct):
    """Has them in several places."""

    colour: Annotated[Colour | None, Meta(description="Of it.")] = None
    stripes: list[Colour] = []
    named: dict[str, Colour] = {}
    behind: "Wall | UnsetType | None" = None


@pytest.mark.parametrize(
    ("annotation", "path"),
    [
        (Colour, ""),
        (Colour | None, ""),
        (Wall, "colour"),
        (Wall, "stripes[3]"),
        (Wall, "named[...]"),
        (Wall, "behind.colour"),
        (list[Wall], "[0].behind.stripes[1]"),
    ],
)
def test_the_words_are_named(annotation: object, path: str) -> None:
    assert with_words("Invalid enum value 'x'", annotation, path) == "Invalid enum value 'x'; expected one of red, blue"


@pytest.mark.parametrize(("annotation", "path"), [(Wall, "other"), (Wall, ""), (object(), ""), (int, "a.b[0]")])
def test_where_there_are_none_nothing_is_added(annotation: object, path: str) -> None:
    assert with_words("Invalid enum value 'x'", annotation, path) == "Invalid enum value 'x'"


def test_other_messages_stay() -> None:
    assert with_words("Expected `int`, got `str`", Wall, "colour") == "Expected `int`, got `str`"


def test_long_words_are_cut() -> None:
    message = with_words(f"Invalid enum value '{'x' * 5000}'", Colour, "")
    assert len(message) < 200
    assert message.endswith("…; expected one of red, blue")
