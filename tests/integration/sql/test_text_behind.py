"""Where a prefix ends, by code point."""

from hypothesis import given
from hypothesis import strategies as st

from forebay.adapters.sql.members import text_behind

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
ODD = st.text(st.sampled_from("a\ud7ff\ue000\uffff\U00010000\U0010fffe\U0010ffff"), max_size=4)


@given(prefix=TEXT | ODD, rest=TEXT | ODD, other=TEXT | ODD)
def test_what_begins_with_a_prefix_lies_between_it_and_its_end(prefix: str, rest: str, other: str) -> None:
    end = text_behind(prefix)
    assert prefix <= prefix + rest
    assert end is None or prefix + rest < end
    inside = prefix <= other and (end is None or other < end)
    assert inside == other.startswith(prefix)
    if end is not None:
        end.encode()  # no half of a surrogate pair
