"""Repr-Digest (RFC 9530): a dictionary of structured fields (RFC 9651) whose values are byte sequences."""

import base64
import binascii
import re

from forebay.domain.intake.blob import Sha256
from forebay.domain.intake.errors import InvalidFieldError

_MEMBER = re.compile(r"\s*(?P<key>[a-z*][a-z0-9_.*-]*)\s*=\s*:(?P<value>[A-Za-z0-9+/=]*):\s*(;[^,]*)?")


def parse_repr_digest(header: str | None) -> Sha256 | None:
    """The sha-256 member, or None when there is no header or it names other algorithms only."""
    if header is None:
        return None
    found: Sha256 | None = None
    for member in header.split(","):
        match = _MEMBER.fullmatch(member)
        if match is None:
            raise InvalidFieldError("expected sha-256=:<base64 of the digest>:", field="Repr-Digest")
        if match["key"] == "sha-256":
            found = _decode(match["value"])
    return found


def _decode(value: str) -> Sha256:
    try:
        raw = base64.b64decode(value, validate=True)
    except binascii.Error:
        raw = b""
    if len(raw) != 32:
        raise InvalidFieldError("expected 32 bytes in base64 between the colons of sha-256=:…:", field="Repr-Digest")
    return Sha256(raw.hex())


def format_repr_digest(digest: Sha256) -> str:
    return f"sha-256=:{base64.b64encode(digest.digest).decode()}:"
