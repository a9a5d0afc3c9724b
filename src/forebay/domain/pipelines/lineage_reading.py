"""Events of OpenLineage, given as parsed JSON, and what they say. https://openlineage.io/spec/2-0-2/OpenLineage.json

Facets come from anybody: one that is not as the specification has it is passed over, and kept with its event.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from forebay.domain.pipelines.errors import InvalidReportError
from forebay.domain.pipelines.lineage_names import MAX_JOB_TEXT, JobName, fitting
from forebay.domain.pipelines.lineage_time import parse_event_time
from forebay.domain.pipelines.pipeline import PipelineType, Platform
from forebay.domain.pipelines.report import MAX_MESSAGE, MAX_ROWS, ReportedStatus, RunReport
from forebay.domain.pipelines.texts import MAX_EXTERNAL_ID

_MAX_EVENT_TYPE = 100
_STATUSES = {
    "START": ReportedStatus.RUNNING,
    "RUNNING": ReportedStatus.RUNNING,
    "COMPLETE": ReportedStatus.SUCCESS,
    "FAIL": ReportedStatus.FAILED,
    "ABORT": ReportedStatus.CANCELED,
}
_PLATFORMS = {"AIRFLOW": Platform.AIRFLOW, "DBT": Platform.DBT}
_PRODUCER = re.compile(r"(?:^|[^a-z])(airflow|dbt)(?:$|[^a-z])", re.IGNORECASE)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
Object = Mapping[str, object]


class LineageKind(StrEnum):
    """What an event is about."""

    RUN = "run"
    JOB = "job"
    DATASET = "dataset"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadEvent:
    """`document`: all of it, as canonical JSON (sorted keys, no spaces). `sha256`: of that, hexadecimal.

    `job`: None for events of datasets. `report`: None for those that change nothing about a run. `platform` and
    `pipeline_type`: of the job's pipeline, should it be new.
    """

    sha256: str
    document: str
    kind: LineageKind
    event_type: str | None
    event_time: datetime
    job: JobName | None
    external_run_id: str | None
    report: RunReport | None
    platform: Platform
    pipeline_type: PipelineType


def read_event(event: object) -> ReadEvent:
    """InvalidReportError names what is missing or wrong."""
    if not isinstance(event, dict):
        raise InvalidReportError("an event is a JSON object")
    kind = _kind(event)
    document = _canonical(event)
    event_time = parse_event_time(event.get("eventTime"))
    event_type = _event_type(event) if kind is LineageKind.RUN else None
    job = None if kind is LineageKind.DATASET else _job(event)
    run_id = _run_id(event) if kind is LineageKind.RUN else None
    status = _STATUSES.get(event_type or "")
    return ReadEvent(
        sha256=hashlib.sha256(document.encode()).hexdigest(),
        document=document,
        kind=kind,
        event_type=event_type,
        event_time=event_time,
        job=job,
        external_run_id=run_id,
        report=_report(event, run_id, status, event_time) if run_id and status else None,
        platform=_platform(event),
        pipeline_type=_pipeline_type(event),
    )


def _kind(event: Object) -> LineageKind:
    """By what it holds: older clients give no schemaURL, or one that says nothing."""
    for kind in LineageKind:
        if event.get(kind) is not None:
            return kind
    raise InvalidReportError("expected run and job, or job, or dataset", field="run")


def _event_type(event: Object) -> str | None:
    value = event.get("eventType")
    if value is None:
        return None
    if not isinstance(value, str):
        raise InvalidReportError(f"expected one of {', '.join(_STATUSES)}, OTHER", field="eventType")
    return fitting(value.strip().upper(), _MAX_EVENT_TYPE)


def _job(event: Object) -> JobName:
    return JobName(
        fitting(_text(event, "job", "namespace"), MAX_JOB_TEXT), fitting(_text(event, "job", "name"), MAX_JOB_TEXT)
    )


def _run_id(event: Object) -> str:
    run_id = _text(event, "run", "runId")
    return run_id.lower() if _UUID.fullmatch(run_id) else fitting(run_id, MAX_EXTERNAL_ID)


def _report(event: Object, run_id: str, status: ReportedStatus, event_time: datetime) -> RunReport:
    ends_badly = status in {ReportedStatus.FAILED, ReportedStatus.CANCELED}
    return RunReport(
        external_run_id=run_id,
        status=status,
        started_at=event_time if _event_type(event) == "START" else None,
        finished_at=event_time if status.is_final else None,
        rows_processed=_rows(event),
        error_message=_error(event) if ends_badly else None,
        reported_at=event_time,
    )


def _rows(event: Object) -> int | None:
    """All that was written, of the outputs that say so."""
    outputs = event.get("outputs")
    counts = [
        count
        for output in (outputs if isinstance(outputs, list) else ())
        if isinstance(count := _at(output, "outputFacets", "outputStatistics", "rowCount"), int)
        and not isinstance(count, bool)
        and count >= 0
    ]
    return min(sum(counts), MAX_ROWS) if counts else None


def _error(event: Object) -> str | None:
    facet = _at(event, "run", "facets", "errorMessage")
    message, trace = _at(facet, "message"), _at(facet, "stackTrace")
    said = [part.strip() for part in (message, trace) if isinstance(part, str) and part.strip()]
    if len(said) > 1 and said[0] in said[1]:
        del said[0]
    text = "\n\n".join(said).replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()
    if len(text) > MAX_MESSAGE:
        text = f"{text[: MAX_MESSAGE - 1]}\N{HORIZONTAL ELLIPSIS}"
    return text or None


def _platform(event: Object) -> Platform:
    integration = _at(event, "job", "facets", "jobType", "integration")
    if isinstance(integration, str) and integration.strip():
        return _PLATFORMS.get(integration.strip().upper(), Platform.CUSTOM)
    producer = event.get("producer")
    match = _PRODUCER.search(producer) if isinstance(producer, str) else None
    return Platform(match[1].lower()) if match else Platform.CUSTOM


def _pipeline_type(event: Object) -> PipelineType:
    job_type = _at(event, "job", "facets", "jobType", "jobType")
    tests = isinstance(job_type, str) and job_type.strip().upper() == "TEST"
    return PipelineType.QUALITY if tests else PipelineType.TRANSFORM


def _text(event: Object, *path: str) -> str:
    value = _at(event, *path)
    if not isinstance(value, str) or not value:
        raise InvalidReportError("expected a text that is not empty", field=".".join(path))
    return value


def _at(value: object, *path: str) -> object:
    """What lies there; None when there is nothing, or something else on the way."""
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def _canonical(event: Object) -> str:
    try:
        text = json.dumps(event, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    except RecursionError:
        raise InvalidReportError("it is nested too deeply") from None
    except (TypeError, ValueError) as error:
        raise InvalidReportError(f"it is not JSON: {error}") from None
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:  # halves of surrogate pairs, which only an escape can hold
            return json.dumps(event, sort_keys=True, separators=(",", ":"))
    return text
