"""Changes laid over a mapping are to their reader what a changed copy would be, and to others nothing yet."""

from hypothesis import given
from hypothesis import strategies as st

from forebay.adapters.memory.overlay import Overlay

KEYS = st.integers(min_value=0, max_value=6)
CHANGES = st.lists(st.tuples(KEYS, st.one_of(st.none(), st.integers())))


@given(base=st.dictionaries(KEYS, st.integers()), changes=CHANGES)
def test_an_overlay_is_a_copy_until_it_is_applied(base: dict[int, int], changes: list[tuple[int, int | None]]) -> None:
    committed, copy = dict(base), dict(base)
    overlay = Overlay(committed)
    for key, value in changes:
        if value is not None:
            overlay[key] = copy[key] = value
        else:
            assert overlay.pop(key, None) == copy.pop(key, None)
        assert dict(overlay) == copy
        assert len(overlay) == len(copy)
        assert [key in overlay for key in range(8)] == [key in copy for key in range(8)]
        assert committed == base
    overlay.apply()
    assert committed == copy
