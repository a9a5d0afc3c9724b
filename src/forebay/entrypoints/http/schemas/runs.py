"""Runs."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from forebay.application.intake.results import RunWithFiles
from forebay.domain.intake.run import RunStatus, RunType
from forebay.domain.paging import Page
from forebay.entrypoints.http.schemas.fields import Cursor
from forebay.entrypoints.http.schemas.files import FileBody


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
    documents: Annotated[bool, Meta(description="Of an archive: what is inside becomes documents too.")]
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
            documents=run.documents,
            status=run.status,
            error=RunErrorBody(code=run.error.code, detail=run.error.detail) if run.error else None,
            created_at=run.created_at,
            updated_at=run.updated_at,
            files=[FileBody.of_upload(file) for file in result.files],
        )


class RunPage(msgspec.Struct, kw_only=True, frozen=True):
    """A page of runs."""

    items: list[RunBody]
    next_cursor: Cursor

    @classmethod
    def of(cls, page: Page[RunWithFiles]) -> "RunPage":
        return cls(items=[RunBody.of(item) for item in page.items], next_cursor=page.next_cursor)
