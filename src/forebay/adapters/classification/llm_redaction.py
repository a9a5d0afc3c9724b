"""Taking out of a text what must not leave the machine.

Cautious rather than exact: a number that only looks like a telephone number goes too, since a document's category
rarely hangs on it. Every expression is bounded, so that no text can make one of them slow.
"""

import re
from collections.abc import Callable
from ipaddress import IPv6Address
from itertools import pairwise

_PEM = re.compile(
    r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----(?:[A-Za-z0-9+/=\s:,.]|-(?!----)){0,20000}(?:-----END [A-Z ]{0,40}-----)?"
)
_LABELLED = re.compile(
    r"(?i)\b((?:[\w-]{0,30})(?:password|passwd|passphrase|secret|api[_-]?key|access[_-]?key|token)"
    r"[\"']?\s{0,3}[:=]\s{0,3})([\"']?)(?!\[)[^\s\"',;]{4,500}"
)
_URL_LOGIN = re.compile(r"(://[^/\s:@]{1,200}:)[^/\s@]{1,200}(?=@)")
_EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}@(?:[\w-]{1,63}\.){1,8}[\w-]{2,63}")
_IBAN = re.compile(
    r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?\b|\b[a-z]{2}\d{2}[a-z0-9]{11,30}\b"
)
_IPV6 = re.compile(r"(?<![\w:.])[0-9A-Fa-f:]{2,39}(?:(?:\.\d{1,3}){3})?(?![\w:])")
_IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?!\.?\w)")
_UUID = re.compile(r"\b[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\b")
_HEX = re.compile(r"(?<![0-9A-Za-z])(?:0x)?[0-9A-Fa-f]{20,}(?![0-9A-Za-z])")
_KNOWN_KEY = re.compile(
    r"\b(?:sk|pk|rk)[-_][A-Za-z0-9_-]{12,}|\b(?:gh[oprsu]_|github_pat_|glpat-|xox[abeoprs]-|pypi-|AIza|eyJ)[\w.-]{12,}"
    r"|\b(?:AKIA|ASIA)[A-Z0-9]{12,}"
)
_OPAQUE = re.compile(r"(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/_-]{24,}={0,2}")
_CARD = re.compile(r"(?<![\w.,-])(?!00)\d(?:[ -]?\d){12,18}(?![\w-])")
_DATE = r"(?!\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\b)"
_PHONE = re.compile(
    r"(?<![\w+])(?:\+|00)[1-9](?:[\s()./-]{0,3}\d){6,14}(?!\w)"
    rf"|(?<![\w.,/+-]){_DATE}\(?0\d{{1,5}}\)?(?:[ ./-]{{0,3}}\d){{5,11}}(?![\w.,]\d|\w)"
    r"|(?<![\w.,/+-])(?:1[ .-])?\(?\d{3}\)?[ .-]{1,2}\d{3}[ .-]\d{4}(?![\w-])"
)


def redact(text: str) -> str:
    """The text with placeholders in place of e-mail addresses, telephone, card and account numbers, addresses of

    machines, keys and passwords.
    """
    for pattern, replacement in _STEPS:
        text = pattern.sub(replacement, text)
    return text


def _address(match: re.Match[str]) -> str:
    try:
        IPv6Address(match[0])
    except ValueError:  # a time of day, or C++
        return match[0]
    return match[0] if match[0] == "::" else "[IP ADDRESS]"


def _number(match: re.Match[str]) -> str:
    digits = [int(digit) for digit in match[0] if digit.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return "[CARD NUMBER]" if (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0 else "[LONG NUMBER]"


def _opaque(match: re.Match[str]) -> str:
    """Words, paths and names change between small letters, capitals and digits seldom; keys with every other sign."""
    kinds = [_kind(char) for char in match[0] if char.isalnum()]
    changes = sum(one != other for one, other in pairwise(kinds))
    return "[KEY]" if "9" in kinds and changes * 5 >= len(kinds) else match[0]


def _kind(char: str) -> str:
    return "9" if char.isdigit() else "A" if char.isupper() else "a"


_STEPS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (_PEM, "[PRIVATE KEY]"),
    (_URL_LOGIN, r"\1[SECRET]"),
    (_LABELLED, r"\1\2[SECRET]"),
    (_EMAIL, "[EMAIL]"),
    (_KNOWN_KEY, "[KEY]"),
    (_UUID, "[ID]"),
    (_IBAN, "[IBAN]"),
    (_HEX, "[KEY]"),
    (_OPAQUE, _opaque),
    (_IPV6, _address),
    (_IPV4, "[IP ADDRESS]"),
    (_CARD, _number),
    (_PHONE, "[PHONE NUMBER]"),
)
