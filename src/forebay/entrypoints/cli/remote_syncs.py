"""The syncs of a Forebay behind a URL."""

from uuid import UUID

from forebay.entrypoints.cli.remote_pipelines import RemotePipelines
from forebay.entrypoints.cli.sync_gateway import SyncGateway
from forebay.entrypoints.cli.sync_views import StartedSyncsView, SyncStateView


class RemoteSyncs(RemotePipelines):
    """Speaks through `client`; does not close it."""

    async def start_sync(self, *, source: str | None, pipeline_id: UUID | None) -> StartedSyncsView:
        body = {"source": source, "pipeline_id": pipeline_id}
        return await self._post("v1/ingestion-sync", StartedSyncsView, body=body)

    async def sync_state(self, source: str | None) -> SyncStateView:
        return await self._get("v1/ingestion-sync", SyncStateView, {"source": source})


def _proof(syncs: RemoteSyncs) -> SyncGateway:
    """What mypy must agree to."""
    return syncs
