"""What events of OpenLineage say."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forebay.domain.errors import ForebayError, InvalidInputError
from forebay.domain.pipelines.errors import InvalidReportError
from forebay.domain.pipelines.lineage_clients import LineageClients
from forebay.domain.pipelines.lineage_names import (
    JobName,
    external_id_of,
    fitting,
    fitting_name,
    pipeline_names,
)
from forebay.domain.pipelines.lineage_reading import LineageKind, read_event
from forebay.domain.pipelines.lineage_time import parse_event_time
from forebay.domain.pipelines.pipeline import PipelineType, Platform
from forebay.domain.pipelines.report import MAX_MESSAGE, MAX_ROWS, ReportedStatus, RunReport
from forebay.domain.pipelines.texts import parse_external_id, parse_name
from tests.unit.pipelines.lineage_examples import (
    RUN,
    airflow_task,
    changed,
    dataset_event,
    dbt_model,
    failure,
    job_event,
    output,
    run_event,
    spark_query,
    without,
)

TEN = datetime(2026, 3, 1, 10, tzinfo=UTC)


def report_of(event: object) -> RunReport:
    report = read_event(event).report
    assert report is not None
    return report


def test_a_start_says_when_the_run_began() -> None:
    read = read_event(run_event("START"))
    assert (read.kind, read.event_type, read.event_time) == (LineageKind.RUN, "START", TEN)
    assert read.job == JobName("analytics", "orders.load")
    assert read.external_run_id == RUN
    assert read.report == RunReport(external_run_id=RUN, status=ReportedStatus.RUNNING, started_at=TEN, reported_at=TEN)


@pytest.mark.parametrize(
    ("event_type", "status"),
    [("COMPLETE", ReportedStatus.SUCCESS), ("FAIL", ReportedStatus.FAILED), ("ABORT", ReportedStatus.CANCELED)],
)
def test_an_end_says_when_the_run_ended_and_how(event_type: str, status: ReportedStatus) -> None:
    assert report_of(run_event(event_type)) == RunReport(
        external_run_id=RUN, status=status, finished_at=TEN, reported_at=TEN
    )


def test_a_run_that_goes_on_says_neither() -> None:
    report = report_of(run_event("RUNNING"))
    assert (report.status, report.started_at, report.finished_at) == (ReportedStatus.RUNNING, None, None)


@pytest.mark.parametrize("event_type", ["OTHER", None, "SOMETHING_NEW"])
def test_other_events_say_nothing_of_the_run_but_belong_to_it(event_type: str | None) -> None:
    read = read_event(run_event(event_type))
    assert (read.report, read.external_run_id, read.event_type) == (None, RUN, event_type)


def test_a_failure_brings_its_message_and_its_trace() -> None:
    assert (
        report_of(failure("no such table", "Traceback: line 1")).error_message == "no such table\n\nTraceback: line 1"
    )
    assert report_of(failure("no such table", None)).error_message == "no such table"
    assert report_of(failure("boom", "Error: boom\n at x")).error_message == "Error: boom\n at x"
    assert report_of(failure("a\0b\ud800", None)).error_message == "a\N{REPLACEMENT CHARACTER}b?"
    long = report_of(failure("x", "y" * MAX_MESSAGE)).error_message
    assert long is not None
    assert len(long) == MAX_MESSAGE
    assert report_of(without(failure(), "run", "facets")).error_message is None


def test_rows_are_those_of_all_outputs_that_say_so() -> None:
    assert report_of(spark_query()).rows_processed == 42
    assert report_of(run_event()).rows_processed is None
    assert report_of(run_event(outputs=[output("a", rows=0)])).rows_processed == 0
    assert report_of(run_event(outputs=[output("a", rows=2**70), output("b", rows=1)])).rows_processed == MAX_ROWS


@pytest.mark.parametrize("rows", [-1, "12", 1.5, True, {}, [1]])
def test_rows_that_are_no_number_are_passed_over(rows: object) -> None:
    assert report_of(run_event(outputs=[output("a", rows=rows), output("b", rows=7), None, 3])).rows_processed == 7


@pytest.mark.parametrize("odd", [None, 1, "x", [], {"outputStatistics": []}, {"outputStatistics": {"rowCount": None}}])
def test_facets_of_another_form_do_no_harm(odd: object) -> None:
    for path in (("run", "facets"), ("job", "facets"), ("outputs",), ("inputs",), ("producer",)):
        assert read_event(changed(failure(), odd, *path)).report is not None
    event = changed(failure(outputs=[{"outputFacets": odd}]), {"errorMessage": odd, "jobType": odd}, "run", "facets")
    assert read_event(event).report is not None


@pytest.mark.parametrize(
    ("event", "platform", "pipeline_type"),
    [
        (airflow_task(), Platform.AIRFLOW, PipelineType.TRANSFORM),
        (without(airflow_task(), "job", "facets"), Platform.AIRFLOW, PipelineType.TRANSFORM),
        (dbt_model(), Platform.DBT, PipelineType.TRANSFORM),
        (without(dbt_model(), "job", "facets"), Platform.DBT, PipelineType.TRANSFORM),
        (changed(dbt_model(), "TEST", "job", "facets", "jobType", "jobType"), Platform.DBT, PipelineType.QUALITY),
        (spark_query(), Platform.CUSTOM, PipelineType.TRANSFORM),
        (run_event(producer="https://example.com/notdbt"), Platform.CUSTOM, PipelineType.TRANSFORM),
    ],
)
def test_the_pipeline_is_of_the_platform_that_runs_it(
    event: dict[str, Any], platform: Platform, pipeline_type: PipelineType
) -> None:
    read = read_event(event)
    assert (read.platform, read.pipeline_type) == (platform, pipeline_type)


def test_events_of_jobs_and_datasets_are_of_no_run() -> None:
    job, dataset = read_event(job_event()), read_event(dataset_event())
    assert (job.kind, job.job, job.external_run_id, job.report) == (
        LineageKind.JOB,
        JobName("analytics", "orders.load"),
        None,
        None,
    )
    assert (dataset.kind, dataset.job, dataset.external_run_id, dataset.report) == (
        LineageKind.DATASET,
        None,
        None,
        None,
    )


def test_the_document_is_the_whole_event_and_its_digest_knows_no_order() -> None:
    event = dbt_model()
    read = read_event(event)
    assert json.loads(read.document) == event
    assert "Müller" in read.document
    turned = {key: event[key] for key in reversed(event)}
    assert read_event(turned).sha256 == read.sha256
    assert read_event(changed(event, "1.10.2", "run", "facets", "dbt_version", "version")).sha256 != read.sha256


@pytest.mark.parametrize(
    ("event", "field"),
    [
        (without(run_event(), "eventTime"), "eventTime"),
        (run_event(time="yesterday"), "eventTime"),
        (changed(run_event(), 17, "eventTime"), "eventTime"),
        (without(run_event(), "job"), "job.namespace"),
        (without(run_event(), "job", "namespace"), "job.namespace"),
        (without(run_event(), "job", "name"), "job.name"),
        (changed(run_event(), "", "job", "name"), "job.name"),
        (changed(run_event(), "x", "job"), "job.namespace"),
        (without(run_event(), "run", "runId"), "run.runId"),
        (changed(run_event(), 5, "run", "runId"), "run.runId"),
        (changed(run_event(), [], "run"), "run.runId"),
        (changed(run_event(), 5, "eventType"), "eventType"),
        (without(dataset_event(), "dataset"), "run"),
        ({}, "run"),
        ([], None),
        ("START", None),
        (None, None),
    ],
)
def test_an_event_that_lacks_something_is_refused_by_the_name_of_the_field(event: object, field: str | None) -> None:
    with pytest.raises(InvalidReportError) as refused:
        read_event(event)
    assert refused.value.field == field
    assert refused.value.message


@pytest.mark.parametrize("odd", [float("nan"), float("inf"), {1, 2}, object(), [10**5000]])
def test_what_is_not_json_is_refused(odd: object) -> None:
    with pytest.raises(InvalidReportError):
        read_event(changed(run_event(), odd, "producer"))


def test_what_is_nested_too_deeply_is_refused() -> None:
    deep: list[Any] = []
    for _ in range(200_000):
        deep = [deep]
    with pytest.raises(InvalidReportError, match="deeply"):
        read_event(run_event(producer=deep))
    while deep:  # what Python frees by itself, it frees recursively
        deep = deep.pop()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-01T10:00:00Z", TEN),
        ("2026-03-01t10:00:00z", TEN),
        ("2026-03-01 10:00:00", TEN),
        ("2026-03-01T10:00", TEN),
        ("2026-03-01T11:00:00+01:00", TEN),
        ("2026-03-01T11:00:00+0100", TEN),
        ("2026-03-01T11:00:00+01:00[Europe/Berlin]", TEN),
        ("2026-03-01T10:00:00.5Z", TEN.replace(microsecond=500_000)),
        ("2026-03-01T10:00:00,123456789Z", TEN.replace(microsecond=123_456)),
    ],
)
def test_times_are_understood_as_clients_write_them(text: str, expected: datetime) -> None:
    assert parse_event_time(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "2026-03-01", "2026-13-01T10:00:00Z", "10:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-10:00", "x" * 500],
)
def test_other_times_are_refused(text: str) -> None:
    with pytest.raises(InvalidReportError):
        parse_event_time(text)


def test_names_that_fit_stay_and_others_are_shortened_without_becoming_the_same() -> None:
    assert fitting("a.b", 10) == "a.b"
    assert fitting_name("  a  ") == "a"
    one, other = fitting_name("x" * 300 + "1"), fitting_name("x" * 300 + "2")
    assert one != other
    assert len(one) == len(other) == 200
    assert fitting("a\nb", 100).startswith("a b~")
    assert fitting("a\nb", 100) != fitting("a\tb", 100)


def test_runs_are_the_same_however_their_id_is_written() -> None:
    assert read_event(run_event(run=RUN.upper())).external_run_id == RUN
    assert read_event(run_event(run="scheduled__2026")).external_run_id == "scheduled__2026"


def test_a_pipeline_has_other_names_to_fall_back_on() -> None:
    names = pipeline_names(JobName("a", "load"))
    assert [next(names) for _ in range(4)] == ["load", "a/load", "a/load (2)", "a/load (3)"]


def test_external_ids_tell_where_the_namespace_ends() -> None:
    assert external_id_of(JobName("a", "b.c")) == "a/b.c"
    assert external_id_of(JobName("a/b", "c")) == "a/b/c"
    assert external_id_of(JobName("a", "b/c")) != "a/b/c"


@given(st.text(st.characters(categories=["L", "N", "C", "Z", "M", "P"]), min_size=1), st.integers(20, 300))
def test_any_text_fits_in_the_end(text: str, limit: int) -> None:
    assert parse_name(fitting_name(text, limit=limit), limit=limit) == fitting_name(text, limit=limit)
    assert parse_external_id(fitting(text, limit)) == fitting(text, limit)
    job = JobName(text, text)
    assert parse_external_id(external_id_of(job))
    names = pipeline_names(job)
    assert all(parse_name(next(names)) for _ in range(4))


def test_clients_are_chosen_by_the_first_pattern_that_matches() -> None:
    clients = LineageClients.parse("prod-*=Acme, spark://host?x=y=Beta ,*-test=Test,")
    assert clients.client_of("prod-test") == "Acme"
    assert clients.client_of("spark://host1x=y") == "Beta"
    assert clients.client_of("a-test") == "Test"
    assert clients.client_of("Prod-1") == "Prod-1"
    assert LineageClients.parse("*=All").client_of("x") == "All"
    assert LineageClients.parse("").client_of("x\n") == "x"


@pytest.mark.parametrize("text", ["prod", "=Acme", "a=", "a=b\x00c", f"a={'x' * 201}"])
def test_a_rule_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError):
        LineageClients.parse(text)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["START", "FAIL", RUN]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["run", "job", "dataset", "runId", "namespace", "name", "eventTime", "facets"]) | st.text(),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(_JSON, st.sampled_from([("run",), ("job",), ("outputs",), ("run", "facets"), ("job", "name"), ("run", "runId")]))
def test_any_json_is_either_read_or_refused(value: object, path: tuple[str, ...]) -> None:
    for event in (value, changed(failure(), value, *path)):
        try:
            read = read_event(event)
        except ForebayError:
            continue
        read.document.encode()
        assert "\0" not in read.document
