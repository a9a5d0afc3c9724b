"""Events."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from forebay.domain.paging import Page
from forebay.domain.processing.event import Event, EventLevel
from forebay.entrypoints.http.schemas.jobs import Json


class EventBody(msgspec.Struct, kw_only=True, frozen=True):
    """Something that happened to a run or a job. Positions rise over all of them."""

    position: int
    at: datetime
    code: Annotated[str, Meta(description="Stable; a processor may have codes of its own.")]
    level: EventLevel
    message: str
    run_id: Annotated[
        UUID | None, Meta(description="Stays even when the run is gone; null for events of a job without one.")
    ]
    job_id: UUID | None
    step_id: UUID | None
    payload: Json

    @classmethod
    def of(cls, event: Event) -> "EventBody":
        return cls(
            position=event.position,
            at=event.at,
            code=str(event.code),
            level=event.level,
            message=event.message,
            run_id=event.run_id,
            job_id=event.job_id,
            step_id=event.step_id,
            payload=dict(event.payload),
        )


class EventPage(msgspec.Struct, kw_only=True, frozen=True):
    """A page of events, in the order in which they happened."""

    items: list[EventBody]
    next_cursor: Annotated[
        str | None,
        Meta(
            description="Pass as `after` for the next page; null on the last one, behind whose last position more "
            "events may follow."
        ),
    ]

    @classmethod
    def of(cls, page: Page[Event]) -> "EventPage":
        return cls(items=[EventBody.of(item) for item in page.items], next_cursor=page.next_cursor)
