"""Models."""

from datetime import datetime
from uuid import UUID

import msgspec

from forebay.domain.paging import Page
from forebay.domain.processing.model import Model
from forebay.entrypoints.http.schemas.fields import Cursor
from forebay.entrypoints.http.schemas.jobs import Json


class ModelBody(msgspec.Struct, kw_only=True, frozen=True):
    """A program or trained model, in one version, that some step has used."""

    id: UUID
    name: str
    kind: str
    version: str
    parameters: Json
    created_at: datetime

    @classmethod
    def of(cls, model: Model) -> "ModelBody":
        return cls(
            id=model.id,
            name=model.name,
            kind=model.kind,
            version=model.version,
            parameters=dict(model.parameters),
            created_at=model.created_at,
        )


class ModelPage(msgspec.Struct, kw_only=True, frozen=True):
    """A page of models, in the order of their first use."""

    items: list[ModelBody]
    next_cursor: Cursor

    @classmethod
    def of(cls, page: Page[Model]) -> "ModelPage":
        return cls(items=[ModelBody.of(item) for item in page.items], next_cursor=page.next_cursor)
