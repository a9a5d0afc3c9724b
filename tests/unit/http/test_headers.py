"""Small parsers of headers, against everything that may stand in one."""

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forebay.domain.intake.blob import Sha256
from forebay.domain.intake.errors import InvalidFieldError, RangeNotSatisfiableError
from forebay.entrypoints.http.digest_header import format_repr_digest, parse_repr_digest
from forebay.entrypoints.http.disposition import attachment
from forebay.entrypoints.http.ranges import matches_etag, parse_range

DIGEST = Sha256(hashlib.sha256(b"x").hexdigest())
SHA512 = base64.b64encode(hashlib.sha512(b"x").digest()).decode()


@given(
    header=st.text(max_size=60) | st.from_regex(r"bytes=\d{0,25}-\d{0,25}", fullmatch=True), size=st.integers(0, 10**15)
)
def test_a_range_lies_within_the_file_or_is_refused_or_means_all(header: str, size: int) -> None:
    try:
        part = parse_range(header, size)
    except RangeNotSatisfiableError:
        return
    if part is not None:
        assert 0 <= part[0] < part[1] <= size


@given(name=st.text(st.characters(codec="utf-8"), max_size=100))
def test_a_disposition_is_one_line_of_latin_letters_whatever_the_name(name: str) -> None:
    header = attachment(name)
    header.encode("ascii")
    assert header.isprintable()
    assert header.count('"') == 2


def test_a_plain_name_needs_no_second_form() -> None:
    assert attachment("dir/app.tar.gz") == 'attachment; filename="app.tar.gz"'


def test_repr_digest_round_trips_and_finds_its_algorithm_among_others() -> None:
    own = format_repr_digest(DIGEST)
    assert parse_repr_digest(own) == DIGEST
    assert parse_repr_digest(f"sha-512=:{SHA512}:, {own}") == DIGEST
    assert parse_repr_digest(f"sha-512=:{SHA512}:") is None
    assert parse_repr_digest(None) is None


@pytest.mark.parametrize(
    "header", ["", "sha-256", "sha-256=abc", "sha-256=:abc:", "sha-256=:YWJj:", "SHA-256=:x:", ","]
)
def test_a_repr_digest_that_is_none_says_what_was_expected(header: str) -> None:
    with pytest.raises(InvalidFieldError, match="expected"):
        parse_repr_digest(header)


def test_etags_compare_as_the_standard_says() -> None:
    assert matches_etag('"a", W/"b"', '"b"')
    assert matches_etag("*", '"b"')
    assert not matches_etag('"bb"', '"b"')
    assert not matches_etag(None, '"b"')
