"""Signing secrets of webhooks: `whsec_` and the key in base64, as Standard Webhooks has them."""

import base64
import binascii

from forebay.domain.pipelines.errors import InvalidAlertRuleError

PREFIX = "whsec_"
SECRET_BYTES = 32
_LEAST, _MOST = 24, 64  # as the specification recommends


def write_secret(key: bytes) -> str:
    return PREFIX + base64.b64encode(key).decode()


def parse_secret(value: str) -> str:
    """InvalidAlertRuleError, which does not say the secret."""
    try:
        key = base64.b64decode(value.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not value.startswith(PREFIX) or not _LEAST <= len(key) <= _MOST:
        raise InvalidAlertRuleError(
            f"expected {PREFIX} and {_LEAST} to {_MOST} bytes in base64; leave it out to have one made",
            field="signing_secret",
        )
    return value
