"""Sources: partners' APIs that runs are pulled from."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncState:
    """How far the runs of a pipeline were pulled. `cursor`: as the source gave it; None: from the beginning.

    `error`: why the last sync of it failed; None when it did not.
    """

    source: str
    pipeline_id: UUID
    cursor: str | None
    synced_at: datetime
    error: str | None
