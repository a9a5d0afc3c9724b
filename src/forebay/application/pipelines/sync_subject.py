"""What a sync is about: a source, or one pipeline of it. And which pipelines that are."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol
from uuid import UUID

from forebay.application.ports.pipeline_records import ClientRepository, PipelineFilter, PipelineRepository
from forebay.application.ports.run_source import SourceScope
from forebay.domain.paging import MAX_LIMIT, Position, SortOrder
from forebay.domain.pipelines.client import Client
from forebay.domain.pipelines.pipeline import Pipeline
from forebay.domain.pipelines.texts import folded

SYNC_KIND = "pipeline_sync"


class SyncSubject(NamedTuple):
    """As the subject of a job: `source`, or `source/pipeline-id`. Names of sources have no slash."""

    source: str
    pipeline_id: UUID | None = None

    def __str__(self) -> str:
        return self.source if self.pipeline_id is None else f"{self.source}/{self.pipeline_id}"

    @classmethod
    def parse(cls, text: str) -> "SyncSubject":
        """Of text that str() gave."""
        source, _, pipeline_id = text.partition("/")
        return cls(source, UUID(pipeline_id) if pipeline_id else None)


class Inventory(Protocol):
    """A unit of work that knows clients and pipelines."""

    @property
    def clients(self) -> ClientRepository: ...
    @property
    def pipelines(self) -> PipelineRepository: ...


async def served_pipelines(work: Inventory, scope: SourceScope) -> Sequence[Pipeline]:
    """Oldest first. None when the client of the scope does not exist."""
    client: Client | None = None
    if scope.client is not None:
        client = await work.clients.find(folded(scope.client))
        if client is None:
            return ()
    where = PipelineFilter(client_id=client.id if client else None, platform=scope.platform, is_active=True)
    found: list[Pipeline] = []
    after: Position | None = None
    while True:
        page = await work.pipelines.list(where, order=SortOrder.ASC, after=after, limit=MAX_LIMIT)
        with_id = [pipeline for pipeline in page if pipeline.external_id is not None]
        owners = await work.clients.get_many(sorted({pipeline.client_id for pipeline in with_id})) if with_id else {}
        found += [pipeline for pipeline in with_id if owners[pipeline.client_id].is_active]
        if len(page) < MAX_LIMIT:
            return found
        after = Position(at=page[-1].created_at, id=page[-1].id)


def is_served(pipeline: Pipeline, client: Client, scope: SourceScope) -> bool:
    """Whether it is among served_pipelines(), where `client` is its own."""
    return (
        pipeline.is_active
        and client.is_active
        and pipeline.external_id is not None
        and pipeline.platform is scope.platform
        and (scope.client is None or folded(scope.client) == folded(client.name))
    )
