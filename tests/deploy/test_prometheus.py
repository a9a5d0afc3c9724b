"""The alarms are about metrics that are there, each is explained, and each is raised when it should be."""

import re
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from forebay.application.pipelines.sync_subject import SYNC_KIND
from forebay.application.use_cases import UseCases
from forebay.domain.pipelines.alert import DeliveryStatus
from forebay.entrypoints.http.app import build_litestar
from forebay.entrypoints.http.metrics import HttpMetrics
from forebay.entrypoints.http.options import HttpOptions
from forebay.entrypoints.http.problems import STATUS
from tests.deploy.exposed import Exposed, Family
from tests.deploy.promtool import Promtool
from tests.deploy.queries import TARGET_LABELS, faults, grouped_by, is_aggregated, selected
from tests.deploy.rules import CONFIG, RULES, TESTS, Alarm, alarms, loaded, recorded, recorded_series

PAGE = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text()
SECTIONS = {part.split("\n", 1)[0]: part for part in PAGE.partition("\n## Alarms\n")[2].split("\n### ")[1:]}
ALARMS = alarms()
QUERIES = {**recorded(), **{alarm.name: alarm.query for alarm in ALARMS}}
TABLE = re.findall(r"^\| `(\w+)` \| (\w+) \|([^|]*)\| ([\w, ]+) \| ", PAGE, re.MULTILINE)
_PERIODS = {"2m": "2 minutes", "3m": "3 minutes", "5m": "5 minutes", "10m": "10 minutes", "15m": "15 minutes"}
_PERIODS |= {"30m": "30 minutes", "2h": "2 hours"}


def test_the_page_has_each_metric_with_its_type_and_labels(shown: Exposed) -> None:
    described = {name: Family(name=name, type=kind, labels=_labels(cell)) for name, kind, cell, _ in TABLE}
    assert described == shown.families
    assert len(TABLE) == len(described)


def test_the_page_says_who_shows_each_metric(shown: Exposed) -> None:
    processes = {"server": shown.server, "worker": shown.worker, "celery": shown.celery}
    for name, _, _, who in TABLE:
        by = {process for process, families in processes.items() if name in families}
        assert by == (set(processes) if who == "all" else set(who.split(", "))), name


@pytest.mark.parametrize("name", QUERIES)
def test_rules_are_about_what_is_there(shown: Exposed, name: str) -> None:
    assert not faults(QUERIES[name], {**shown.series, **recorded_series()})


@pytest.mark.parametrize("alarm", ALARMS, ids=lambda alarm: alarm.name)
def test_an_alarm_says_what_is_wrong_and_leads_to_what_can_be_done(shown: Exposed, alarm: Alarm) -> None:
    assert re.fullmatch(r"Forebay[A-Z]\w+", alarm.name)
    assert alarm.annotations.keys() == {"summary", "description", "runbook_url"}
    assert all(alarm.annotations.values())
    assert alarm.annotations["runbook_url"] == f"docs/metrics.md#{alarm.name.lower()}"
    words = ", ".join([alarm.severity, *([_PERIODS[alarm.wait]] if alarm.wait else [])])
    assert SECTIONS[alarm.name].split("\n\n", 1)[1].startswith(f"{words}. "), words
    series = {**shown.series, **recorded_series()}
    (first, *_) = selected(alarm.query)
    known = grouped_by(alarm.query) if is_aggregated(alarm.query) else {*series.get(first.name, ()), *TARGET_LABELS}
    assert alarm.labels_named <= known


def test_nothing_is_explained_that_is_no_alarm() -> None:
    assert list(SECTIONS) == [alarm.name for alarm in ALARMS]
    assert {alarm.severity for alarm in ALARMS} == {"critical", "warning", "info"}


