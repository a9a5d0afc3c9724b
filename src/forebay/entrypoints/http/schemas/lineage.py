"""What becomes of OpenLineage's events."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from forebay.application.pipelines.receive_lineage import LineageVerdict
from forebay.domain.errors import ForebayError
from forebay.domain.pipelines.lineage import LineageEvent
from forebay.entrypoints.http.schemas.fields import Digest

Kind = Literal["run", "job", "dataset"]


class LineageSummaryBody(msgspec.Struct, kw_only=True, frozen=True):
    """How many events came, and how many were kept."""

    received: int
    successful: Annotated[int, Meta(description="Kept, now or before.")]
    failed: int
    retriable: Annotated[int, Meta(description="Of those that failed: worth sending again.")]
    non_retriable: int


class FailedLineageEventBody(msgspec.Struct, kw_only=True, frozen=True):
    """An event that was not kept."""

    index: Annotated[int, Meta(description="Its place in the batch, from 0.")]
    reason: str
    retriable: bool


class LineageBatchBody(msgspec.Struct, kw_only=True, frozen=True):
    """A batch of which not all was kept. The others were."""

    status: Literal["partial_success", "failure"]
    summary: LineageSummaryBody
    failed_events: list[FailedLineageEventBody]

    @classmethod
    def of(cls, verdicts: Sequence[LineageVerdict]) -> "LineageBatchBody":
        failed = [
            FailedLineageEventBody(index=index, reason=_reason(one.error), retriable=one.may_be_repeated)
            for index, one in enumerate(verdicts)
            if one.error is not None
        ]
        again = sum(one.retriable for one in failed)
        return cls(
            status="partial_success" if len(failed) < len(verdicts) else "failure",
            summary=LineageSummaryBody(
                received=len(verdicts),
                successful=len(verdicts) - len(failed),
                failed=len(failed),
                retriable=again,
                non_retriable=len(failed) - again,
            ),
            failed_events=failed,
        )


class LineageEventBody(msgspec.Struct, kw_only=True, frozen=True):
    """An event as it came."""

    sha256: Digest
    kind: Kind
    event_type: str | None
    event_time: datetime | None
    received_at: datetime
    event: Annotated[dict[str, Any], Meta(description="All of it, unknown facets, too.")]


class LineageEventList(msgspec.Struct, kw_only=True, frozen=True):
    """Events of a run, by their time."""

    items: list[LineageEventBody]


class _StoredEvent(msgspec.Struct, kw_only=True, frozen=True):
    """LineageEventBody with the event as the JSON that is stored."""

    sha256: str
    kind: str
    event_type: str | None
    event_time: datetime | None
    received_at: datetime
    event: msgspec.Raw


def encode_events(events: Sequence[LineageEvent]) -> bytes:
    """A LineageEventList."""
    items = [
        _StoredEvent(
            sha256=event.sha256,
            kind=event.kind,
            event_type=event.event_type,
            event_time=event.event_time,
            received_at=event.received_at,
            event=msgspec.Raw(event.document.encode()),
        )
        for event in events
    ]
    return msgspec.json.encode({"items": items})


def _reason(error: ForebayError) -> str:
    return f"{error.field}: {error.message}" if error.field else error.message
