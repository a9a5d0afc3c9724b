"""A file of a run: a name for a blob."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from forebay.domain.intake.blob import Sha256


class FileRole(StrEnum):
    """`upload`: as it was sent. `member`: found inside an upload."""

    UPLOAD = "upload"
    MEMBER = "member"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """One file of a run; its bytes are the blob with its digest."""

    id: UUID
    run_id: UUID
    path: str
    role: FileRole
    media_type: str
    size_bytes: int
    sha256: Sha256
    created_at: datetime
