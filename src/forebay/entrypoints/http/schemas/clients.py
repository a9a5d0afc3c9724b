"""Clients."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from forebay.domain.paging import Page
from forebay.domain.pipelines.client import Client
from forebay.domain.pipelines.texts import MAX_NAME
from forebay.entrypoints.http.schemas.fields import Cursor

Name = Annotated[str, Meta(min_length=1, max_length=MAX_NAME)]
Revision = Annotated[int, Meta(description="1, and one more with each change; the ETag is it in quotes.")]


class ClientBody(msgspec.Struct, kw_only=True, frozen=True):
    """Whose pipelines they are."""

    id: UUID
    name: str
    is_active: Annotated[bool, Meta(description="False: its pipelines are left out of summaries and alerts.")]
    revision: Revision
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, client: Client) -> "ClientBody":
        return cls(
            id=client.id,
            name=client.name,
            is_active=client.is_active,
            revision=client.revision,
            created_at=client.created_at,
            updated_at=client.updated_at,
        )


class ClientPage(msgspec.Struct, kw_only=True, frozen=True):
    """A page of clients."""

    items: list[ClientBody]
    next_cursor: Cursor

    @classmethod
    def of(cls, page: Page[Client]) -> "ClientPage":
        return cls(items=[ClientBody.of(item) for item in page.items], next_cursor=page.next_cursor)


class NewClientBody(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """A client to be."""

    name: Annotated[
        str, Meta(min_length=1, max_length=MAX_NAME, description="Unique, ignoring case.", examples=["Acme"])
    ]
    is_active: bool = True


class ChangeClientBody(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """What is left out stays."""

    name: Name | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET
