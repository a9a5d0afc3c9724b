"""Artifacts: files that a step made."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from forebay.domain.intake.blob import Sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """A file that a step made; its bytes are the blob with its digest. `kind`: what it is for, such as `manifest`."""

    id: UUID
    job_id: UUID
    step_id: UUID
    kind: str
    media_type: str
    name: str
    size_bytes: int
    sha256: Sha256
    created_at: datetime
