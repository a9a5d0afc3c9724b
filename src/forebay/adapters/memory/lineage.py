"""Where reports come from, in memory: how far sources were pulled, jobs and events of OpenLineage."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from forebay.adapters.memory.work import Work
from forebay.application.ports.pipeline_records import LineageRepository, SyncStateRepository
from forebay.domain.pipelines.lineage import LineageEvent, LineageJob
from forebay.domain.pipelines.source import SyncState

_END_OF_TIME = datetime.max.replace(tzinfo=UTC)


class MemorySyncStates:
    """How far sources were pulled."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def get(self, source: str, pipeline_id: UUID) -> SyncState | None:
        return (await self._work.state()).sync_states.get((source, pipeline_id))

    async def put(self, state: SyncState) -> None:
        with self._work.writing():
            (await self._work.state()).put_sync_state(state)

    async def list(self, source: str | None = None) -> Sequence[SyncState]:
        states = (await self._work.state()).sync_states.values()
        found = [state for state in states if source is None or state.source == source]
        return tuple(sorted(found, key=lambda state: (state.source, state.pipeline_id)))


class MemoryLineage:
    """Jobs and events as OpenLineage has them."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def pipelines_of(self, jobs: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], UUID]:
        known = (await self._work.state()).lineage_jobs
        return {job: known[job] for job in jobs if job in known}

    async def add_job(self, job: LineageJob) -> None:
        with self._work.writing():
            (await self._work.state()).add_lineage_job(job)

    async def add_events(self, events: Sequence[LineageEvent]) -> frozenset[str]:
        added: set[str] = set()
        with self._work.writing():
            state = await self._work.state()
            for event in events:
                state.check_lineage_event(event)
                if event.sha256 not in state.lineage_events:
                    state.lineage_events[event.sha256] = event
                    added.add(event.sha256)
        return frozenset(added)

    async def events(self, *, pipeline_id: UUID, external_run_id: str, limit: int) -> Sequence[LineageEvent]:
        found = [
            event
            for event in (await self._work.state()).lineage_events.values()
            if event.pipeline_id == pipeline_id and event.external_run_id == external_run_id
        ]
        found.sort(key=lambda event: (event.event_time is None, event.event_time or _END_OF_TIME, event.sha256))
        return tuple(found[:limit])

    async def prune(self, *, before: datetime, limit: int) -> int:
        with self._work.writing():
            events = (await self._work.state()).lineage_events
            old = [event for event in events.values() if event.received_at < before]
            old.sort(key=lambda event: (event.received_at, event.sha256))
            for event in old[:limit]:
                del events[event.sha256]
        return len(old[:limit])


def _fit(work: Work) -> tuple[SyncStateRepository, LineageRepository]:
    return MemorySyncStates(work), MemoryLineage(work)
