"""Taking out of a text what must not leave the machine.

Cautious rather than exact: a number that only looks like a telephone number goes too, since a document's category
rarely hangs on it. Every expression is bounded, so that no text can make one of them slow.
"""

import re
from collections.abc import Callable, Iterator
from ipaddress import IPv6Address
from itertools import pairwise

from forebay.adapters.classification.llm_folding import FoldedText, Span, replaced

Replacement = str | Callable[[re.Match[str]], str | None]  # None: it stays

_PEM = re.compile(
    r"-{4,5} ?BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)? ?-{4,5}"
    r"(?:[A-Za-z0-9+/=\s:,.()\\]|-(?!---)){0,20000}(?:-{4,5} ?END [A-Z0-9 ]{0,40}-{4,5})?"
)
_PASSWORD = re.compile(
    r"(?i)(?:password|passwd|passphrase|pwd|passwort|kennwort|mot\s{1,3}de\s{1,3}passe|wachtwoord|senha"
    r"|contrase(?:ñ|n\u0303?)a|parola|has[lł]o|heslo|lösenord|passord|adgangskode|salasana|пароль|密[码碼]|パスワード"
    r"|비밀번호)[\"']?\s{0,3}[:=]\s{0,3}[\"']?(?!\[)(?P<secret>[^\s\"',;]{1,500})"
)
_LABELLED = re.compile(
    r"(?i)(?:secret|api[ _-]?key|access[ _-]?key|private[ _-]?key|account[ _-]?key|token)"
    r"[\"']?\s{0,3}[:=]\s{0,3}[\"']?(?!\[)(?P<secret>[^\s\"',;]{4,500})"
)
_AUTHORIZATION = re.compile(
    r"(?i)\bauthorization[\"']?\s{0,3}[:=]\s{0,3}[\"']?(?:bearer|basic|digest|token|apikey)\s{1,3}(?!\[)"
    r"(?P<secret>[^\s\"']{4,4000})"
    r"|\bbearer\s{1,3}(?P<bearer>(?=[\w.~+/-]{0,200}\d)[\w.~+/-]{12,4000}={0,2})"
)
_URL_LOGIN = re.compile(r"://[^/\s:@]{1,200}:(?P<secret>[^/\s@]{1,200})(?=@)")
_EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}@(?:[\w-]{1,63}\.){1,8}[\w-]{2,63}")
_IBAN = re.compile(
    r"\b[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?\b|\b[a-z]{2}\d{2}[a-z0-9]{11,30}\b"
)
_IPV6 = re.compile(r"(?<![\w:.])[0-9A-Fa-f:]{2,39}(?:(?:\.\d{1,3}){3})?(?![\w:])")
_IPV4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?!\.?\w)")
_UUID = re.compile(r"\b[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\b")
_HEX = re.compile(r"(?<![0-9A-Za-z])(?:0x)?[0-9A-Fa-f]{20,}(?![0-9A-Za-z])")
_KNOWN_KEY = re.compile(
    r"\b(?:sk|pk|rk)[-_][A-Za-z0-9_-]{12,}"
    r"|\b(?:gh[oprsu]_|github_pat_|glpat-|xox[abeoprs]-|xapp-|pypi-|npm_|hf_|dckr_pat_|shpat_|ya29\.|AIza|eyJ)[\w.-]{11,}\w"
    r"|\b(?:AKIA|ASIA)[A-Z0-9]{12,}|\bAGE-SECRET-KEY-[0-9A-Z]{20,}"
)
_OPAQUE = re.compile(r"(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/_-]{24,}={0,2}")
_SSN = re.compile(
    r"(?<![\w.,/+-])(?P<secret>(?!000)\d{3}-\d{2}-\d{4})(?![\w-])"
    r"|(?i:\bSSN|\bsocial\s{1,3}security\s{1,3}(?:number|no\.?|#))"
    r"[\s:=#]{0,5}(?P<labelled>\d{3}[ -]?\d{2}[ -]?\d{4})(?!\w)"
)
_NO_CARD = (  # dates and years one behind the other, a moment to the second, an ISBN
    r"(?!\d{4}-\d\d-\d\d\b|\d\d?-\d\d?-\d{4}\b|(?:19|20)\d\d[ -](?:19|20)\d\d\b"
    r"|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d[0-5]\d(?!\w)"
    r"|97[89](?:[ -]?\d){10}(?![ -]?\d))"
)
_CARD = re.compile(rf"(?<![\w.,-])(?!00){_NO_CARD}\d(?:[ -]?\d){{12,18}}(?![\w-])")
_DATE = r"(?!\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\b)"
_PHONE = re.compile(
    r"(?<![\w+])(?:\+|00)[1-9](?:[\s()./-]{0,3}\d){6,14}(?!\w)"
    rf"|(?<![\w.,/+-]){_DATE}\(?0\d{{1,5}}\)?(?:[ ./-]{{0,3}}\d){{5,11}}(?![\w.,]\d|\w)"
    r"|(?<![\w.,/+-])(?:1[ .-])?\(?\d{3}\)?[ .-]{1,2}\d{3}[ .-]\d{4}(?![\w-])"
)


