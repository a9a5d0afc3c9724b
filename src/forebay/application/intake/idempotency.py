"""Idempotency keys of uploads: what a key stands for."""

import hashlib
import json

from forebay.application.ports.sources import UploadDetails
from forebay.domain.intake.blob import Sha256
from forebay.domain.intake.errors import InvalidFieldError

MAX_KEY_CHARACTERS = 255


def hash_key(key: str) -> str:
    """What is stored of a key: it may hold something private."""
    if not 1 <= len(key) <= MAX_KEY_CHARACTERS or not key.isprintable():
        raise InvalidFieldError(f"expected 1 to {MAX_KEY_CHARACTERS} printable characters", field="Idempotency-Key")
    return hashlib.sha256(f"uploads:{key}".encode()).hexdigest()


def fingerprint(details: UploadDetails, file_name: str, sha256: Sha256) -> str:
    """Equal for two uploads that would make the same run."""
    parent = str(details.parent_run_id) if details.parent_run_id else None
    content = [details.type, details.label, details.notes, details.owner, parent, file_name, sha256.hex]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()
