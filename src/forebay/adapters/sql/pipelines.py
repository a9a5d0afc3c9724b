"""Pipelines in SQL."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, bindparam, insert, literal_column, select, text, update

from forebay.adapters.sql.batches import among, fetch_among
from forebay.adapters.sql.column_types import RowId, UtcTime
from forebay.adapters.sql.pages import page
from forebay.adapters.sql.pipelines_rows import PIPELINE_IS_FOR_EVER, pipeline_of, pipeline_values
from forebay.adapters.sql.pipelines_tables import pipelines
from forebay.adapters.sql.rows import storable
from forebay.adapters.sql.statements import Statements
from forebay.adapters.sql.text_filter import contains
from forebay.adapters.sql.transaction import Dialect
from forebay.application.ports.pipeline_records import (
    PipelineAddress,
    PipelineFilter,
    PipelineName,
    PipelineRepository,
)
from forebay.domain.paging import Position, SortOrder
from forebay.domain.pipelines.errors import PipelineNotFoundError
from forebay.domain.pipelines.pipeline import Pipeline
from forebay.domain.pipelines.texts import folded

_pipeline = pipelines.c
_SELECT = select(pipelines)
_INSERT = insert(pipelines)
_UPDATE = update(pipelines).where(_pipeline.id == bindparam("pipeline"))
_BEGIN = (
    update(pipelines)
    .where(_pipeline.client_id == bindparam("client"), _pipeline.is_active)
    .values(enabled_at=bindparam("at", type_=UtcTime()))
)
_GET = _SELECT.where(_pipeline.id == bindparam("pipeline"))
_LOCK = _GET.with_for_update(key_share=True)  # runs may be added to it meanwhile
_MANY = _SELECT.where(among(_pipeline.id)).order_by(_pipeline.id)
_LOCK_MANY = _MANY.with_for_update(key_share=True)
_EXISTING = select(_pipeline.id).where(among(_pipeline.id))
_GIVEN = {  # the addresses come as one value, JSON: [[client, platform, external id], …]
    "sqlite": "SELECT key AS ordinal, json_extract(value, '$[0]') AS client, json_extract(value, '$[1]') AS platform,"
    " json_extract(value, '$[2]') AS external_id FROM json_each(:addresses)",
    "postgresql": "SELECT ordinal - 1 AS ordinal, value ->> 0 AS client, value ->> 1 AS platform,"
    " value ->> 2 AS external_id FROM jsonb_array_elements(CAST(:addresses AS jsonb))"
    " WITH ORDINALITY AS each (value, ordinal)",
}
_FIND = {
    dialect: select(
        literal_column("given.ordinal", Integer()).label("ordinal"), literal_column("pipelines.id", RowId()).label("id")
    ).select_from(
        text(
            f"({given}) AS given JOIN clients ON clients.name_folded = given.client"
            " JOIN pipelines ON pipelines.client_id = clients.id AND pipelines.platform = given.platform"
            " AND pipelines.external_id = given.external_id"
        )
    )
    for dialect, given in _GIVEN.items()
}
_GIVEN_NAMES = {  # [[client, name], …]
    "sqlite": "SELECT key AS ordinal, json_extract(value, '$[0]') AS client, json_extract(value, '$[1]') AS name"
    " FROM json_each(:names)",
    "postgresql": "SELECT ordinal - 1 AS ordinal, value ->> 0 AS client, value ->> 1 AS name"
    " FROM jsonb_array_elements(CAST(:names AS jsonb)) WITH ORDINALITY AS each (value, ordinal)",
}
_TAKEN = {
    dialect: select(literal_column("given.ordinal", Integer()).label("ordinal")).select_from(
        text(
            f"({given}) AS given JOIN clients ON clients.name_folded = given.client"
            " JOIN pipelines ON pipelines.client_id = clients.id AND pipelines.name_folded = given.name"
        )
    )
    for dialect, given in _GIVEN_NAMES.items()
}


class SqlPipelines:
    """Pipelines."""

    def __init__(self, statements: Statements) -> None:
        self._do = statements

    async def add(self, pipeline: Pipeline) -> None:
        await self._do.write(_INSERT, pipeline_values(pipeline))

    async def get(self, pipeline_id: UUID, *, for_update: bool = False) -> Pipeline:
        row = await self._do.first(_LOCK if for_update else _GET, {"pipeline": pipeline_id})
        if row is None:
            raise _no_pipeline(pipeline_id)
        return pipeline_of(row)

    async def update(self, pipeline: Pipeline) -> None:
        row = pipeline_values(pipeline)
        values = {name: value for name, value in row.items() if name not in PIPELINE_IS_FOR_EVER}
        if not await self._do.write(_UPDATE, {**values, "pipeline": pipeline.id}, about=row):
            raise _no_pipeline(pipeline.id)

    async def begin_schedules(self, client_id: UUID, *, at: datetime) -> None:
        await self._do.write(_BEGIN, {"client": client_id, "at": at})

    async def list(
        self, where: PipelineFilter, *, order: SortOrder, after: Position | None, limit: int
    ) -> Sequence[Pipeline]:
        sought = folded(where.text) if where.text is not None else None
        if not storable(sought) or "\n" in (sought or ""):  # which is in no name, but between it and the external id
            return ()
        found = _SELECT.where(*_conditions(where, sought, self._do.dialect))
        statement, values = page(found, (_pipeline.created_at, _pipeline.id), order=order, after=after, limit=limit)
        return tuple(pipeline_of(row) for row in await self._do.fetch(statement, values))

    async def get_many(self, pipeline_ids: Sequence[UUID], *, for_update: bool = False) -> Mapping[UUID, Pipeline]:
        rows = await fetch_among(self._do, _LOCK_MANY if for_update else _MANY, pipeline_ids)
        return {row.id: pipeline_of(row) for row in rows}

    async def existing(self, pipeline_ids: Sequence[UUID]) -> frozenset[UUID]:
        return frozenset(row.id for row in await fetch_among(self._do, _EXISTING, pipeline_ids))

    async def find(self, addresses: Sequence[PipelineAddress]) -> Mapping[PipelineAddress, UUID]:
        asked = [one for one in dict.fromkeys(addresses) if storable(one.client) and storable(one.external_id)]
        if not asked:
            return {}
        rows = await self._do.fetch(_FIND[self._do.dialect], {"addresses": json.dumps(asked)})
        return {asked[row.ordinal]: row.id for row in rows}

    async def add_all(self, pipelines: Sequence[Pipeline]) -> None:
        if pipelines:
            await self._do.write_many(_INSERT, [pipeline_values(pipeline) for pipeline in pipelines])

    async def taken(self, names: Sequence[PipelineName]) -> frozenset[PipelineName]:
        asked = [one for one in dict.fromkeys(names) if storable(one.client) and storable(one.name)]
        if not asked:
            return frozenset()
        rows = await self._do.fetch(_TAKEN[self._do.dialect], {"names": json.dumps(asked)})
        return frozenset(asked[row.ordinal] for row in rows)


def _conditions(where: PipelineFilter, sought: str | None, dialect: Dialect) -> Iterator[ColumnElement[bool]]:
    if where.client_id is not None:
        yield _pipeline.client_id == where.client_id
    if where.platform is not None:
        yield _pipeline.platform == where.platform.value
    if where.environment is not None:
        yield _pipeline.environment == where.environment.value
    if where.pipeline_type is not None:
        yield _pipeline.pipeline_type == where.pipeline_type.value
    if where.is_active is not None:
        yield _pipeline.is_active == where.is_active
    if sought is not None:
        yield contains(_pipeline.search_text, sought, dialect)


def _no_pipeline(pipeline_id: UUID) -> PipelineNotFoundError:
    return PipelineNotFoundError(f"there is no pipeline {pipeline_id}")


def _fits(statements: Statements) -> PipelineRepository:
    return SqlPipelines(statements)