def redact(text: str) -> str:
    """The text with placeholders in place of e-mail addresses, telephone, card, account and social security numbers,

    addresses of machines, keys and passwords. What is hidden by unseen characters or other forms of digits and letters
    is found as well. All else stays as it is.
    """
    if not text.isascii():
        folded = FoldedText(text)
        for pattern, replacement in _STEPS:
            if spans := tuple(_found(pattern, replacement, folded.text)):
                folded.put(spans)
        text = folded.original()
    for pattern, replacement in _STEPS:  # an unseen character may also stand between a word and what is private
        text = replaced(text, _found(pattern, replacement, text))
    return text


def _found(pattern: re.Pattern[str], replacement: Replacement, text: str) -> Iterator[Span]:
    for match in pattern.finditer(text):
        group = match.lastgroup or 0  # the whole of it, or what it names
        word = replacement if isinstance(replacement, str) else replacement(match)
        if word is not None:
            yield *match.span(group), word


def _address(match: re.Match[str]) -> str | None:
    try:
        IPv6Address(match[0])
    except ValueError:  # a time of day, or C++
        return None
    return None if match[0] == "::" else "[IP ADDRESS]"


def _number(match: re.Match[str]) -> str:
    digits = [int(digit) for digit in match[0] if digit.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return "[CARD NUMBER]" if (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0 else "[LONG NUMBER]"


def _opaque(match: re.Match[str]) -> str | None:
    """Words, paths and names change between small letters, capitals and digits seldom; keys with every other sign."""
    kinds = [_kind(char) for char in match[0] if char.isalnum()]
    changes = sum(one != other for one, other in pairwise(kinds))
    return "[KEY]" if "9" in kinds and changes * 5 >= len(kinds) else None


def _kind(char: str) -> str:
    return "9" if char.isdigit() else "A" if char.isupper() else "a"


_STEPS: tuple[tuple[re.Pattern[str], Replacement], ...] = (
    (_PEM, "[PRIVATE KEY]"),
    (_URL_LOGIN, "[SECRET]"),
    (_AUTHORIZATION, "[SECRET]"),
    (_PASSWORD, "[SECRET]"),
    (_LABELLED, "[SECRET]"),
    (_EMAIL, "[EMAIL]"),
    (_KNOWN_KEY, "[KEY]"),
    (_UUID, "[ID]"),
    (_SSN, "[SSN]"),
    (_IBAN, "[IBAN]"),
    (_HEX, "[KEY]"),
    (_OPAQUE, _opaque),
    (_IPV6, _address),
    (_IPV4, "[IP ADDRESS]"),
    (_CARD, _number),
    (_PHONE, "[PHONE NUMBER]"),
)
