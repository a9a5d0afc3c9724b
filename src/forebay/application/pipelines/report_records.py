"""Reports as records of plain values: what a JSON file holds, or a program hands over."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

from forebay.application.pipelines.missing_pipelines import NamedPipeline
from forebay.application.pipelines.record_runs import AddressedReport
from forebay.domain.pipelines import payloads
from forebay.domain.pipelines.errors import InvalidReportError
from forebay.domain.pipelines.pipeline import Platform
from forebay.domain.pipelines.report import ReportedStatus, RunReport
from forebay.domain.pipelines.texts import parse_external_id, parse_name

ADDRESS = ("pipeline_id", "client", "platform", "external_id")
REPORT = (
    "external_run_id",
    "status",
    "started_at",
    "finished_at",
    "duration_seconds",
    "rows_processed",
    "error_message",
    "status_reason",
    "payload",
    "reported_at",
)
_KNOWN = frozenset((*ADDRESS, *REPORT))
_SHORT = 100


def read_record(record: object) -> AddressedReport:
    """A report with its pipeline: `pipeline_id`, or `client`, `platform` and `external_id`. What is None is not said.

    InvalidReportError, InvalidInputError name the field; one that is not known is no field of a report.
    """
    if not isinstance(record, Mapping):
        raise InvalidReportError(f"expected an object, got {_kind(record)}")
    for name in record:
        if name not in _KNOWN:
            raise InvalidReportError(
                f"not a field of a report; expected {', '.join((*ADDRESS, *REPORT))}", field=str(name)[:_SHORT]
            )
    return AddressedReport(_pipeline(record), read_report(record))


def read_report(record: Mapping[str, object]) -> RunReport:
    """The report alone. InvalidReportError, InvalidInputError name the field."""
    external_run_id = _text(record, "external_run_id")
    if external_run_id is None:
        raise InvalidReportError("missing; it says which run this is", field="external_run_id")
    return RunReport(
        external_run_id=external_run_id,
        status=_status(record.get("status")),
        started_at=_moment(record, "started_at"),
        finished_at=_moment(record, "finished_at"),
        duration_seconds=_number(record, "duration_seconds"),
        rows_processed=_count(record, "rows_processed"),
        error_message=_text(record, "error_message"),
        status_reason=_text(record, "status_reason"),
        payload=write_payload(record.get("payload")),
        reported_at=_moment(record, "reported_at"),
    )


def write_payload(value: object) -> str | None:
    """An object as canonical JSON: sorted keys, no spaces. None is no payload. InvalidReportError for anything else."""
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise InvalidReportError(f"expected an object, got {_kind(value)}", field="payload")
    return payloads.write_payload(dict(value))


def _pipeline(record: Mapping[str, object]) -> UUID | NamedPipeline:
    pipeline_id = record.get("pipeline_id")
    client, external_id = _text(record, "client"), _text(record, "external_id")
    if pipeline_id is not None:
        if client is not None or external_id is not None or record.get("platform") is not None:
            raise InvalidReportError(
                "given besides client, platform and external_id; take one way", field="pipeline_id"
            )
        return _id(pipeline_id)
    if client is None or external_id is None or record.get("platform") is None:
        missing = "client" if client is None else "external_id" if external_id is None else "platform"
        raise InvalidReportError(
            "missing; a report names pipeline_id, or client, platform and external_id", field=missing
        )
    name = parse_name(client, field="client")
    return NamedPipeline(name, _platform(record["platform"]), parse_external_id(external_id))


def _id(value: object) -> UUID:
    if isinstance(value, UUID):
        return value
    try:
        return UUID(value if isinstance(value, str) else "")
    except ValueError:
        raise InvalidReportError(f"expected a UUID, got {_shown(value)}", field="pipeline_id") from None


def _platform(value: object) -> Platform:
    try:
        return Platform(value if isinstance(value, str) else "")
    except ValueError:
        raise InvalidReportError(f"{_shown(value)}; expected one of {', '.join(Platform)}", field="platform") from None


def _status(value: object) -> ReportedStatus:
    try:
        return ReportedStatus(value if isinstance(value, str) else "")
    except ValueError:
        raise InvalidReportError(
            f"{_shown(value)}; expected one of {', '.join(ReportedStatus)}", field="status"
        ) from None


def _text(record: Mapping[str, object], name: str) -> str | None:
    value = record.get(name)
    if value is not None and not isinstance(value, str):
        raise InvalidReportError(f"expected a text, got {_kind(value)}", field=name)
    return value


def _moment(record: Mapping[str, object], name: str) -> datetime | None:
    """UTC where no zone is given."""
    value = record.get(name)
    if value is None:
        return None
    try:
        moment = (
            value if isinstance(value, datetime) else datetime.fromisoformat(value if isinstance(value, str) else "")
        )
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidReportError(
            f"expected a time such as 2026-01-31T12:00:00Z, got {_shown(value)}", field=name
        ) from None


def _number(record: Mapping[str, object], name: str) -> float | None:
    value = record.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidReportError(f"expected a number, got {_kind(value)}", field=name)
    try:
        return float(value)
    except OverflowError:
        raise InvalidReportError("far too large", field=name) from None


def _count(record: Mapping[str, object], name: str) -> int | None:
    value = record.get(name)
    if isinstance(value, bool) or not isinstance(value, int | None):
        raise InvalidReportError(f"expected a whole number, got {_kind(value)}", field=name)
    return value


def _shown(value: object) -> str:
    return repr(value)[:_SHORT]


def _kind(value: object) -> str:
    """As JSON calls it."""
    for kind, name in ((bool, "true or false"), (int | float, "a number"), (str, "a text"), (Mapping, "an object")):
        if isinstance(value, kind):
            return name
    return "null" if value is None else "a list" if isinstance(value, list | tuple) else type(value).__name__
