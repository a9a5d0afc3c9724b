"""How far sources were pulled, in SQL."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from forebay.adapters.sql.pipelines_rows import sync_state_of, sync_state_values
from forebay.adapters.sql.pipelines_tables import sync_states
from forebay.adapters.sql.rows import storable
from forebay.adapters.sql.statements import Statements
from forebay.application.ports.pipeline_records import SyncStateRepository
from forebay.domain.pipelines.source import SyncState

_state = sync_states.c
_KEY = ["source", "pipeline_id"]
_LIST = select(sync_states).order_by(_state.source, _state.pipeline_id)
_GET = select(sync_states).where(_state.source == bindparam("the_source"), _state.pipeline_id == bindparam("pipeline"))
_PUT = {
    dialect: new.on_conflict_do_update(
        index_elements=_KEY, set_={name: new.excluded[name] for name in ("cursor", "synced_at", "error")}
    )
    for dialect, new in (("sqlite", sqlite.insert(sync_states)), ("postgresql", postgresql.insert(sync_states)))
}


class SqlSyncStates:
    """By source and pipeline."""

    def __init__(self, statements: Statements) -> None:
        self._do = statements

    async def get(self, source: str, pipeline_id: UUID) -> SyncState | None:
        if not storable(source):
            return None
        row = await self._do.first(_GET, {"the_source": source, "pipeline": pipeline_id})
        return sync_state_of(row) if row is not None else None

    async def put(self, state: SyncState) -> None:
        await self._do.write(_PUT[self._do.dialect], sync_state_values(state))

    async def list(self, source: str | None = None) -> Sequence[SyncState]:
        if not storable(source):
            return ()
        statement = _LIST if source is None else _LIST.where(_state.source == source)
        return tuple(sync_state_of(row) for row in await self._do.fetch(statement))


def _fits(statements: Statements) -> SyncStateRepository:
    return SqlSyncStates(statements)
