"""From a record, as a partner has it, to a report."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from forebay.adapters.partner_http.answers import kind_of
from forebay.adapters.partner_http.source_config import SourceConfig
from forebay.adapters.partner_http.statuses import folded_status
from forebay.domain.pipelines.errors import InvalidReportError
from forebay.domain.pipelines.payloads import write_payload
from forebay.domain.pipelines.report import MAX_MESSAGE, MAX_REASON, ReportedStatus, RunReport

_MILLISECONDS_FROM = 1e11  # in seconds the year 5138, in milliseconds 1973
_SHORT = 100
_LONGEST_NUMBER = 40  # characters


class RecordReader:
    """Makes reports of records of one source. What is null or an empty text is not said."""

    def __init__(self, config: SourceConfig) -> None:
        self._fields = config.fields
        self._statuses = config.statuses

    def report(self, record: object) -> RunReport:
        """InvalidReportError or InvalidInputError for a record that is none; `field` is what the report calls it."""
        if not isinstance(record, dict):
            raise InvalidReportError(f"the record is {kind_of(record)} instead of an object")
        try:
            return self._report(record)
        except RecursionError:
            raise InvalidReportError("the record is nested too deeply") from None

    def _report(self, record: Mapping[str, object]) -> RunReport:
        said = {name: _said(record, names) for name, names in self._fields.items()}
        status, doubt = self._status(said.get("status"))
        reason = _text(said.get("status_reason"), MAX_REASON)
        return RunReport(
            external_run_id=_identifier(said.get("external_run_id")),
            status=status,
            started_at=_moment(said.get("started_at"), "started_at"),
            finished_at=_moment(said.get("finished_at"), "finished_at"),
            duration_seconds=_seconds(said.get("duration_seconds")),
            rows_processed=_rows(said.get("rows_processed")),
            error_message=_text(said.get("error_message"), MAX_MESSAGE),
            status_reason=_cut(": ".join(part for part in (doubt, reason) if part), MAX_REASON) or None,
            payload=_payload(said.get("payload")),
            reported_at=_moment(said.get("reported_at"), "reported_at"),
        )

    def _status(self, word: object) -> tuple[ReportedStatus, str]:
        """The status, and why it is one that nobody said."""
        if word is None:
            return ReportedStatus.FAILED, "the source gave no status"
        known = self._statuses.get(folded_status(word)) if isinstance(word, str) else None
        if known is not None:
            return known, ""
        return ReportedStatus.FAILED, f"the source gave an unknown status, {_shown(word)}"


def _said(record: Mapping[str, object], names: Sequence[str]) -> object:
    """What the first of the names says. `run.state` is the field of that name, else `state` within `run`."""
    for name in names:
        found: object = record.get(name)
        if found is None and "." in name:
            found = record
            for part in name.split("."):
                found = found.get(part) if isinstance(found, dict) else None
        if found is not None and found != "":
            return found
    return None


def _identifier(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise InvalidReportError(f"expected a text or a whole number, got {kind_of(value)}", field="external_run_id")
    return value


def _moment(value: object, field: str) -> datetime | None:
    """ISO 8601, or seconds or milliseconds since 1970. Without a time zone: UTC."""
    if value is None:
        return None
    try:
        if isinstance(value, str):
            moment = datetime.fromisoformat(value.strip())
            return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
        if isinstance(value, int | float) and not isinstance(value, bool):
            seconds = value / 1000 if abs(value) >= _MILLISECONDS_FROM else value
            return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        pass
    raise InvalidReportError(
        f"expected a time such as 2026-01-31T12:00:00Z, or seconds since 1970, got {_shown(value)}", field=field
    )


def _seconds(value: object) -> float | None:
    if value is None:
        return None
    try:
        if isinstance(value, int | float | str) and not isinstance(value, bool):
            return float(value)
    except (ValueError, OverflowError):
        pass
    raise InvalidReportError(f"expected a number, got {_shown(value)}", field="duration_seconds")


def _rows(value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and len(value) <= _LONGEST_NUMBER and value.strip().isdecimal():
        return int(value)
    raise InvalidReportError(f"expected a whole number, got {_shown(value)}", field="rows_processed")


def _text(value: object, limit: int) -> str | None:
    """Anything that is no text, as JSON. What no database keeps is shown as `\\x00` or `\\ud800`; long ones are cut."""
    if value is None:
        return None
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return _cut(text.replace("\0", "\\x00").encode(errors="backslashreplace").decode(), limit)


def _payload(value: object) -> str | None:
    """An object; anything else becomes the field of one."""
    if value is None:
        return None
    if not isinstance(value, dict):
        value = {"payload": value}
    return write_payload(value)


def _shown(value: object) -> str:
    """A value of theirs within a sentence of ours."""
    return _cut(json.dumps(value), _SHORT)


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
