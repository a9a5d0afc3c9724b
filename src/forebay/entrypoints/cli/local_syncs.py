"""The syncs of a Forebay right here."""

from uuid import UUID

from forebay.application.pipelines.show_sync import SyncedSource
from forebay.application.pipelines.start_sync import StartSyncCommand
from forebay.entrypoints.cli.local_jobs import job_view
from forebay.entrypoints.cli.local_pipelines import LocalPipelines
from forebay.entrypoints.cli.sync_gateway import SyncGateway
from forebay.entrypoints.cli.sync_views import (
    StartedSyncsView,
    StartedSyncView,
    SyncedPipelineView,
    SyncedSourceView,
    SyncStateView,
)


class LocalSyncs(LocalPipelines):
    """Uses `use_cases` while they are open; does not close them."""

    async def start_sync(self, *, source: str | None, pipeline_id: UUID | None) -> StartedSyncsView:
        command = StartSyncCommand(source=source, pipeline_id=pipeline_id)
        started = await self._pipelines.start_sync(command)
        return StartedSyncsView(
            items=[
                StartedSyncView(
                    source=one.source, pipeline_id=one.pipeline_id, is_new=one.is_new, job=job_view(one.job)
                )
                for one in started
            ]
        )

    async def sync_state(self, source: str | None) -> SyncStateView:
        return SyncStateView(items=[_source(found) for found in await self._pipelines.show_sync(source)])


def _source(found: SyncedSource) -> SyncedSourceView:
    scope = found.scope
    return SyncedSourceView(
        source=found.source,
        is_configured=scope is not None,
        client=scope.client if scope is not None else None,
        platform=scope.platform.value if scope is not None else None,
        pipelines=[
            SyncedPipelineView(
                pipeline_id=one.state.pipeline_id,
                name=one.name,
                cursor=one.state.cursor,
                synced_at=one.state.synced_at,
                error=one.state.error,
            )
            for one in found.pipelines
        ],
    )


def _proof(syncs: LocalSyncs) -> SyncGateway:
    """What mypy must agree to."""
    return syncs
