"""Reports as records of plain values."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from forebay.application.pipelines.missing_pipelines import NamedPipeline
from forebay.application.pipelines.report_records import read_record
from forebay.domain.errors import InvalidInputError
from forebay.domain.pipelines.pipeline import Platform
from forebay.domain.pipelines.report import ReportedStatus

ID = UUID("0190b5a2-7c1e-7cc3-98c4-dc0c0c07398f")
LEAST = {"pipeline_id": str(ID), "external_run_id": "1", "status": "success"}


def test_a_record_says_which_run_of_which_pipeline() -> None:
    found = read_record(LEAST)
    assert (found.pipeline, found.report.external_run_id, found.report.status) == (ID, "1", ReportedStatus.SUCCESS)
    assert read_record({**LEAST, "pipeline_id": ID, "client": None}) == found
    named = {"client": " Acme ", "platform": "dbt", "external_id": "m", "external_run_id": "1", "status": "success"}
    assert read_record(named) == (NamedPipeline("Acme", Platform.DBT, "m"), found.report)


def test_times_without_a_zone_are_utc() -> None:
    times = {"started_at": "2026-01-05T02:00:00", "finished_at": "2026-01-05T04:00:00+01:00"}
    report = read_record({**LEAST, **times, "reported_at": datetime(2026, 1, 6)}).report  # noqa: DTZ001 - it is meant
    assert (report.started_at, report.finished_at, report.reported_at) == (
        datetime(2026, 1, 5, 2, tzinfo=UTC),
        datetime(2026, 1, 5, 3, tzinfo=UTC),
        datetime(2026, 1, 6, tzinfo=UTC),
    )


def test_equal_payloads_are_written_alike() -> None:
    first = read_record({**LEAST, "payload": {"b": 1, "a": {"d": "ö", "c": None}}}).report
    second = read_record({**LEAST, "payload": {"a": {"c": None, "d": "ö"}, "b": 1}}).report
    assert first.payload == '{"a":{"c":null,"d":"ö"},"b":1}'
    assert first.key == second.key


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"pipeline_id": "x"}, "pipeline_id"),
        ({"pipeline_id": 7}, "pipeline_id"),
        ({"client": "Acme"}, "pipeline_id"),
        ({"pipeline_id": None}, "client"),
        ({"pipeline_id": None, "client": "a"}, "external_id"),
        ({"pipeline_id": None, "client": "a", "external_id": "b"}, "platform"),
        ({"pipeline_id": None, "client": "a", "external_id": "b", "platform": "abacus"}, "platform"),
        ({"pipeline_id": None, "client": "a\0", "external_id": "b", "platform": "dbt"}, "client"),
        ({"pipeline_id": None, "client": "a", "external_id": "\ud800", "platform": "dbt"}, "external_id"),
        ({"external_run_id": None}, "external_run_id"),
        ({"external_run_id": 7}, "external_run_id"),
        ({"status": None}, "status"),
        ({"status": "done"}, "status"),
        ({"started_at": "soon"}, "started_at"),
        ({"started_at": 7}, "started_at"),
        ({"started_at": "0001-01-01T00:00:00+14:00"}, "started_at"),
        ({"duration_seconds": True}, "duration_seconds"),
        ({"duration_seconds": "7"}, "duration_seconds"),
        ({"duration_seconds": 10**400}, "duration_seconds"),
        ({"duration_seconds": float("nan")}, "duration_seconds"),
        ({"rows_processed": 1.5}, "rows_processed"),
        ({"rows_processed": False}, "rows_processed"),
        ({"error_message": ["x"]}, "error_message"),
        ({"payload": [1]}, "payload"),
        ({"payload": {"a": float("inf")}}, "payload"),
        ({"payload": {"a": {1}}}, "payload"),
        ({"payload": {"a": "\ud800"}}, "payload"),
    ],
)
def test_what_makes_no_sense_names_the_field(change: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidInputError) as error:
        read_record({**LEAST, **change})
    assert error.value.field == field, error.value


@pytest.mark.parametrize("record", [None, [], "x", 7, True])
def test_what_is_no_object_is_no_record(record: object) -> None:
    with pytest.raises(InvalidInputError, match="expected an object, got"):
        read_record(record)
