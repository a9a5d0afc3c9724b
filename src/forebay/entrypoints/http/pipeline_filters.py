"""What several lists of pipelines can be narrowed by."""

from typing import Annotated

from litestar.params import QueryParameter

from forebay.application.ports.pipelines import PipelineFilter
from forebay.domain.ids import parse_id
from forebay.domain.pipelines.pipeline import Environment, PipelineType, Platform
from forebay.domain.pipelines.texts import MAX_EXTERNAL_ID
from forebay.entrypoints.http.parameters import plain_text

IsActive = Annotated[bool | None, QueryParameter(description="Only those that are enabled, or disabled, themselves.")]
PipelineText = Annotated[
    str | None,
    QueryParameter(max_length=MAX_EXTERNAL_ID, description="Contained in name or external id, ignoring case."),
]


def pipeline_filter(
    *,
    client_id: str | None,
    platform: Platform | None,
    environment: Environment | None,
    pipeline_type: PipelineType | None,
    is_active: bool | None,
    text: str | None,
) -> PipelineFilter:
    """InvalidFieldError for an id that is none and a text that no database has."""
    return PipelineFilter(
        client_id=parse_id(client_id, field="client_id") if client_id is not None else None,
        platform=platform,
        environment=environment,
        pipeline_type=pipeline_type,
        is_active=is_active,
        text=plain_text(text, field="text") if text else None,
    )
