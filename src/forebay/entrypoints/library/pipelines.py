"""Clients and their pipelines, as methods to await."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Unpack
from uuid import UUID

from forebay.application.pipelines.manage_clients import ChangeClientCommand, ListClientsQuery
from forebay.application.pipelines.manage_pipelines import ChangePipelineCommand, ListPipelinesQuery, PipelineDraft
from forebay.application.pipelines.show_health import SummaryQuery
from forebay.application.use_cases import UseCases
from forebay.domain.paging import DEFAULT_LIMIT, MAX_LIMIT, Page, SortOrder
from forebay.domain.pipelines.client import Client
from forebay.domain.pipelines.pipeline import Environment, Pipeline, PipelineType, Platform, Schedule
from forebay.entrypoints.library.documents import AsyncDocuments
from forebay.entrypoints.library.fields import check_names, parse_id, parse_order, parse_text, utc
from forebay.entrypoints.library.pipeline_fields import (
    ClientWhere,
    NewPipeline,
    PipelineChange,
    PipelineWhere,
    client_filter,
    one_of,
    pipeline_filter,
)
from forebay.entrypoints.library.pipeline_results import ClientSummary


class AsyncPipelines(AsyncDocuments):
    """The side of clients and pipelines. They are never deleted, only disabled: their history stays."""

    def __init__(self, use_cases: UseCases) -> None:
        super().__init__(use_cases)
        self._pipelines = use_cases.pipelines

    async def list_clients(
        self,
        *,
        order: SortOrder | str = SortOrder.DESC,
        cursor: str | None = None,
        limit: int = DEFAULT_LIMIT,
        **where: Unpack[ClientWhere],
    ) -> Page[Client]:
        """One page, newest first. `cursor`: the `next_cursor` of the page before. `limit`: 1 to 1000."""
        return await self._pipelines.list_clients(
            ListClientsQuery(where=client_filter(where), order=parse_order(order), cursor=cursor, limit=limit)
        )

    async def clients(
        self, *, order: SortOrder | str = SortOrder.DESC, **where: Unpack[ClientWhere]
    ) -> AsyncIterator[Client]:
        """All of them, page by page: clients that come meanwhile neither repeat nor hide one."""
        cursor: str | None = None
        while True:
            page = await self.list_clients(order=order, cursor=cursor, limit=MAX_LIMIT, **where)
            for client in page.items:
                yield client
            if (cursor := page.next_cursor) is None:
                return

    async def get_client(self, client_id: UUID | str) -> Client:
        """ClientNotFoundError."""
        return await self._pipelines.get_client(parse_id(client_id, field="client_id"))

    async def create_client(self, name: str, *, is_active: bool = True) -> Client:
        """ClientExistsError when the name is taken, ignoring case."""
        return await self._pipelines.create_client(name, is_active=is_active)

    async def change_client(
        self,
        client_id: UUID | str,
        *,
        name: str | None = None,
        is_active: bool | None = None,
        revision: int | None = None,
    ) -> Client:
        """What is None stays. `revision`: the one that the change is of, as it was read; None: any.

        ClientNotFoundError, ClientExistsError, RevisionMismatchError.
        """
        command = ChangeClientCommand(
            client_id=parse_id(client_id, field="client_id"), name=name, is_active=is_active, revision=revision
        )
        return await self._pipelines.change_client(command)

    async def client_summary(
        self, client_id: UUID | str, *, since: datetime | None = None, until: datetime | None = None
    ) -> ClientSummary:
        """Its pipelines as they are now, and figures of their runs: of the last 7 days, unless said.

        `since` is inclusive, `until` is not. ClientNotFoundError.
        """
        query = SummaryQuery(client_id=parse_id(client_id, field="client_id"), since=utc(since), until=utc(until))
        return ClientSummary.of(await self._pipelines.summarise_client(query))

    async def list_pipelines(
        self,
        *,
        order: SortOrder | str = SortOrder.DESC,
        cursor: str | None = None,
        limit: int = DEFAULT_LIMIT,
        **where: Unpack[PipelineWhere],
    ) -> Page[Pipeline]:
        """One page, newest first. `cursor`: the `next_cursor` of the page before. `limit`: 1 to 1000.

        ClientNotFoundError.
        """
        return await self._pipelines.list_pipelines(
            ListPipelinesQuery(where=pipeline_filter(where), order=parse_order(order), cursor=cursor, limit=limit)
        )

    async def pipelines(
        self, *, order: SortOrder | str = SortOrder.DESC, **where: Unpack[PipelineWhere]
    ) -> AsyncIterator[Pipeline]:
        """All of them, page by page: pipelines that come meanwhile neither repeat nor hide one."""
        cursor: str | None = None
        while True:
            page = await self.list_pipelines(order=order, cursor=cursor, limit=MAX_LIMIT, **where)
            for pipeline in page.items:
                yield pipeline
            if (cursor := page.next_cursor) is None:
                return

    async def get_pipeline(self, pipeline_id: UUID | str) -> Pipeline:
        """PipelineNotFoundError."""
        return await self._pipelines.get_pipeline(parse_id(pipeline_id, field="pipeline_id"))

    async def create_pipeline(self, client_id: UUID | str, name: str, **fields: Unpack[NewPipeline]) -> Pipeline:
        """Of platform custom, type ingestion and environment prod unless said.

        `expect_every`: a run must start in any such time; `start_grace`: how much later than that is not late yet;
        `finish_grace`: how long a run may go on before it counts as stuck. ClientNotFoundError, PipelineExistsError.
        """
        check_names(fields, NewPipeline.__annotations__)
        none = Schedule()
        draft = PipelineDraft(
            client_id=parse_id(client_id, field="client_id"),
            name=name,
            platform=one_of(Platform, fields.get("platform"), field="platform") or Platform.CUSTOM,
            external_id=fields.get("external_id"),
            pipeline_type=one_of(PipelineType, fields.get("pipeline_type"), field="pipeline_type")
            or PipelineType.INGESTION,
            environment=one_of(Environment, fields.get("environment"), field="environment") or Environment.PROD,
            is_active=fields.get("is_active", True),
            schedule=Schedule(
                expect_every=fields.get("expect_every"),
                start_grace=fields.get("start_grace", none.start_grace),
                finish_grace=fields.get("finish_grace"),
            ),
        )
        return await self._pipelines.create_pipeline(draft)

    async def change_pipeline(self, pipeline_id: UUID | str, **change: Unpack[PipelineChange]) -> Pipeline:
        """What is None stays; `external_id=""` takes it away, and so does a zero `expect_every` or `finish_grace`.

        Whoever enables it starts its schedule anew. PipelineNotFoundError, PipelineExistsError, RevisionMismatchError.
        """
        check_names(change, PipelineChange.__annotations__)
        external_id = change.get("external_id")
        command = ChangePipelineCommand(
            pipeline_id=parse_id(pipeline_id, field="pipeline_id"),
            name=change.get("name"),
            platform=one_of(Platform, change.get("platform"), field="platform"),
            external_id=None if external_id is None else parse_text(external_id, field="external_id"),
            pipeline_type=one_of(PipelineType, change.get("pipeline_type"), field="pipeline_type"),
            environment=one_of(Environment, change.get("environment"), field="environment"),
            is_active=change.get("is_active"),
            expect_every=change.get("expect_every"),
            start_grace=change.get("start_grace"),
            finish_grace=change.get("finish_grace"),
            revision=change.get("revision"),
        )
        return await self._pipelines.change_pipeline(command)
