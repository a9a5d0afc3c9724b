"""Messages that are odd, of which everything is read that can be."""

import io

import pytest

from forebay.adapters.text.charset import known_codec
from forebay.adapters.text.message import Mail


def test_what_is_no_base64_within_base64_is_passed_over() -> None:
    part = "Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    data = f"Subject: x\r\n{part}aGVs\xfcbG8=\r\n".encode("latin-1")
    # Without a blank line behind the header, so that the parser itself gets what is encoded.
    inner = b"Content-Transfer-Encoding:\r\n base64\r\n\r\naGVs\xfcbG8=\r\n"
    for message in (data, b"Subject: x\r\n" + inner):
        assert [part.text.strip() for part in Mail(io.BytesIO(message)).texts()] == ["hello"]


def test_a_character_set_that_is_none_does_no_harm() -> None:
    message = b"Content-Type: text/plain; charset=undefined\r\n\r\nna\xc3\xafve\r\n"
    assert [part.text.strip() for part in Mail(io.BytesIO(message)).texts()] == ["naïve"]


@pytest.mark.parametrize("label", ["undefined", "unicode_escape", "raw_unicode_escape", "punycode", "idna", "rot13"])
def test_codecs_that_are_no_character_sets_are_not_known(label: str) -> None:
    assert known_codec(label) is None


def test_of_a_header_that_is_longer_than_anybody_reads_the_beginning_is_shown() -> None:
    message = b"Subject: x\r\nTo: " + b"a," * 200_000 + b"\r\n\r\ntext\r\n"
    shown = Mail(io.BytesIO(message)).header("To")  # addresses would be taken apart for minutes
    assert shown.startswith("a,a,a,")
    assert len(shown) <= 65_536
