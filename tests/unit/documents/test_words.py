"""Words: what they are, and when two of them are the same."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forebay.domain.documents.words import MAX_WORD, fold, spans_of, words_of

TEXTS = st.text(st.sampled_from("abZß_-. \n'\"*:é\u0301İﬁ日本हिन्दीกำ½²🌊\u200d\0") | st.characters(codec="utf-8"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("e-mail a_b AT&T's 1.5", ["e", "mail", "a", "b", "AT", "T", "s", "1", "5"]),
        ("Cafe\u0301, naïve", ["Cafe\u0301", "naïve"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("日本語 한국어", ["日本語", "한국어"]),
        ("\u0301\u0302 🌊 …", []),
    ],
)
def test_words_are_letters_digits_and_their_marks(text: str, words: list[str]) -> None:
    assert words_of(text) == words


@pytest.mark.parametrize(
    ("word", "folded"),
    [
        ("INVOICE", "invoice"),
        ("Größe", "grosse"),
        ("cafe\u0301", "cafe"),
        ("İstanbul", "istanbul"),
        ("ﬁsh", "fish"),
        ("Ὀδυσσεύς", "οδυσσευσ"),
        ("が", "が"),
        ("한국", "한국"),
        ("हिन्दी", "हिन्दी"),
        ("½", "12"),
    ],
)
def test_capitals_and_accents_do_not_count(word: str, folded: str) -> None:
    assert fold(word) == folded


@given(TEXTS)
def test_spans_are_the_words_in_order(text: str) -> None:
    spans = list(spans_of(text))
    assert [text[start:stop] for start, stop in spans] == words_of(text)
    assert all(start < stop for start, stop in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))


@given(TEXTS)
def test_folding_is_done_once_and_leaves_something_of_every_word(text: str) -> None:
    for word in words_of(text):
        folded = fold(word)
        assert 0 < len(folded) <= MAX_WORD
        assert fold(folded) == folded
        assert fold(word.upper()) == fold(word.upper().lower())
        assert fold(unicodedata.normalize("NFD", word)) == fold(unicodedata.normalize("NFC", word))


def test_marks_without_end_take_no_time_without_end() -> None:
    assert fold("a" + "\u0301\u0316" * 500_000) == "a"
