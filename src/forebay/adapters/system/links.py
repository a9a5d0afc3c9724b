"""Links of our own: a token that says which file until when, and a keyed digest that says that we said so."""

import base64
import hashlib
import hmac
import re
import struct
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property
from uuid import UUID

from forebay.application.ports.links import LinkSigner, LinkTarget
from forebay.domain.documents.errors import LinkInvalidError

_PURPOSE = b"forebay download link 1\n"  # one key may sign other things one day
_CLAIM = struct.Struct(">16sQ")  # the file's id, and the second of expiry since 1970
_DIGEST = hashlib.sha256
_VERSION = b"\x01"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{76}")  # 57 bytes, version and digest included: no character has bits to spare


class HmacLinkSigner:
    """HMAC-SHA-256 (RFC 2104) in URL-safe base64. Expiry is in whole seconds, rounded down.

    `key` is asked for once, when the first link is signed or verified.
    """

    def __init__(self, key: Callable[[], bytes]) -> None:
        self._key_of = key

    def sign(self, target: LinkTarget) -> str:
        claim = _VERSION + _CLAIM.pack(target.file_id.bytes, int(target.expires_at.timestamp()))
        return base64.urlsafe_b64encode(claim + self._digest(claim)).decode()

    def verify(self, token: str, *, at: datetime) -> LinkTarget:
        if not _TOKEN.fullmatch(token):  # the decoder would pass over characters that it does not know
            raise LinkInvalidError
        decoded = base64.urlsafe_b64decode(token)
        claim, digest = decoded[: 1 + _CLAIM.size], decoded[1 + _CLAIM.size :]
        if not hmac.compare_digest(digest, self._digest(claim)) or not claim.startswith(_VERSION):
            raise LinkInvalidError
        file_id, seconds = _CLAIM.unpack(claim[1:])
        target = LinkTarget(file_id=UUID(bytes=file_id), expires_at=datetime.fromtimestamp(seconds, UTC))
        if at >= target.expires_at:
            raise LinkInvalidError
        return target

    @cached_property
    def _key(self) -> bytes:
        return self._key_of()

    def _digest(self, claim: bytes) -> bytes:
        return hmac.digest(self._key, _PURPOSE + claim, _DIGEST)


def _fits(signer: HmacLinkSigner) -> LinkSigner:
    return signer
