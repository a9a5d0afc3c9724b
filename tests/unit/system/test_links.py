"""Links of our own: what was signed is understood until it expires, and nothing else ever."""

import base64
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forebay.adapters.system.links import HmacLinkSigner
from forebay.application.ports.links import LinkTarget
from forebay.domain.documents.errors import LinkInvalidError

KEY = b"k" * 32
NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
TARGET = LinkTarget(file_id=UUID(int=7), expires_at=NOW + timedelta(minutes=5))
CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

signer = HmacLinkSigner(lambda: KEY)
targets = st.builds(
    LinkTarget,
    file_id=st.uuids(),
    expires_at=st.datetimes(min_value=datetime(2000, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001 - the zone follows
        lambda time: time.replace(microsecond=0)
    ),
)


@given(targets)
def test_what_was_signed_is_understood(target: LinkTarget) -> None:
    token = signer.sign(target)
    assert set(token) <= set(CHARACTERS)
    assert signer.verify(token, at=target.expires_at - timedelta(microseconds=1)) == target
    with pytest.raises(LinkInvalidError):
        signer.verify(token, at=target.expires_at)


@pytest.mark.parametrize("position", range(76))
def test_no_character_can_be_changed(position: int) -> None:
    token = signer.sign(TARGET)
    for other in set(CHARACTERS) - {token[position]}:
        with pytest.raises(LinkInvalidError):
            signer.verify(token[:position] + other + token[position + 1 :], at=NOW)


@given(st.integers(0, 75), st.characters())
def test_no_character_can_become_another_one(position: int, other: str) -> None:
    token = signer.sign(TARGET)
    changed = token[:position] + other + token[position + 1 :]
    if changed != token:
        with pytest.raises(LinkInvalidError):
            signer.verify(changed, at=NOW)


@given(st.integers(0, 76), st.text(max_size=3))
def test_no_character_can_be_added_or_left_out(position: int, more: str) -> None:
    token = signer.sign(TARGET)
    for changed in (token[:position] + more + token[position:], token[:position], token[position:] + more):
        if changed != token:
            with pytest.raises(LinkInvalidError):
                signer.verify(changed, at=NOW)


@given(st.text() | st.text(alphabet=CHARACTERS, min_size=76, max_size=76))
def test_nothing_else_is_a_token(text: str) -> None:
    with pytest.raises(LinkInvalidError):
        signer.verify(text, at=NOW)


def test_an_ending_in_padding_or_a_new_line_is_another_token() -> None:
    for end in ("=", "==", "\n", "\x00", " "):
        with pytest.raises(LinkInvalidError):
            signer.verify(signer.sign(TARGET) + end, at=NOW)


@given(st.binary(min_size=1).filter(lambda key: key != KEY))
def test_another_key_signs_other_links(key: bytes) -> None:
    if key.rstrip(b"\x00") != KEY:  # HMAC fills short keys up with zeros (RFC 2104)
        with pytest.raises(LinkInvalidError):
            signer.verify(HmacLinkSigner(lambda: key).sign(TARGET), at=NOW)


def test_a_digest_without_the_purpose_is_no_signature() -> None:
    """The key may sign other things: what was signed there says nothing here."""
    import hashlib  # noqa: PLC0415 - what an attacker would use, not we
    import hmac  # noqa: PLC0415 - as above

    claim = base64.urlsafe_b64decode(signer.sign(TARGET))[:25]
    forged = base64.urlsafe_b64encode(claim + hmac.digest(KEY, claim, hashlib.sha256)).decode()
    with pytest.raises(LinkInvalidError):
        signer.verify(forged, at=NOW)


def test_the_key_is_asked_for_once_and_not_before_it_is_needed() -> None:
    asked: list[int] = []

    def key() -> bytes:
        asked.append(1)
        return KEY

    lazy = HmacLinkSigner(key)
    assert asked == []
    lazy.verify(lazy.sign(TARGET), at=NOW)
    lazy.sign(TARGET)
    assert asked == [1]
