"""The bodies of the HTTP API. Entities are never exposed directly."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from forebay.application.intake.results import RunWithFiles
from forebay.application.system.check_health import HealthReport
from forebay.domain.intake.file import FileRole, StoredFile
from forebay.domain.intake.run import RunStatus, RunType
from forebay.domain.paging import Page

Digest = Annotated[str, Meta(description="SHA-256 of the bytes, hexadecimal", pattern="^[0-9a-f]{64}$")]
Cursor = Annotated[str | None, Meta(description="Pass as `cursor` for the next page; null on the last one.")]


class FileBody(msgspec.Struct, kw_only=True, frozen=True):
    """A file of a run; its bytes are at /v1/files/{id}/content."""

    id: UUID
    path: str
    role: FileRole
    media_type: str
    size_bytes: int
    sha256: Digest

    @classmethod
    def of(cls, file: StoredFile) -> "FileBody":
        return cls(
            id=file.id,
            path=file.path,
            role=file.role,
            media_type=file.media_type,
            size_bytes=file.size_bytes,
            sha256=file.sha256.hex,
        )


class RunErrorBody(msgspec.Struct, kw_only=True, frozen=True):
    """Why a run failed."""

    code: str
    detail: str


class RunBody(msgspec.Struct, kw_only=True, frozen=True):
    """An ingestion run with the files it was sent with."""

    id: UUID
    type: RunType
    label: str | None
    notes: str | None
    owner: str | None
    parent_run_id: UUID | None
    status: RunStatus
    error: RunErrorBody | None
    created_at: datetime
    updated_at: datetime
    files: list[FileBody]

    @classmethod
    def of(cls, result: RunWithFiles) -> "RunBody":
        run = result.run
        return cls(
            id=run.id,
            type=run.type,
            label=run.label,
            notes=run.notes,
            owner=run.owner,
            parent_run_id=run.parent_run_id,
            status=run.status,
            error=RunErrorBody(code=run.error.code, detail=run.error.detail) if run.error else None,
            created_at=run.created_at,
            updated_at=run.updated_at,
            files=[FileBody.of(file) for file in result.files],
        )


class RunPage(msgspec.Struct, kw_only=True, frozen=True):
    """A page of runs."""

    items: list[RunBody]
    next_cursor: Cursor

    @classmethod
    def of(cls, page: Page[RunWithFiles]) -> "RunPage":
        return cls(items=[RunBody.of(item) for item in page.items], next_cursor=page.next_cursor)


class FilePage(msgspec.Struct, kw_only=True, frozen=True):
    """A page of files."""

    items: list[FileBody]
    next_cursor: Cursor

    @classmethod
    def of(cls, page: Page[StoredFile]) -> "FilePage":
        return cls(items=[FileBody.of(item) for item in page.items], next_cursor=page.next_cursor)


class PartBody(msgspec.Struct, kw_only=True, frozen=True):
    """One part of Forebay."""

    status: Annotated[str, Meta(description="ok or failing")]
    detail: str


class HealthBody(msgspec.Struct, kw_only=True, frozen=True):
    """Each part of Forebay by name (db, storage, …)."""

    status: Annotated[str, Meta(description="ok or failing")]
    version: str
    parts: dict[str, PartBody]

    @classmethod
    def of(cls, report: HealthReport, version: str) -> "HealthBody":
        return cls(
            status=_word(report.ok),
            version=version,
            parts={part.name: PartBody(status=_word(part.ok), detail=part.detail) for part in report.parts},
        )


class AliveBody(msgspec.Struct, kw_only=True, frozen=True):
    """The process answers."""

    status: str = "ok"


def _word(ok: bool) -> str:
    return "ok" if ok else "failing"
