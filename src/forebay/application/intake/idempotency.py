"""What an upload's idempotency key stands for."""

import hashlib
import json

from forebay.application.ports.sources import UploadDetails
from forebay.domain.intake.blob import Sha256


def fingerprint(details: UploadDetails, file_name: str, sha256: Sha256) -> str:
    """Equal for two uploads that would make the same run."""
    parent = str(details.parent_run_id) if details.parent_run_id else None
    content = [details.type, details.label, details.notes, details.owner, parent, file_name, sha256.hex]
    if details.documents:  # else the same as before there were documents, so that keys of then stay valid
        content.append("documents")
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()
