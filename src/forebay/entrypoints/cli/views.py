"""What there is to see of runs, files and Forebay itself. The types are the bodies of the HTTP API."""

from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

import msgspec

T = TypeVar("T")


class FileView(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a run, or a member of one. `role` and `kind` are text: a newer server may know more of them."""

    id: UUID
    path: str
    role: str
    kind: str = "file"
    media_type: str
    size_bytes: int
    sha256: str | None
    file_id: UUID | None = None
    stored_path: str | None = None
    mtime: datetime | None = None
    mode: int | None = None
    link_target: str | None = None
    flags: list[str] = []


class ErrorView(msgspec.Struct, frozen=True, kw_only=True):
    """Why a run or a job failed."""

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
    documents: bool = False
    status: str
    error: ErrorView | None
    created_at: datetime
    updated_at: datetime
    files: list[FileView]


class PageView(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """Some items in order; `next_cursor` is None on the last page."""

    items: list[T]
    next_cursor: str | None


class FolderView(msgspec.Struct, frozen=True, kw_only=True):
    """What lies directly in a folder: files as `items`, and the paths of `folders`."""

    items: list[FileView]
    folders: list[str]
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
