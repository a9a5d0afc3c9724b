"""Idempotency keys: what is stored of them."""

import hashlib

from forebay.domain.intake.errors import InvalidFieldError

MAX_KEY_CHARACTERS = 255


def hash_key(key: str, *, purpose: str = "uploads") -> str:
    """What is stored of a key: it may hold something private. Keys for different purposes do not meet."""
    if not 1 <= len(key) <= MAX_KEY_CHARACTERS or not key.isprintable():
        raise InvalidFieldError(f"expected 1 to {MAX_KEY_CHARACTERS} printable characters", field="Idempotency-Key")
    return hashlib.sha256(f"{purpose}:{key}".encode()).hexdigest()
