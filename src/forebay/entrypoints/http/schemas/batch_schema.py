"""How OpenAPI describes a batch, which the handler reads itself."""

from typing import Any

from litestar.openapi.spec import OpenAPIFormat, OpenAPIType, Schema

from forebay.application.pipelines.record_runs import MAX_REPORTS
from forebay.domain.pipelines.pipeline import Platform
from forebay.domain.pipelines.report import MAX_MESSAGE, MAX_REASON, MAX_ROWS, MAX_SECONDS, ReportedStatus
from forebay.domain.pipelines.texts import MAX_EXTERNAL_ID, MAX_NAME

_EXAMPLE = {
    "client": "Acme",
    "platform": "airflow",
    "external_id": "nightly_load",
    "external_run_id": "scheduled__2026-11-21",
    "status": "success",
    "started_at": "2026-11-21T02:00:00Z",
    "finished_at": "2026-11-21T02:12:30Z",
    "rows_processed": 120000,
    "payload": {"owner": "data-team"},
}


def _or_null(kind: OpenAPIType, **more: Any) -> Schema:
    return Schema(type=[kind, OpenAPIType.NULL], **more)


_time = Schema(
    type=[OpenAPIType.STRING, OpenAPIType.NULL],
    format=OpenAPIFormat.DATE_TIME,
    description="UTC where no zone is given.",
)
_RECORD = Schema(
    type=OpenAPIType.OBJECT,
    description="A report, and whose run it is about: `pipeline_id`, or `client`, `platform` and `external_id`.",
    required=["external_run_id", "status"],
    additional_properties=False,
    properties={
        "pipeline_id": _or_null(OpenAPIType.STRING, format=OpenAPIFormat.UUID),
        "client": _or_null(OpenAPIType.STRING, max_length=MAX_NAME, description="Its name, ignoring case."),
        "platform": _or_null(OpenAPIType.STRING, enum=[*map(str, Platform), None]),
        "external_id": _or_null(
            OpenAPIType.STRING, max_length=MAX_EXTERNAL_ID, description="What the platform calls the pipeline."
        ),
        "external_run_id": Schema(
            type=OpenAPIType.STRING,
            min_length=1,
            max_length=MAX_EXTERNAL_ID,
            description="Which run it is, as its platform calls it.",
        ),
        "status": Schema(type=OpenAPIType.STRING, enum=list(map(str, ReportedStatus))),
        "started_at": _time,
        "finished_at": _time,
        "duration_seconds": _or_null(OpenAPIType.NUMBER, minimum=0, maximum=MAX_SECONDS),
        "rows_processed": _or_null(OpenAPIType.INTEGER, minimum=0, maximum=MAX_ROWS),
        "error_message": _or_null(OpenAPIType.STRING, max_length=MAX_MESSAGE),
        "status_reason": _or_null(OpenAPIType.STRING, max_length=MAX_REASON),
        "payload": _or_null(OpenAPIType.OBJECT, description="Any JSON object, given back as it is."),
        "reported_at": _time,
    },
    examples=[_EXAMPLE],
)
BATCH = Schema(type=OpenAPIType.ARRAY, items=_RECORD, max_items=MAX_REPORTS)
LINES = Schema(type=OpenAPIType.STRING, description="Records as in the array, each on a line of its own.")
