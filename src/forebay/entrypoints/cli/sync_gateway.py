"""What the commands about syncs need from a Forebay, be it here or behind a URL."""

from typing import Protocol
from uuid import UUID

from forebay.entrypoints.cli.sync_views import StartedSyncsView, SyncStateView


class SyncGateway(Protocol):
    """The side of sources of runs."""

    async def start_sync(self, *, source: str | None, pipeline_id: UUID | None) -> StartedSyncsView:
        """Of all sources unless one is named; one under way is as good as a new one."""
        ...

    async def sync_state(self, source: str | None) -> SyncStateView: ...
