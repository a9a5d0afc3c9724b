"""What was learned from corrections."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from forebay.domain.documents.learned import LearnedModel
from forebay.entrypoints.http.schemas.fields import Cursor, Digest


class LearnedModelBody(msgspec.Struct, kw_only=True, frozen=True):
    """One version of what the local classifier learned."""

    version: Annotated[int, Meta(ge=1, description="From 1 on; the highest is in use.")]
    model_id: Annotated[UUID, Meta(description="Its entry in /v1/models.")]
    sha256: Digest
    size_bytes: int
    correction_count: int
    category_count: int
    created_at: datetime

    @classmethod
    def of(cls, model: LearnedModel) -> "LearnedModelBody":
        return cls(
            version=model.version,
            model_id=model.model_id,
            sha256=model.sha256.hex,
            size_bytes=model.size_bytes,
            correction_count=model.correction_count,
            category_count=model.category_count,
            created_at=model.created_at,
        )


class LearnedModelPage(msgspec.Struct, kw_only=True, frozen=True):
    """The newest versions, newest first; at most 100, on one page."""

    items: list[LearnedModelBody]
    next_cursor: Cursor = None
