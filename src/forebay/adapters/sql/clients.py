"""Clients in SQL."""

import json
from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Text, bindparam, insert, select, text, update

from forebay.adapters.sql.batches import among, fetch_among
from forebay.adapters.sql.pages import page
from forebay.adapters.sql.pipelines_rows import CLIENT_IS_FOR_EVER, client_of, client_values
from forebay.adapters.sql.pipelines_tables import clients
from forebay.adapters.sql.rows import storable
from forebay.adapters.sql.statements import Statements
from forebay.adapters.sql.text_filter import contains
from forebay.adapters.sql.transaction import Dialect
from forebay.application.ports.pipeline_records import ClientFilter, ClientRepository
from forebay.domain.paging import Position, SortOrder
from forebay.domain.pipelines.client import Client
from forebay.domain.pipelines.errors import ClientNotFoundError
from forebay.domain.pipelines.texts import folded

_client = clients.c
_SELECT = select(clients)
_INSERT = insert(clients)
_UPDATE = update(clients).where(_client.id == bindparam("client"))
_GET = _SELECT.where(_client.id == bindparam("client"))
_LOCK = _GET.with_for_update(key_share=True)  # pipelines may be added to it meanwhile
_FIND = _SELECT.where(_client.name_folded == bindparam("folded"))
_MANY = _SELECT.where(among(_client.id))
_NAMES = {  # they come as one value, JSON
    "sqlite": "SELECT value FROM json_each(:names)",
    "postgresql": "SELECT value FROM jsonb_array_elements_text(CAST(:names AS jsonb))",
}
_NAMED = {
    dialect: _SELECT.where(_client.name_folded.in_(text(names).columns(value=Text())))
    for dialect, names in _NAMES.items()
}


class SqlClients:
    """Clients."""

    def __init__(self, statements: Statements) -> None:
        self._do = statements

    async def add(self, client: Client) -> None:
        await self._do.write(_INSERT, client_values(client))

    async def get(self, client_id: UUID, *, for_update: bool = False) -> Client:
        row = await self._do.first(_LOCK if for_update else _GET, {"client": client_id})
        if row is None:
            raise _no_client(client_id)
        return client_of(row)

    async def find(self, name: str) -> Client | None:
        if not storable(name):
            return None
        row = await self._do.first(_FIND, {"folded": folded(name)})
        return client_of(row) if row is not None else None

    async def add_all(self, clients: Sequence[Client]) -> None:
        if clients:
            await self._do.write_many(_INSERT, [client_values(client) for client in clients])

    async def find_all(self, names: Sequence[str]) -> Mapping[str, Client]:
        asked = {name for name in names if storable(name)}
        if not asked:
            return {}
        rows = await self._do.fetch(_NAMED[self._do.dialect], {"names": json.dumps(sorted(asked))})
        return {row.name_folded: client_of(row) for row in rows}

    async def update(self, client: Client) -> None:
        row = client_values(client)
        values = {name: value for name, value in row.items() if name not in CLIENT_IS_FOR_EVER}
        if not await self._do.write(_UPDATE, {**values, "client": client.id}, about=row):
            raise _no_client(client.id)

    async def list(
        self, where: ClientFilter, *, order: SortOrder, after: Position | None, limit: int
    ) -> Sequence[Client]:
        if not storable(where.text):
            return ()
        found = _SELECT.where(*_conditions(where, self._do.dialect))
        statement, values = page(found, (_client.created_at, _client.id), order=order, after=after, limit=limit)
        return tuple(client_of(row) for row in await self._do.fetch(statement, values))

    async def get_many(self, client_ids: Sequence[UUID]) -> Mapping[UUID, Client]:
        return {row.id: client_of(row) for row in await fetch_among(self._do, _MANY, client_ids)}


def _conditions(where: ClientFilter, dialect: Dialect) -> Iterator[ColumnElement[bool]]:
    if where.text is not None:
        yield contains(_client.name_folded, folded(where.text), dialect)
    if where.is_active is not None:
        yield _client.is_active == where.is_active


def _no_client(client_id: UUID) -> ClientNotFoundError:
    return ClientNotFoundError(f"there is no client {client_id}")


def _fits(statements: Statements) -> ClientRepository:
    return SqlClients(statements)
