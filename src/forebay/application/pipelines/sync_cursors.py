"""Cursors of syncs: each is of the external id that was asked for, and of no other."""

from dataclasses import replace
from uuid import UUID

from forebay.application.ports.pipelines import PipelinesUnitOfWork
from forebay.domain.pipelines.pipeline import Pipeline
from forebay.domain.pipelines.source import SyncState


async def forget_cursors(work: PipelinesUnitOfWork, pipeline_id: UUID) -> None:
    """For a pipeline that has another external id from now on: every source is asked from the beginning."""
    for state in await work.sync_states.list():
        if state.pipeline_id == pipeline_id and state.cursor is not None:
            await work.sync_states.put(replace(state, cursor=None))


async def put_cursor(work: PipelinesUnitOfWork, state: SyncState, *, asked: Pipeline) -> bool:
    """False when the pipeline has got another external id since it was asked for; then no cursor is kept.

    Written before it is looked at: whoever is about to change the pipeline writes the state, too, and so one of both
    waits for the other.
    """
    await work.sync_states.put(state)
    if (await work.pipelines.get(asked.id)).external_id == asked.external_id:
        return True
    await work.sync_states.put(replace(state, cursor=None))
    return False
