"""Artifacts."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from forebay.domain.paging import Page
from forebay.domain.processing.artifact import Artifact
from forebay.entrypoints.http.schemas.fields import Cursor, Digest


class ArtifactBody(msgspec.Struct, kw_only=True, frozen=True):
    """A file that a step made."""

    id: UUID
    job_id: UUID
    step_id: UUID
    kind: Annotated[str, Meta(description="What it is for, such as `manifest`.")]
    name: str
    media_type: str
    size_bytes: int
    sha256: Digest
    created_at: datetime
    content_url: Annotated[str, Meta(description="Where its bytes are, on this server.")]

    @classmethod
    def of(cls, artifact: Artifact) -> "ArtifactBody":
        return cls(
            id=artifact.id,
            job_id=artifact.job_id,
            step_id=artifact.step_id,
            kind=artifact.kind,
            name=artifact.name,
            media_type=artifact.media_type,
            size_bytes=artifact.size_bytes,
            sha256=artifact.sha256.hex,
            created_at=artifact.created_at,
            content_url=f"/v1/artifacts/{artifact.id}/content",
        )


class ArtifactPage(msgspec.Struct, kw_only=True, frozen=True):
    """A page of artifacts, in the order in which they were made."""

    items: list[ArtifactBody]
    next_cursor: Cursor

    @classmethod
    def of(cls, page: Page[Artifact]) -> "ArtifactPage":
        return cls(items=[ArtifactBody.of(item) for item in page.items], next_cursor=page.next_cursor)
