"""What callers give about pipelines, checked by the same rules as the HTTP API."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Required, TypedDict, TypeVar
from uuid import UUID

from forebay.application.pipelines.show_figures import FiguresQuery
from forebay.application.ports.pipelines import ClientFilter, Extent, PipelineFilter, PipelineRunFilter
from forebay.domain.intake.errors import InvalidFieldError
from forebay.domain.pipelines.health import Health
from forebay.domain.pipelines.pipeline import Environment, PipelineType, Platform
from forebay.domain.pipelines.report import ReportedStatus
from forebay.entrypoints.library.fields import check_names, parse_id, parse_text, utc

S = TypeVar("S", bound=StrEnum)


class ClientWhere(TypedDict, total=False):
    """Which clients: all that is given must hold. `text`: contained in the name, ignoring case."""

    text: str | None
    is_active: bool | None


class PipelineWhere(TypedDict, total=False):
    """Which pipelines: all that is given must hold. `text`: contained in name or external id, ignoring case."""

    client_id: UUID | str | None
    platform: Platform | str | None
    environment: Environment | str | None
    pipeline_type: PipelineType | str | None
    is_active: bool | None
    text: str | None


class PipelineRunWhere(TypedDict, total=False):
    """Which runs of a pipeline: all that is given must hold. `since` is inclusive, `until` is not.

    They go by effective_at; UTC where they have no zone.
    """

    status: ReportedStatus | str | None
    since: datetime | None
    until: datetime | None


class FiguresWhere(TypedDict, total=False):
    """Runs of one pipeline, of one client's enabled pipelines, or of all that are enabled; in the last 30 days

    unless said. `since` is inclusive, `until` is not; UTC where they have no zone.
    """

    client_id: UUID | str | None
    pipeline_id: UUID | str | None
    since: datetime | None
    until: datetime | None


class PipelineChange(TypedDict, total=False):
    """What is None stays. `external_id`: "" takes it away; `expect_every`, `finish_grace`: zero does.

    `revision`: the one that the change is of, as it was read; None: any.
    """

    name: str | None
    platform: Platform | str | None
    external_id: str | None
    pipeline_type: PipelineType | str | None
    environment: Environment | str | None
    is_active: bool | None
    expect_every: timedelta | None
    start_grace: timedelta | None
    finish_grace: timedelta | None
    revision: int | None


class NewPipeline(TypedDict, total=False):
    """The keyword arguments of create_pipeline()."""

    platform: Platform | str
    external_id: str | None
    pipeline_type: PipelineType | str
    environment: Environment | str
    is_active: bool
    expect_every: timedelta | None
    start_grace: timedelta
    finish_grace: timedelta | None


class RunReport(TypedDict, total=False):
    """What a report says of a run. Times as datetime or ISO 8601, UTC where they have no zone.

    What is left out or None is not said, and stays as it is known. `payload`: an object of plain values.
    `reported_at`: when the reporter knew it; of two reports of a run the one of the later time counts.
    """

    external_run_id: str | None
    status: Required[ReportedStatus | str]
    started_at: datetime | str | None
    finished_at: datetime | str | None
    duration_seconds: float | None
    rows_processed: int | None
    error_message: str | None
    status_reason: str | None
    payload: dict[str, object] | None
    reported_at: datetime | str | None


class RunRecord(RunReport, total=False):
    """A report with its pipeline: `pipeline_id`, or `client` (its name), `platform` and `external_id`.

    `external_run_id` is needed here.
    """

    pipeline_id: UUID | str | None
    client: str | None
    platform: Platform | str | None
    external_id: str | None


def client_filter(where: ClientWhere) -> ClientFilter:
    """TypeError for a name that is none of ClientWhere's, as for any unknown keyword argument."""
    check_names(where, ClientWhere.__annotations__)
    return ClientFilter(text=_text(where.get("text")), is_active=where.get("is_active"))


def pipeline_filter(where: PipelineWhere) -> PipelineFilter:
    """TypeError for a name that is none of PipelineWhere's, as for any unknown keyword argument."""
    check_names(where, PipelineWhere.__annotations__)
    return PipelineFilter(
        client_id=_id(where.get("client_id"), "client_id"),
        platform=one_of(Platform, where.get("platform"), field="platform"),
        environment=one_of(Environment, where.get("environment"), field="environment"),
        pipeline_type=one_of(PipelineType, where.get("pipeline_type"), field="pipeline_type"),
        is_active=where.get("is_active"),
        text=_text(where.get("text")),
    )


def pipeline_run_filter(where: PipelineRunWhere) -> PipelineRunFilter:
    """TypeError for a name that is none of PipelineRunWhere's, as for any unknown keyword argument."""
    check_names(where, PipelineRunWhere.__annotations__)
    return PipelineRunFilter(
        status=one_of(ReportedStatus, where.get("status"), field="status"),
        since=utc(where.get("since")),
        until=utc(where.get("until")),
    )


def figures_query(where: FiguresWhere) -> FiguresQuery:
    """TypeError for a name that is none of FiguresWhere's, as for any unknown keyword argument."""
    check_names(where, FiguresWhere.__annotations__)
    if where.get("client_id") is not None and where.get("pipeline_id") is not None:
        raise InvalidFieldError("a pipeline has one client; give client_id or pipeline_id", field="pipeline_id")
    extent = Extent(
        client_id=_id(where.get("client_id"), "client_id"), pipeline_id=_id(where.get("pipeline_id"), "pipeline_id")
    )
    return FiguresQuery(extent=extent, since=utc(where.get("since")), until=utc(where.get("until")))


def parse_health(value: Iterable[Health | str] | Health | str | None) -> frozenset[Health]:
    """One or several; none: whatever it is."""
    if value is None:
        return frozenset()
    words = [value] if isinstance(value, str) else value
    return frozenset(found for word in words if (found := one_of(Health, word, field="health")) is not None)


def one_of(kind: type[S], value: str | None, *, field: str) -> S | None:
    """InvalidFieldError names those that there are."""
    if value is None:
        return None
    try:
        return kind(value)
    except ValueError:
        raise InvalidFieldError(
            f"{value[:100]!r} is not known; expected one of {', '.join(kind)}", field=field
        ) from None


def _id(value: UUID | str | None, field: str) -> UUID | None:
    return None if value is None else parse_id(value, field=field)


def _text(value: str | None) -> str | None:
    return parse_text(value, field="text") or None if value is not None else None
