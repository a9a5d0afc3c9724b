"""From a record to a report."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forebay.adapters.partner_http.records import RecordReader
from forebay.adapters.partner_http.source_config import FIELDS, SourceConfig
from forebay.adapters.partner_http.statuses import STATUSES
from forebay.application.ports.run_source import SourceScope
from forebay.domain.errors import InvalidInputError
from forebay.domain.pipelines.pipeline import Platform
from forebay.domain.pipelines.report import MAX_MESSAGE, ReportedStatus, RunReport

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


def report_of(record: object, **config: Any) -> RunReport:
    scope = SourceScope(client=None, platform=Platform.VENDOR_API)
    return RecordReader(SourceConfig(name="acme", url="http://x", scope=scope, **config)).report(record)


def test_a_full_record_says_everything() -> None:
    record = {
        "run_id": "r1",
        "status": "Succeeded",
        "started_at": "2026-01-31T12:00:00Z",
        "ended_at": "2026-01-31T13:30:00+01:00",
        "duration_seconds": 1800.5,
        "rows_processed": 12,
        "error_message": "none to speak of",
        "status_reason": "done",
        "payload": {"b": [1, None], "a": "ü"},
        "updated_at": "2026-01-31T12:31:00Z",
        "something": "else",
    }
    assert report_of(record) == RunReport(
        external_run_id="r1",
        status=ReportedStatus.SUCCESS,
        started_at=NOON,
        finished_at=NOON.replace(minute=30),
        duration_seconds=1800.5,
        rows_processed=12,
        error_message="none to speak of",
        status_reason="done",
        payload='{"a":"ü","b":[1,null]}',
        reported_at=NOON.replace(minute=31),
    )


def test_what_is_null_or_empty_is_not_said() -> None:
    record = {"external_run_id": None, "run_id": "", "id": 7, "status": "success", "finished_at": None, "ended_at": ""}
    report = report_of(record)
    assert report.external_run_id == "7"
    assert report.finished_at is None


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("queued", "running"),
        ("pending", "running"),
        ("In Progress", "running"),
        ("in-progress", "running"),
        ("RUNNING", "running"),
        ("succeeded", "success"),
        (" completed ", "success"),
        ("failure", "failed"),
        ("error", "failed"),
        ("errored", "failed"),
        ("cancelled", "canceled"),
        ("aborted", "canceled"),
        ("skipped", "skipped"),
    ],
)
def test_the_words_for_statuses_that_everybody_knows(word: str, status: str) -> None:
    report = report_of({"id": "r", "status": word})
    assert (report.status, report.status_reason) == (status, None)


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({}, "the source gave no status"),
        ({"status": None}, "the source gave no status"),
        ({"status": "weird"}, 'the source gave an unknown status, "weird"'),
        ({"status": 4}, "the source gave an unknown status, 4"),
        ({"status": {"is": "odd"}}, 'the source gave an unknown status, {"is": "odd"}'),
        ({"status": "weird", "status_reason": "so"}, 'the source gave an unknown status, "weird": so'),
    ],
)
def test_a_status_that_is_none_is_a_failure_that_says_what_came(record: dict[str, object], reason: str) -> None:
    report = report_of({"id": "r", **record})
    assert (report.status, report.status_reason) == (ReportedStatus.FAILED, reason)


def test_a_source_has_words_of_its_own() -> None:
    words = {**STATUSES, "warm": ReportedStatus.RUNNING, "completed": ReportedStatus.SKIPPED}
    assert report_of({"id": "r", "status": "Warm"}, statuses=words).status is ReportedStatus.RUNNING
    assert report_of({"id": "r", "status": "completed"}, statuses=words).status is ReportedStatus.SKIPPED


def test_a_source_has_names_of_its_own() -> None:
    fields = {**FIELDS, "status": ("state.name",), "started_at": ("times.begun", "begun"), "rows_processed": ("a.b",)}
    record = {"id": "r", "state": {"name": "success"}, "begun": "2026-01-31", "a.b": 3, "status": "failed"}
    report = report_of(record, fields=fields)
    assert report.status is ReportedStatus.SUCCESS
    assert report.started_at == datetime(2026, 1, 31, tzinfo=UTC)
    assert report.rows_processed == 3


@pytest.mark.parametrize(
    "value",
    [
        "2026-01-31T12:00:00Z",
        "2026-01-31T12:00:00",
        "2026-01-31 12:00:00",
        "2026-01-31T14:00:00+02:00",
        "2026-01-31T12:00:00.000000000Z",
        " 20260131T120000Z ",
        NOON.timestamp(),
        int(NOON.timestamp()),
        int(NOON.timestamp() * 1000),
    ],
)
def test_ways_to_say_noon(value: object) -> None:
    assert report_of({"id": "r", "status": "running", "started_at": value}).started_at == NOON


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", True),
        ("id", 1.5),
        ("id", ["x"]),
        ("id", "x" * 501),
        ("id", "a\nb"),
        ("started_at", "noon"),
        ("started_at", True),
        ("started_at", 1e300),
        ("started_at", float("nan")),
        ("started_at", 10**400),
        ("started_at", {}),
        ("started_at", "0001-01-01T00:00:00+10:00"),
        ("duration_seconds", "long"),
        ("duration_seconds", -1),
        ("duration_seconds", False),
        ("duration_seconds", float("inf")),
        ("duration_seconds", 10**400),
        ("rows_processed", 1.5),
        ("rows_processed", "9" * 100),
        ("rows_processed", -1),
        ("rows_processed", "²"),
        ("rows_processed", True),
        ("payload", {"x": float("nan")}),
        ("payload", "x" * 300_000),
        ("updated_at", "x"),
    ],
)
def test_what_cannot_be_meant_is_rejected(field: str, value: object) -> None:
    with pytest.raises(InvalidInputError) as caught:
        report_of({"id": "r", "status": "success", field: value})
    assert len(caught.value.message) < 300


def test_texts_that_are_numbers_count_as_these() -> None:
    report = report_of({"id": "r", "status": "success", "duration_seconds": "1.5", "rows_processed": " 12 "})
    assert (report.duration_seconds, report.rows_processed) == (1.5, 12)
    assert report_of({"id": "r", "status": "success", "rows_processed": 3.0}).rows_processed == 3


def test_a_payload_is_an_object() -> None:
    assert report_of({"id": "r", "status": "failed", "payload": [1]}).payload == '{"payload":[1]}'


def test_a_message_is_cut_and_cleaned_rather_than_lost() -> None:
    report = report_of({"id": "r", "status": "failed", "error_message": "\0\ud800" + "x" * MAX_MESSAGE})
    assert report.error_message is not None
    assert report.error_message.startswith("\\x00\\ud800x")
    assert len(report.error_message) == MAX_MESSAGE
    assert report_of({"id": "r", "status": "failed", "error_message": {"code": 5}}).error_message == '{"code": 5}'


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.text(st.characters(categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
NAMES = sorted({name for names in FIELDS.values() for name in names})


@given(st.dictionaries(st.sampled_from(NAMES), JSON))
def test_whatever_comes_is_a_report_or_rejected(record: dict[str, object]) -> None:
    try:
        report = report_of(record)
    except InvalidInputError:
        return
    assert report.external_run_id
