"""Models that were learned from people's corrections."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from forebay.domain.intake.blob import Sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedModel:
    """One version, from 1 on. Its parameters are the blob with this digest; `model_id`: its entry among the models."""

    version: int
    model_id: UUID
    sha256: Sha256
    size_bytes: int
    correction_count: int
    category_count: int
    created_at: datetime
