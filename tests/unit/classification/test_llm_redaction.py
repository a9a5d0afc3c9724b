"""What is taken out of a text before it leaves the machine, and what stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forebay.adapters.classification.llm_redaction import redact


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("mail ann.lee+x@mail.example.org.", "mail [EMAIL]."),
        ("mailto:jürgen@münchen.example", "mailto:[EMAIL]"),
        ("call +49 (0)30 123 45-67 now", "call [PHONE NUMBER] now"),
        ("call 0049 30 1234567", "call [PHONE NUMBER]"),
        ("Tel. 030/1234567", "Tel. [PHONE NUMBER]"),
        ("Tel. (030) 123 45 67", "Tel. [PHONE NUMBER]"),
        ("Phone: (555) 123-4567", "Phone: [PHONE NUMBER]"),
        ("Phone: 555-123-4567", "Phone: [PHONE NUMBER]"),
        ("IBAN DE89 3704 0044 0532 0130 00,", "IBAN [IBAN],"),
        ("IBAN GB82WEST12345698765432", "IBAN [IBAN]"),
        ("iban de89370400440532013000", "iban [IBAN]"),
        ("card 4111 1111 1111 1111", "card [CARD NUMBER]"),
        ("card 4111-1111-1111-1111", "card [CARD NUMBER]"),
        ("card 378282246310005", "card [CARD NUMBER]"),
        ("account 1234567890123", "account [LONG NUMBER]"),
        ("from 192.0.2.17:443", "from [IP ADDRESS]:443"),
        ("from 2001:db8::8a2e:370:7334.", "from [IP ADDRESS]."),
        ("from ::ffff:192.0.2.1", "from [IP ADDRESS]"),
        ("sha da39a3ee5e6b4b0d3255bfef95601890afd80709", "sha [KEY]"),
        ("id 123e4567-e89b-12d3-a456-426614174000", "id [ID]"),
        ("use sk-proj-abcdefGHIJKL0123", "use [KEY]"),
        ("use ghp_abcdefghijklmnop1234", "use [KEY]"),
        ("use AKIAIOSFODNN7EXAMPLE", "use [KEY]"),
        ("use wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "use [KEY]"),
        ("password: hunter22!", "password: [SECRET]"),
        ('"api_key": "abcd1234"', '"api_key": "[SECRET]"'),
        ("DB_PASSWORD=geheim12", "DB_PASSWORD=[SECRET]"),
        ("postgresql://user:geheim@host/db", "postgresql://user:[SECRET]@host/db"),
        ("-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc=\n-----END RSA PRIVATE KEY-----", "[PRIVATE KEY]"),
        ("-----BEGIN PRIVATE KEY-----\nMIIE", "[PRIVATE KEY]"),
    ],
)
def test_what_is_private_goes(text: str, shown: str) -> None:
    assert redact(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "Invoice 2026-118 of 12.05.2026, 01.02.2024 and 2026-11-21, net 1,480.00 EUR, VAT 19%",
        "at 12:30:45, chapter 3.2.1, std::vector, 10:5, page 12/40, § 305 BGB",
        "/usr/share/doc/debian-policy/policy-4.7.2.html and internationalisation",
        "a report about getUserNameFromDatabase and user_name_of_the_customer_2",
        "the password is asked for; a token ring; @home and a@b",
        "Article 12345, order 998877, 80331 München",
    ],
)
def test_what_says_what_kind_of_document_it_is_stays(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize(
    "piece",
    ["a", "1", "1 ", "0", "0 ", "+1", "a@", "a.", "@a.", ":", "1:", "a:", "1.", "A1", "-", "(", "sk-", "password",
     "eyJ", "-----BEGIN PRIVATE KEY-----", "://a:", "DE89 ", "=", "password=", "\u0660"],
)  # fmt: skip
def test_no_text_takes_long(piece: str) -> None:
    """A quadratic expression would take hours; the test's own limit of time would end it."""
    text = piece * (1_000_000 // len(piece))
    redact(text)


@given(st.text(alphabet="a1@.:-+ /=_A0(%\n\u0661é"))
def test_any_text_can_be_redacted(text: str) -> None:
    assert redact(redact(text)) is not None
