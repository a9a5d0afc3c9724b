"""The measure itself."""

import pytest

from tests.corpus.overlap import overlap


@pytest.mark.parametrize(
    ("known", "found", "share"),
    [
        ("One two, three.", "three TWO one and more", 1.0),
        ("a a a b", "a b b", 0.5),
        ("ﬁne Straße", "fine strasse", 1.0),
        ("日本語の文", "日本\n語 の文", 1.0),
        ("word", "wo\nrd", 0.0),
    ],
)
def test_words_count_as_often_as_they_occur_whatever_their_order(known: str, found: str, share: float) -> None:
    assert overlap(known, found) == share
