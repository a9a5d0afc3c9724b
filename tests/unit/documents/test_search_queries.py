"""What people type, taken apart; and the words that are shown to match."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forebay.adapters.sql.text_vectors import OVERLAP_WORDS, PASSAGE_WORDS, SplitText, joined
from forebay.domain.documents.errors import InvalidQueryError
from forebay.domain.documents.pieces import PIECE, piece_of
from forebay.domain.documents.search import MAX_CLAUSES, MAX_QUERY, Clause, SearchQuery
from forebay.domain.documents.snippets import SNIPPET_WORDS, Pattern, highlighted_piece, highlighted_title, snippet_of
from forebay.domain.documents.words import fold, words_of

TEXTS = st.text(st.sampled_from("ab \n\t-\"'*:&|!()<>\\é\u0301ß日🌊\0") | st.characters(codec="utf-8"))
WORDS = st.lists(st.sampled_from(["alpha", "beta", "Gämma", "x"]), max_size=60).map(" ".join)


def clause(*words: str, prefix: bool = False, excluded: bool = False) -> Clause:
    return Clause(words=words, prefix=prefix, excluded=excluded)


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("invoice", [clause("invoice")]),
        (
            'invoice "net 30 days" pay* -draft',
            [
                clause("invoice"),
                clause("net", "30", "days"),
                clause("pay", prefix=True),
                clause("draft", excluded=True),
            ],
        ),
        ("e-mail", [clause("e", "mail")]),
        ("e-mai*", [clause("e", "mai", prefix=True)]),
        ('a -"b c"', [clause("a"), clause("b", "c", excluded=True)]),
        ("a -b*", [clause("a"), clause("b", prefix=True, excluded=True)]),
        ('"not closed', [clause("not", "closed")]),
        ('"a*"', [clause("a")]),
        ("*a", [clause("a")]),
        ('a * - -- "" \'', [clause("a")]),
        ("title:a_b", [clause("title", "a", "b")]),
        ("a\0b", [clause("a", "b")]),
        ("日本語 cafe\u0301", [clause("日本語"), clause("café")]),
    ],
)
def test_a_query_is_taken_apart(text: str, clauses: list[Clause]) -> None:
    assert list(SearchQuery.parse(text).clauses) == clauses


@pytest.mark.parametrize("text", ["", " ", "-a", '""', "*", "-", "🌊", "-a -b*", "…", "\u0301"])
def test_a_query_that_names_nothing_is_refused(text: str) -> None:
    with pytest.raises(InvalidQueryError, match="nothing to look for"):
        SearchQuery.parse(text)


@pytest.mark.parametrize("text", ["a" * (MAX_QUERY + 1), "a " * (MAX_CLAUSES + 1)])
def test_a_query_that_is_too_long_is_refused(text: str) -> None:
    with pytest.raises(InvalidQueryError, match="expected at most"):
        SearchQuery.parse(text)


@given(TEXTS)
def test_whatever_is_typed_is_words_or_refused(text: str) -> None:
    try:
        query = SearchQuery.parse(text)
    except InvalidQueryError:
        return
    assert query.wanted
    assert set(query.clauses) == {*query.wanted, *query.excluded}
    for one in query.clauses:
        assert one.words
        for word in one.words:
            assert words_of(word) == [word]
            folded = fold(word)
            assert folded
            assert all(char.isalnum() or unicodedata.category(char).startswith("M") for char in folded)


@given(WORDS, st.sampled_from(["alpha", "gamma", "al*", '"alpha beta"', "beta gäm*", '"x x"']))
def test_what_is_shown_matches_and_fits(text: str, query: str) -> None:
    patterns = [Pattern.of(one) for one in SearchQuery.parse(query).wanted]
    piece, title = highlighted_piece(text, patterns), highlighted_title(text, patterns)
    assert title.text == " ".join(text.split())
    assert len(words_of(piece.text)) <= SNIPPET_WORDS
    assert bool(piece.matches) == bool(title.matches)
    for shown in (piece, title):
        assert list(shown.matches) == sorted(shown.matches)
        for start, stop in shown.matches:
            assert 0 <= start < stop <= len(shown.text)
            assert fold(shown.text[start:stop].split()[0])[:2] in {"al", "be", "ga", "x"}


@given(TEXTS)
def test_white_space_is_folded_and_ranges_go_along(text: str) -> None:
    spans = [(at, at + 1) for at in range(0, len(text), 3)]
    shown = snippet_of(text, spans)
    assert shown.text == " ".join(text.split()) or "\x1c" <= min(text) <= "\x1f"
    marked = [text[start:stop] for start, stop in spans if not text[start:stop].isspace()]
    found = [shown.text[start:stop] for start, stop in shown.matches if not shown.text[start:stop].isspace()]
    assert [one for one in found if one] == marked


def test_the_piece_of_a_long_text_is_where_most_matches() -> None:
    filler = "filler words " * 2_000
    text = f"{filler} alpha {filler} alpha Béta {filler} beta {filler}"
    patterns = [Pattern.of(one) for one in SearchQuery.parse("alpha beta").wanted]
    piece = piece_of(text, patterns)
    assert len(piece) <= PIECE
    assert "alpha Béta" in piece
    assert set(words_of(piece)) == {"filler", "words", "alpha", "Béta"}
    nothing = piece_of(text, [Pattern.of(clause("missing"))])
    assert text.startswith(nothing)


@given(TEXTS, st.integers(0, 3))
def test_a_text_in_passages_is_the_same_text(text: str, times: int) -> None:
    long = text + " word, " * (PASSAGE_WORDS * times) + text
    split = SplitText.of("A title", long)
    texts = [passage.text for passage in split.passages]
    assert joined(texts) == long if long.strip() else texts == []
    assert [fold(word) for word in words_of(long)] == [
        word
        for number, passage in enumerate(split.passages)
        for word in passage.words[OVERLAP_WORDS if number else 0 :]
    ]
    assert all(len(passage.words) <= PASSAGE_WORDS for passage in split.passages)
