"""What the commands need from a Forebay, be it here or behind a URL."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from forebay.application.ports.intake import RunFilter
from forebay.application.ports.jobs import JobFilter
from forebay.application.ports.sources import UploadDetails
from forebay.domain.documents.category import CategoryDraft
from forebay.domain.intake.blob import Sha256
from forebay.domain.intake.file import FileRole
from forebay.domain.paging import DEFAULT_LIMIT, SortOrder
from forebay.entrypoints.cli.alert_gateway import AlertGateway
from forebay.entrypoints.cli.document_queries import CategoryChange, Correction, DocumentsQuery, Picture, SearchQuery
from forebay.entrypoints.cli.document_views import (
    CategoriesView,
    CategoryView,
    DocumentDetailView,
    DocumentView,
    LearnedView,
)
from forebay.entrypoints.cli.job_views import ArtifactView, EventView, JobView, JobWithStepsView, ModelView
from forebay.entrypoints.cli.pipeline_gateway import PipelineGateway
from forebay.entrypoints.cli.sync_gateway import SyncGateway
from forebay.entrypoints.cli.system_views import SystemView
from forebay.entrypoints.cli.views import FileView, FolderView, HealthView, PageView, RunView, SweepView


class ByteSource(Protocol):
    """Bytes on their way in. `size`: how many there will be, when that is known."""

    @property
    def size(self) -> int | None: ...

    async def readinto(self, buffer: memoryview) -> int:
        """Fills some of the buffer and says how much; 0 at the end."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadRequest:
    """Checked fields and bytes. `on_progress` hears how many bytes have been taken so far."""

    file_name: str
    details: UploadDetails
    source: ByteSource
    idempotency_key: str | None = None
    on_progress: Callable[[int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadResult:
    """`replayed`: the Idempotency-Key was known, and this is the first run."""

    run: RunView
    replayed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RunsQuery:
    """A page of runs."""

    where: RunFilter
    order: SortOrder
    cursor: str | None
    limit: int = DEFAULT_LIMIT


@dataclass(frozen=True, slots=True, kw_only=True)
class FilesQuery:
    """A page of a run's files."""

    run_id: UUID
    role: FileRole | None
    prefix: str = ""
    cursor: str | None
    limit: int = DEFAULT_LIMIT


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderQuery:
    """A page of what lies directly in the folder `prefix`."""

    run_id: UUID
    prefix: str
    cursor: str | None
    limit: int = DEFAULT_LIMIT


@dataclass(frozen=True, slots=True, kw_only=True)
class JobsQuery:
    """A page of jobs."""

    where: JobFilter
    order: SortOrder = SortOrder.DESC
    cursor: str | None = None
    limit: int = DEFAULT_LIMIT


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsQuery:
    """Events behind position `after`: of one job, of one run and its jobs, or all. `limit`: of a page."""

    job_id: UUID | None = None
    run_id: UUID | None = None
    after: int | None = None
    limit: int = DEFAULT_LIMIT


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A file's bytes. `sha256` is what they must hash to; nobody has checked it yet."""

    name: str
    size_bytes: int
    sha256: Sha256
    chunks: AsyncIterator[bytes]


class JobGateway(Protocol):
    """The side of jobs."""

    async def list_jobs(self, query: JobsQuery) -> PageView[JobView]: ...
    async def get_job(self, job_id: UUID) -> JobWithStepsView: ...
    async def start_job(self, run_id: UUID, *, kind: str | None, idempotency_key: str | None) -> JobView: ...

    async def parse_run(self, run_id: UUID) -> JobView:
        """The job that is under way for the run, or a new one."""
        ...

    async def cancel_job(self, job_id: UUID) -> JobView: ...
    async def retry_job(self, job_id: UUID) -> JobView: ...
    async def list_events(self, query: EventsQuery) -> PageView[EventView]: ...

    def follow_events(self, query: EventsQuery) -> AbstractAsyncContextManager[AsyncIterator[EventView]]:
        """As they happen: those of a job up to the one that ends it, else for ever.

        Without `after`: a job from its first event, everything else from now on.
        """
        ...

    def accompany_job(self, job_id: UUID) -> AbstractAsyncContextManager[AsyncIterator[EventView]]:
        """Follows it from its first event to its end. Here, it is worked on if nobody else does."""
        ...

    async def list_artifacts(self, job_id: UUID, *, cursor: str | None, limit: int) -> PageView[ArtifactView]: ...

    def read_artifact(self, artifact_id: UUID) -> AbstractAsyncContextManager[Content]:
        """Leaving the context lets go of the bytes, read to their end or not."""
        ...

    async def list_models(self, *, cursor: str | None, limit: int) -> PageView[ModelView]: ...


class DocumentGateway(Protocol):
    """The side of documents and categories."""

    async def list_documents(self, query: DocumentsQuery) -> PageView[DocumentView]: ...
    async def search_documents(self, query: SearchQuery) -> PageView[DocumentView]: ...
    async def get_document(self, document_id: UUID) -> DocumentDetailView: ...

    def read_text(self, document_id: UUID) -> AbstractAsyncContextManager[Content]:
        """Leaving the context lets go of the bytes, read to their end or not."""
        ...

    def read_document(self, document_id: UUID) -> AbstractAsyncContextManager[Content]:
        """Leaving the context lets go of the bytes, read to their end or not."""
        ...

    async def preview_document(self, document_id: UUID, *, width: int) -> Picture: ...
    async def correct_document(self, document_id: UUID, correction: Correction) -> DocumentDetailView: ...
    async def delete_document(self, document_id: UUID) -> None: ...
    async def learn(self) -> LearnedView: ...
    async def list_categories(self) -> CategoriesView: ...
    async def get_category(self, category_id: UUID) -> CategoryView: ...
    async def create_category(self, draft: CategoryDraft) -> CategoryView: ...
    async def change_category(self, category_id: UUID, change: CategoryChange) -> CategoryView: ...
    async def delete_category(self, category_id: UUID) -> None: ...


class Gateway(JobGateway, DocumentGateway, PipelineGateway, SyncGateway, AlertGateway, Protocol):
    """Every method raises ForebayError, with the same code and message whether Forebay is here or behind a URL."""

    async def upload(self, request: UploadRequest) -> UploadResult: ...
    async def list_runs(self, query: RunsQuery) -> PageView[RunView]: ...
    async def get_run(self, run_id: UUID) -> RunView: ...
    async def delete_run(self, run_id: UUID) -> None: ...
    async def list_files(self, query: FilesQuery) -> PageView[FileView]: ...
    async def browse(self, query: FolderQuery) -> FolderView: ...

    def read_file(self, file_id: UUID) -> AbstractAsyncContextManager[Content]:
        """Leaving the context lets go of the bytes, read to their end or not."""
        ...

    async def sweep(self, *, dry_run: bool) -> SweepView:
        """LocalOnlyError behind a URL: a server sweeps on its own timer."""
        ...

    async def health(self) -> HealthView: ...
    async def system(self) -> SystemView: ...
