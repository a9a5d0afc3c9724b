"""The client: whose pipelines they are."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """`name`: unique, ignoring case. `revision`: 1, and one more with each change.

    A disabled one keeps its history; its pipelines leave summaries and alerts, and their reports are still recorded.
    """

    id: UUID
    name: str
    is_active: bool
    revision: int
    created_at: datetime
    updated_at: datetime
