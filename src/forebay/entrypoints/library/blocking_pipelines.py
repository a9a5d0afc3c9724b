"""Clients and their pipelines, for callers without an event loop."""

from collections.abc import Iterator
from datetime import datetime
from typing import Unpack
from uuid import UUID

from forebay.domain.paging import DEFAULT_LIMIT, MAX_LIMIT, Page, SortOrder
from forebay.domain.pipelines.client import Client
from forebay.domain.pipelines.pipeline import Pipeline
from forebay.entrypoints.library.blocking_documents import BlockingDocuments
from forebay.entrypoints.library.pipeline_fields import ClientWhere, NewPipeline, PipelineChange, PipelineWhere
from forebay.entrypoints.library.pipeline_results import ClientSummary


class BlockingPipelines(BlockingDocuments):
    """The side of clients and pipelines. They are never deleted, only disabled: their history stays."""

    def list_clients(
        self,
        *,
        order: SortOrder | str = SortOrder.DESC,
        cursor: str | None = None,
        limit: int = DEFAULT_LIMIT,
        **where: Unpack[ClientWhere],
    ) -> Page[Client]:
        """One page, newest first. `cursor`: the `next_cursor` of the page before. `limit`: 1 to 1000."""
        return self._thread.run(self._forebay.list_clients(order=order, cursor=cursor, limit=limit, **where))

    def clients(self, *, order: SortOrder | str = SortOrder.DESC, **where: Unpack[ClientWhere]) -> Iterator[Client]:
        """All of them, page by page: clients that come meanwhile neither repeat nor hide one."""
        cursor: str | None = None
        while True:
            page = self.list_clients(order=order, cursor=cursor, limit=MAX_LIMIT, **where)
            yield from page.items
            if (cursor := page.next_cursor) is None:
                return

    def get_client(self, client_id: UUID | str) -> Client:
        """ClientNotFoundError."""
        return self._thread.run(self._forebay.get_client(client_id))

    def create_client(self, name: str, *, is_active: bool = True) -> Client:
        """ClientExistsError when the name is taken, ignoring case."""
        return self._thread.run(self._forebay.create_client(name, is_active=is_active))

    def change_client(
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
        return self._thread.run(
            self._forebay.change_client(client_id, name=name, is_active=is_active, revision=revision)
        )

    def client_summary(
        self, client_id: UUID | str, *, since: datetime | None = None, until: datetime | None = None
    ) -> ClientSummary:
        """Its pipelines as they are now, and figures of their runs: of the last 7 days, unless said.

        `since` is inclusive, `until` is not. ClientNotFoundError.
        """
        return self._thread.run(self._forebay.client_summary(client_id, since=since, until=until))

    def list_pipelines(
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
        return self._thread.run(self._forebay.list_pipelines(order=order, cursor=cursor, limit=limit, **where))

    def pipelines(
        self, *, order: SortOrder | str = SortOrder.DESC, **where: Unpack[PipelineWhere]
    ) -> Iterator[Pipeline]:
        """All of them, page by page: pipelines that come meanwhile neither repeat nor hide one."""
        cursor: str | None = None
        while True:
            page = self.list_pipelines(order=order, cursor=cursor, limit=MAX_LIMIT, **where)
            yield from page.items
            if (cursor := page.next_cursor) is None:
                return

    def get_pipeline(self, pipeline_id: UUID | str) -> Pipeline:
        """PipelineNotFoundError."""
        return self._thread.run(self._forebay.get_pipeline(pipeline_id))

    def create_pipeline(self, client_id: UUID | str, name: str, **fields: Unpack[NewPipeline]) -> Pipeline:
        """Of platform custom, type ingestion and environment prod unless said.

        `expect_every`: a run must start in any such time; `start_grace`: how much later than that is not late yet;
        `finish_grace`: how long a run may go on before it counts as stuck. ClientNotFoundError, PipelineExistsError.
        """
        return self._thread.run(self._forebay.create_pipeline(client_id, name, **fields))

    def change_pipeline(self, pipeline_id: UUID | str, **change: Unpack[PipelineChange]) -> Pipeline:
        """What is None stays; `external_id=""` takes it away, and so does a zero `expect_every` or `finish_grace`.

        Whoever enables it starts its schedule anew. PipelineNotFoundError, PipelineExistsError, RevisionMismatchError.
        """
        return self._thread.run(self._forebay.change_pipeline(pipeline_id, **change))
