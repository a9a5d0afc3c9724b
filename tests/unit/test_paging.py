"""Cursors: what a list gave comes back whole, and nothing else is a cursor."""

import base64
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forebay.domain.errors import CursorError, InvalidInputError
from forebay.domain.paging import MAX_LIMIT, Position, SortOrder, check_limit, decode_cursor, encode_cursor

positions = st.builds(Position, at=st.datetimes(timezones=st.just(UTC)), id=st.uuids())
orders = st.sampled_from(SortOrder)
SOMEWHERE = Position(at=datetime(2026, 5, 4, 3, 2, 1, 123456, tzinfo=UTC), id=UUID(int=7))
URL_SAFE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@given(positions, orders)
def test_a_cursor_leads_back_to_its_position(position: Position, order: SortOrder) -> None:
    assert decode_cursor(encode_cursor(position, order), order) == position


@given(positions, orders)
def test_a_cursor_is_safe_in_a_url(position: Position, order: SortOrder) -> None:
    assert set(encode_cursor(position, order)) <= set(URL_SAFE)


def test_a_cursor_keeps_the_instant_of_another_time_zone() -> None:
    local = SOMEWHERE.at.astimezone(timezone(timedelta(hours=-9, minutes=-30)))
    cursor = encode_cursor(Position(at=local, id=SOMEWHERE.id), SortOrder.ASC)
    assert decode_cursor(cursor, SortOrder.ASC) == SOMEWHERE


@given(st.one_of(st.text(), st.text(alphabet=URL_SAFE + "=+/", min_size=30, max_size=40)), orders)
def test_whatever_else_a_client_sends_is_no_cursor(text: str, order: SortOrder) -> None:
    try:
        position = decode_cursor(text, order)
    except CursorError as refused:
        field = refused.field
    else:
        assert encode_cursor(position, order) == text  # hypothesis made a true one
        return
    assert field == "cursor"


@given(st.binary(max_size=40), orders)
def test_bytes_of_another_shape_are_no_cursor(raw: bytes, order: SortOrder) -> None:
    if len(raw) == 25 and raw[:1] == order[:1].encode():
        return
    with pytest.raises(CursorError):
        decode_cursor(base64.urlsafe_b64encode(raw).decode().rstrip("="), order)


@pytest.mark.parametrize("micros", [2**63 - 1, -(2**63)])
def test_a_time_beyond_the_calendar_is_no_cursor(micros: int) -> None:
    raw = b"d" + micros.to_bytes(8, "big", signed=True) + bytes(16)
    with pytest.raises(CursorError):
        decode_cursor(base64.urlsafe_b64encode(raw).decode().rstrip("="), SortOrder.DESC)


def test_another_spelling_of_a_cursor_is_no_cursor() -> None:
    cursor = encode_cursor(Position(at=SOMEWHERE.at, id=UUID(int=2**128 - 1)), SortOrder.DESC)
    spellings = {
        "padded": cursor + "==",
        "in the standard alphabet": cursor.replace("_", "/").replace("-", "+"),
        "with other unused bits": cursor[:-1] + URL_SAFE[URL_SAFE.index(cursor[-1]) + 1],
        "with a space": cursor + " ",
    }
    assert cursor not in spellings.values()
    for spelling in spellings.values():
        with pytest.raises(CursorError):
            decode_cursor(spelling, SortOrder.DESC)


@given(positions)
def test_a_cursor_of_another_order_is_refused_and_says_so(position: Position) -> None:
    with pytest.raises(CursorError, match="keep order the same") as refused:
        decode_cursor(encode_cursor(position, SortOrder.ASC), SortOrder.DESC)
    assert refused.value.field == "cursor"


@pytest.mark.parametrize("limit", [1, 50, MAX_LIMIT])
def test_a_limit_within_bounds_is_kept(limit: int) -> None:
    assert check_limit(limit) == limit


@pytest.mark.parametrize("limit", [-1, 0, MAX_LIMIT + 1])
def test_a_limit_out_of_bounds_is_refused_with_the_bounds(limit: int) -> None:
    with pytest.raises(InvalidInputError, match=f"limit is {limit}; expected 1 to 1000") as refused:
        check_limit(limit)
    assert refused.value.field == "limit"
