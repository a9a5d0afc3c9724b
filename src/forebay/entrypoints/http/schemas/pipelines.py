"""Pipelines and what is expected of them."""

from datetime import datetime, timedelta
from typing import Annotated, TypeVar
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from forebay.application.pipelines.manage_pipelines import ChangePipelineCommand, PipelineDraft
from forebay.domain.paging import Page
from forebay.domain.pipelines.pipeline import (
    LONGEST,
    Environment,
    Pipeline,
    PipelineType,
    Platform,
    Schedule,
)
from forebay.domain.pipelines.texts import MAX_EXTERNAL_ID, MAX_NAME
from forebay.entrypoints.http.schemas.clients import Name, Revision
from forebay.entrypoints.http.schemas.fields import Cursor

T = TypeVar("T")
_MOST_SECONDS = int(LONGEST.total_seconds())
_ExternalId = Annotated[str, Meta(min_length=1, max_length=MAX_EXTERNAL_ID)]
_EXPECT = "A run must start in any such time; null: nothing is expected."
_START = "How much later than that is not late yet."
_FINISH = "How long a run may go on before it counts as stuck; null: for ever."


class PipelineBody(msgspec.Struct, kw_only=True, frozen=True):
    """Something that runs elsewhere, again and again, and reports it."""

    id: UUID
    client_id: UUID
    name: str
    platform: Platform
    external_id: Annotated[str | None, Meta(description="What its platform calls it.")]
    pipeline_type: PipelineType
    environment: Environment
    is_active: Annotated[bool, Meta(description="False: it is left out of summaries and alerts.")]
    expect_every_seconds: Annotated[int | None, Meta(description=_EXPECT)]
    start_grace_seconds: Annotated[int, Meta(description=_START)]
    finish_grace_seconds: Annotated[int | None, Meta(description=_FINISH)]
    enabled_at: Annotated[datetime, Meta(description="No run is missed from before then.")]
    revision: Revision
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, pipeline: Pipeline) -> "PipelineBody":
        schedule = pipeline.schedule
        return cls(
            id=pipeline.id,
            client_id=pipeline.client_id,
            name=pipeline.name,
            platform=pipeline.platform,
            external_id=pipeline.external_id,
            pipeline_type=pipeline.pipeline_type,
            environment=pipeline.environment,
            is_active=pipeline.is_active,
            expect_every_seconds=_whole(schedule.expect_every),
            start_grace_seconds=int(schedule.start_grace.total_seconds()),
            finish_grace_seconds=_whole(schedule.finish_grace),
            enabled_at=pipeline.enabled_at,
            revision=pipeline.revision,
            created_at=pipeline.created_at,
            updated_at=pipeline.updated_at,
        )


class PipelinePage(msgspec.Struct, kw_only=True, frozen=True):
    """A page of pipelines."""

    items: list[PipelineBody]
    next_cursor: Cursor

    @classmethod
    def of(cls, page: Page[Pipeline]) -> "PipelinePage":
        return cls(items=[PipelineBody.of(item) for item in page.items], next_cursor=page.next_cursor)


class NewPipelineOfClientBody(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """A pipeline to be."""

    name: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=MAX_NAME,
            description="Unique among those of its client, ignoring case.",
            examples=["Nightly load"],
        ),
    ]
    platform: Platform = Platform.CUSTOM
    external_id: (
        Annotated[
            str,
            Meta(
                min_length=1,
                max_length=MAX_EXTERNAL_ID,
                description="What its platform calls it; unique for client and platform. Batches may name it so.",
                examples=["nightly_load"],
            ),
        ]
        | None
    ) = None
    pipeline_type: PipelineType = PipelineType.INGESTION
    environment: Environment = Environment.PROD
    is_active: bool = True
    expect_every_seconds: Annotated[int, Meta(ge=1, le=_MOST_SECONDS, description=_EXPECT, examples=[86400])] | None = (
        None
    )
    start_grace_seconds: Annotated[int, Meta(ge=0, le=_MOST_SECONDS, description=_START, examples=[3600])] = 0
    finish_grace_seconds: Annotated[int, Meta(ge=1, le=_MOST_SECONDS, description=_FINISH, examples=[7200])] | None = (
        None
    )

    def draft(self, client_id: UUID) -> PipelineDraft:
        schedule = Schedule(
            expect_every=_time(self.expect_every_seconds),
            start_grace=timedelta(seconds=self.start_grace_seconds),
            finish_grace=_time(self.finish_grace_seconds),
        )
        return PipelineDraft(
            client_id=client_id,
            name=self.name,
            platform=self.platform,
            external_id=self.external_id,
            pipeline_type=self.pipeline_type,
            environment=self.environment,
            is_active=self.is_active,
            schedule=schedule,
        )


class NewPipelineBody(NewPipelineOfClientBody, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """A pipeline to be, and whose it is."""

    client_id: Annotated[str, Meta(description="The client's id, a UUID.", extra_json_schema={"format": "uuid"})]


class ChangePipelineBody(msgspec.Struct, kw_only=True, frozen=True, forbid_unknown_fields=True):
    """What is left out stays; null takes it away, and a start grace of null is 0."""

    name: Name | UnsetType = UNSET
    platform: Platform | UnsetType = UNSET
    external_id: _ExternalId | UnsetType | None = UNSET
    pipeline_type: PipelineType | UnsetType = UNSET
    environment: Environment | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET
    expect_every_seconds: Annotated[int, Meta(ge=1, le=_MOST_SECONDS, description=_EXPECT)] | UnsetType | None = UNSET
    start_grace_seconds: Annotated[int, Meta(ge=0, le=_MOST_SECONDS, description=_START)] | UnsetType | None = UNSET
    finish_grace_seconds: Annotated[int, Meta(ge=1, le=_MOST_SECONDS, description=_FINISH)] | UnsetType | None = UNSET

    def command(self, pipeline_id: UUID) -> ChangePipelineCommand:
        return ChangePipelineCommand(
            pipeline_id=pipeline_id,
            name=_said(self.name),
            platform=_said(self.platform),
            external_id="" if self.external_id is None else _said(self.external_id),
            pipeline_type=_said(self.pipeline_type),
            environment=_said(self.environment),
            is_active=_said(self.is_active),
            expect_every=_change(self.expect_every_seconds),
            start_grace=_change(self.start_grace_seconds),
            finish_grace=_change(self.finish_grace_seconds),
        )


def _said(value: T | UnsetType) -> T | None:
    return None if value is UNSET else value


def _change(seconds: int | UnsetType | None) -> timedelta | None:
    """As a command has it: zero takes it away, None leaves it."""
    return None if seconds is UNSET else timedelta(seconds=seconds or 0)


def _time(seconds: int | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)


def _whole(time: timedelta | None) -> int | None:
    return None if time is None else int(time.total_seconds())
