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
        (
            "-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: 2 (Linux)\n\nlQ==\n-----END PGP PRIVATE KEY BLOCK-----",
            "[PRIVATE KEY]",
        ),
        ("---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nAAAA\n---- END SSH2 ENCRYPTED PRIVATE KEY ----", "[PRIVATE KEY]"),
        ("Passwort: x", "Passwort: [SECRET]"),
        ("Ihr Kennwort = geheim", "Ihr Kennwort = [SECRET]"),
        ("Mot de passe : soleil", "Mot de passe : [SECRET]"),
        ("contraseña: sol", "contraseña: [SECRET]"),
        ("contrasen\u0303a: sol", "contrasen\u0303a: [SECRET]"),
        ("пароль: секрет", "пароль: [SECRET]"),
        ("パスワード\uff1aabc", "パスワード\uff1a[SECRET]"),
        ("Server=db;Uid=ann;Pwd=tiger;", "Server=db;Uid=ann;Pwd=[SECRET];"),
        ("API key: abcd1234", "API key: [SECRET]"),
        ("Authorization: Bearer abcdefgh", "Authorization: Bearer [SECRET]"),
        ("Authorization: Basic YW5uOnRpZ2Vy", "Authorization: Basic [SECRET]"),
        ("-H 'bearer 0a1b2c3d4e5f.x'", "-H 'bearer [SECRET]'"),
        ("use hf_abcdefghijklmnop1234", "use [KEY]"),
        ("AKIAABCDEFGHIJKLMNOP.", "[KEY]."),
        ("of 123-45-6789,", "of [SSN],"),
        ("SSN 123 45 6789", "SSN [SSN]"),
        ("Social Security No.: 123456789", "Social Security No.: [SSN]"),
        ("card 4111\u200b1111\u00ad1111\u20601111.", "card [CARD NUMBER]."),
        ("mail ann.l\u00adee@exam\u200bple.org now", "mail [EMAIL] now"),
        (
            "card \uff14\uff11\uff11\uff11 \uff11\uff11\uff11\uff11 \uff11\uff11\uff11\uff11 \uff11\uff11\uff11\uff11",
            "card [CARD NUMBER]",
        ),
        ("ann\uff20example\uff0eorg", "[EMAIL]"),
        ("call\u200b+49 30 1234567", "call\u200b[PHONE NUMBER]"),
        ("Phone: 555\u2011123\u20114567", "Phone: [PHONE NUMBER]"),
        ("ﬁne, naïve Stra\u00adße ½ of 192.0.2.17 \uff21", "ﬁne, naïve Stra\u00adße ½ of [IP ADDRESS] \uff21"),
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
        "2024-01-01 2024-12-31, 01-02-2024 03-04-2024, 2019 2020 2021 2022, built 20240131235959",
        "ISBN 978-3-16-148410-0, version 1.22.333-4, 4.18.0-513.9.1, policy 12-345-67, CAS 7732-18-5",
        "the bearer of this letter, bearer certificates, authorization: granted, passwords, a mot de passe, Passwort?",
        "ﬁne \u200bzero\u200bwidth\u200b, \u00adsoft",
        "\uff21\uff22\uff23 \uff11\uff12\uff13, ½ ㎡ ① ² № ™ \u2066x\u2069 e\u0301",
    ],
)
def test_what_says_what_kind_of_document_it_is_stays(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize(
    "piece",
    ["a", "1", "1 ", "0", "0 ", "+1", "a@", "a.", "@a.", ":", "1:", "a:", "1.", "A1", "-", "(", "sk-", "password",
     "eyJ", "-----BEGIN PRIVATE KEY-----", "://a:", "DE89 ", "=", "password=", "\u0660", "\uff11", "\u200b", "1\u00ad",
     "mot de passe ", "Bearer ", "ﷺ", "----- BEGIN PRIVATE KEY", "123-45-"],
)  # fmt: skip
def test_no_text_takes_long(piece: str) -> None:
    """A quadratic expression would take hours; the test's own limit of time would end it."""
    text = piece * (1_000_000 // len(piece))
    redact(text)


@given(st.text(alphabet="ab .é\u0301\u200b\u00ad\uff21½ﬁ㎡ﷺ"))
def test_what_holds_nothing_private_stays_letter_by_letter(text: str) -> None:
    assert redact(text) == text


@given(st.text(alphabet="a .é\u0301\u200b\u00ad\uff21½ﬁ㎡ﷺ"), st.text(alphabet="a .é\u200b\u00ad\uff21½ﬁ㎡ﷺ"))
def test_places_are_those_of_the_text(before: str, behind: str) -> None:
    assert redact(f"{before}, 123-4\u200b5-6789, {behind}") == f"{before}, [SSN], {behind}"


@given(st.text(alphabet="a1@.:-+ /=_A0(%\n\u0661é\uff11\u200b"))
def test_any_text_can_be_redacted(text: str) -> None:
    assert redact(redact(text)) is not None
