"""Parameters that several operations have."""

from datetime import UTC, datetime
from typing import Annotated

from litestar.params import HeaderParameter, PathParameter, QueryParameter

from forebay.domain.intake.errors import InvalidFieldError
from forebay.domain.paging import MAX_LIMIT, SortOrder

_UUID = {"format": "uuid"}

RunId = Annotated[str, PathParameter(description="The run's id", schema_extra=_UUID)]
FileId = Annotated[str, PathParameter(description="The file's id", schema_extra=_UUID)]
JobId = Annotated[str, PathParameter(description="The job's id", schema_extra=_UUID)]
ArtifactId = Annotated[str, PathParameter(description="The artifact's id", schema_extra=_UUID)]
DocumentId = Annotated[str, PathParameter(description="The document's id", schema_extra=_UUID)]
CategoryId = Annotated[str, PathParameter(description="The category's id", schema_extra=_UUID)]
ClientId = Annotated[str, PathParameter(description="The client's id", schema_extra=_UUID)]
PipelineId = Annotated[str, PathParameter(description="The pipeline's id", schema_extra=_UUID)]
PipelineRunId = Annotated[str, PathParameter(description="The run's id", schema_extra=_UUID)]
OfClient = Annotated[str | None, QueryParameter(description="Of one client only, by id.", schema_extra=_UUID)]
OfPipeline = Annotated[str | None, QueryParameter(description="Of one pipeline only, by id.", schema_extra=_UUID)]
Since = Annotated[datetime | None, QueryParameter(description="Inclusive; UTC where no zone is given.")]
Until = Annotated[datetime | None, QueryParameter(description="Exclusive; UTC where no zone is given.")]
Limit = Annotated[int, QueryParameter(ge=1, le=MAX_LIMIT, description="How many items at most.")]
CursorParameter = Annotated[str | None, QueryParameter(max_length=200, description="`next_cursor` of the page before.")]
CreatedAfter = Annotated[datetime | None, QueryParameter(description="Inclusive; UTC where no zone is given.")]
CreatedBefore = Annotated[datetime | None, QueryParameter(description="Exclusive; UTC where no zone is given.")]
Order = Annotated[SortOrder, QueryParameter(description="desc: newest first.")]
Range = Annotated[str | None, HeaderParameter(name="Range", description="`bytes=first-last`")]
IfRange = Annotated[str | None, HeaderParameter(name="If-Range")]
IfNoneMatch = Annotated[str | None, HeaderParameter(name="If-None-Match")]


def utc(value: datetime | None, *, field: str) -> datetime | None:
    if value is None:
        return None
    try:
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError:
        raise InvalidFieldError("expected a time that lies in the years 1 to 9999 in UTC", field=field) from None


def plain_text(value: str, *, field: str) -> str:
    """No database keeps a NUL, so nothing has one."""
    if "\0" in value:
        raise InvalidFieldError("expected text without NUL characters", field=field)
    return value