@pytest.mark.parametrize("alarm", ALARMS, ids=lambda alarm: alarm.name)
def test_each_alarm_has_numbers_that_raise_it(alarm: Alarm) -> None:
    raised = [
        sample["labels"]
        for path in TESTS
        for test in loaded(path)["tests"]
        for expected in test["promql_expr_test"]
        for sample in expected["exp_samples"]
    ]
    assert any(f'alertname="{alarm.name}",alertstate="firing",severity="{alarm.severity}"' in one for one in raised)


def test_queries_say_values_that_labels_have() -> None:
    """Those that would be silent for ever if one was misspelt, or renamed in the program."""
    values: dict[tuple[str, str], set[str]] = {}
    for query in QUERIES.values():
        for one in selected(query):
            for label, _, value in one.conditions:
                values.setdefault((one.name, label), set()).update(value.split("|"))
    uploads = values["forebay_uploads_total", "outcome"] - {"stored", "replayed"}
    assert uploads <= {code for code, status in STATUS.items() if status >= 500}
    assert values["forebay_storage_operations_total", "outcome"] <= {*STATUS, "defect"}
    attempts = {"succeeded", "failed", "cancelled", "postponed", "released", "lost"}
    assert values["forebay_job_attempts_total", "outcome"] <= attempts
    assert values["forebay_job_attempts_total", "kind"] == {SYNC_KIND}
    assert values["forebay_alert_deliveries_total", "outcome"] <= {*DeliveryStatus, "retry"}
    assert values["forebay_queue_jobs", "status"] <= {"queued", "running"}
    assert values["forebay_part_up", "part"] == {"db", "storage", "queue", "worker"}


def test_slow_is_said_of_all_requests_but_those_that_carry_files() -> None:
    query = recorded()["forebay:http_request_duration_seconds:p95_5m"]
    (pattern,) = {value for one in selected(query) for label, op, value in one.conditions if op.endswith("NotRe")}
    left_out = {route for route in _routes() if re.fullmatch(pattern, route)}
    assert left_out == {
        "/v1/uploads",
        "/v1/files/{file_id}/content",
        "/v1/artifacts/{artifact_id}/content",
        "/v1/documents/{document_id}/content",
        "/v1/documents/{document_id}/preview",
        "/v1/documents/{document_id}/text",
        "/v1/links/{token}",
        "/health",
        "/healthz",
        "/readyz",
        "/metrics",
    }
    by_route = [{name: value for name, _, value in one.conditions} for one in selected(query)]
    assert {"method": "POST", "route": "/v1/documents"} in by_route


def test_the_configuration_watches_what_the_alarms_ask_for() -> None:
    jobs = {job["job_name"]: job for job in loaded(CONFIG)["scrape_configs"]}
    assert jobs.keys() == {"forebay-api", "forebay-worker", "prometheus"}
    found = {name: job["dns_sd_configs"][0] for name, job in jobs.items() if "dns_sd_configs" in job}
    assert {name: (*one["names"], one["port"]) for name, one in found.items()} == {
        "forebay-api": ("api", 8000),
        "forebay-worker": ("worker", 8001),
    }
    conditions = [condition for query in QUERIES.values() for one in selected(query) for condition in one.conditions]
    assert {value for name, _, value in conditions if name == "job"} == {"forebay.*"}


def test_promtool_takes_the_configuration(prometheus_tool: Promtool) -> None:
    assert f"{len(RULES)} rule files found" in prometheus_tool("check", "config", CONFIG)


def test_promtool_sees_every_alarm_raised_and_none_without_cause(prometheus_tool: Promtool) -> None:
    prometheus_tool("check", "rules", *RULES)
    assert "SUCCESS" in prometheus_tool("test", "rules", *TESTS)


def _labels(cell: str) -> frozenset[str]:
    return frozenset(re.findall(r"`(\w+)`", cell))


def _routes() -> set[str]:
    def nothing() -> AbstractAsyncContextManager[UseCases]:
        raise AssertionError("it is never started")

    options = HttpOptions(version="1", max_upload_bytes=1)
    app = build_litestar(nothing, options, HttpMetrics(CollectorRegistry()))
    return {getattr(route, "path_format", route.path) for route in app.routes}
