"""The estimate of tokens, and texts cut by it."""

from hypothesis import given
from hypothesis import strategies as st

from forebay.adapters.classification.llm_tokens import beginning, tokens_of


def test_three_letters_are_a_token_and_other_signs_one_or_more() -> None:
    assert tokens_of("three letters") == 5
    assert tokens_of("{};") == 4
    assert tokens_of("2026") == 5
    assert tokens_of("äöü") == 4
    assert tokens_of("請求") == 3
    assert tokens_of("😀") == 4
    assert tokens_of("") == 0


@given(st.text(), st.integers(-1, 50))
def test_a_beginning_is_as_long_as_it_may_be(text: str, tokens: int) -> None:
    cut = beginning(text, tokens=tokens)
    assert text.startswith(cut)
    assert tokens_of(cut) <= max(tokens, 0)
    assert cut == text or tokens <= 0 or tokens_of(text[: len(cut) + 1]) > tokens


@given(st.text(), st.text())
def test_pieces_never_have_fewer_tokens_than_the_whole(one: str, other: str) -> None:
    assert tokens_of(one + other) <= tokens_of(one) + tokens_of(other)
