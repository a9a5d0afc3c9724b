"""What the commands need from a Forebay, be it here or behind a URL. The types are the bodies of the HTTP API."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar
from uuid import UUID

import msgspec

from forebay.application.ports.intake import RunFilter
from forebay.application.ports.sources import UploadDetails
from forebay.domain.intake.blob import Sha256
from forebay.domain.intake.file import FileRole
from forebay.domain.paging import DEFAULT_LIMIT, SortOrder

T = TypeVar("T")


class FileView(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a run. `role` is text: a newer server may know more of them."""

    id: UUID
    path: str
    role: str
    media_type: str
    size_bytes: int
    sha256: str


class ErrorView(msgspec.Struct, frozen=True, kw_only=True):
    """Why a run failed."""

    code: str
    detail: str


class RunView(msgspec.Struct, frozen=True, kw_only=True):
    """A run with the files it was sent with."""

    id: UUID
    type: str
    label: str | None
    notes: str | None
    owner: str | None
    parent_run_id: UUID | None
    status: str
    error: ErrorView | None
    created_at: datetime
    updated_at: datetime
    files: list[FileView]


class PageView(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """Some items in order; `next_cursor` is None on the last page."""

    items: list[T]
    next_cursor: str | None


class PartView(msgspec.Struct, frozen=True, kw_only=True):
    """One part: `ok` or `failing`, and a fact about it."""

    status: str
    detail: str


class HealthView(msgspec.Struct, frozen=True, kw_only=True):
    """Each part of Forebay by name."""

    status: str
    version: str
    parts: dict[str, PartView]

    @property
    def ok(self) -> bool:
        return self.status == "ok"


class FindingView(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a sweep found, with the reason in words."""

    kind: str
    name: str
    size_bytes: int
    reason: str


class SweepView(msgspec.Struct, frozen=True, kw_only=True):
    """What a sweep found and, unless it was a dry run, dealt with."""

    dry_run: bool
    stale_runs: int
    orphan_objects: int
    incomplete_objects: int
    freed_bytes: int
    findings: list[FindingView]


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
    cursor: str | None
    limit: int = DEFAULT_LIMIT


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A file's bytes. `sha256` is what they must hash to; nobody has checked it yet."""

    name: str
    size_bytes: int
    sha256: Sha256
    chunks: AsyncIterator[bytes]


class Gateway(Protocol):
    """Every method raises ForebayError, with the same code and message whether Forebay is here or behind a URL."""

    async def upload(self, request: UploadRequest) -> UploadResult: ...
    async def list_runs(self, query: RunsQuery) -> PageView[RunView]: ...
    async def get_run(self, run_id: UUID) -> RunView: ...
    async def delete_run(self, run_id: UUID) -> None: ...
    async def list_files(self, query: FilesQuery) -> PageView[FileView]: ...

    def read_file(self, file_id: UUID) -> AbstractAsyncContextManager[Content]:
        """Leaving the context lets go of the bytes, read to their end or not."""
        ...

    async def sweep(self, *, dry_run: bool) -> SweepView:
        """LocalOnlyError behind a URL: a server sweeps on its own timer."""
        ...

    async def health(self) -> HealthView: ...
