"""What the views for dashboards say, and that it is what their page describes."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, inspect, text

from forebay.adapters.sql.alerts_tables import alert_rules, alerts
from tests.integration.dashboards.conftest import HOUR, add_client, add_pipeline, add_run, now

PAGE = (Path(__file__).parents[3] / "docs" / "dashboards.md").read_text()
VIEWS = {
    section.split("\n", 1)[0]: re.findall(r"^\| `(\w+)` \| `([\w ]+)` \|", section, re.MULTILINE)
    for section in PAGE.split("\n### ")[1:]
}
DAY = timedelta(days=1)


def rows(connection: Connection, query: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in connection.execute(text(query))]


def test_the_views_are_those_of_the_page(database: Connection) -> None:
    assert sorted(inspect(database).get_view_names()) == sorted(VIEWS)
    assert all(f"{view}," in PAGE or f"{view} TO" in PAGE for view in VIEWS), "the role may read each of them"


@pytest.mark.parametrize("view", VIEWS)
def test_the_columns_are_those_of_the_page(database: Connection, view: str) -> None:
    found = inspect(database).get_columns(view)
    assert [column["name"] for column in found] == [name for name, _ in VIEWS[view]]
    if database.dialect.name == "postgresql":
        types = rows(
            database,
            "SELECT column_name, data_type FROM information_schema.columns"
            f" WHERE table_schema = current_schema() AND table_name = '{view}' ORDER BY ordinal_position",
        )
        assert types == VIEWS[view]


def test_failures_are_counted_by_hour(database: Connection) -> None:
    client = add_client(database, "Acme")
    one, other = add_pipeline(database, client, "one"), add_pipeline(database, client, "other")
    middle = (now() - 5 * DAY).replace(minute=30, second=0, microsecond=0)
    for pipeline, status in [(one, "failed"), (one, "success"), (one, "canceled"), (other, "success")]:
        add_run(database, pipeline, status, ago=now() - middle)
    add_run(database, other, "failed", ago=100 * DAY)
    found = rows(database, "SELECT pipeline_name, failed, total FROM dashboard_failures_by_hour ORDER BY 1")
    assert found == [("one", 1, 2), ("other", 0, 1)]
    [[hour]] = set(rows(database, "SELECT hour FROM dashboard_failures_by_hour"))
    between = "T" if database.dialect.name == "sqlite" else " "
    assert str(hour).startswith(f"{middle:%Y-%m-%d}{between}{middle:%H}:00:00")


def test_disabled_pipelines_and_clients_are_left_out_everywhere(database: Connection) -> None:
    gone = add_client(database, "gone", is_active=False)
    add_run(database, add_pipeline(database, gone, "of gone"), "failed", ago=HOUR)
    client = add_client(database, "Acme")
    disabled = add_pipeline(database, client, "disabled", is_active=False)
    add_run(database, disabled, "failed", ago=HOUR)
    for view in set(VIEWS) - {"dashboard_client_failures"}:
        assert rows(database, f"SELECT * FROM {view}") == []
    found = rows(
        database, "SELECT client_name, failed_24h, total_24h, failed_7d, total_7d FROM dashboard_client_failures"
    )
    assert found == [("Acme", 0, 0, 0, 0)]


def test_each_pipeline_has_its_latest_run(database: Connection) -> None:
    client = add_client(database, "Acme")
    one = add_pipeline(database, client, "one")
    add_run(database, one, "success", ago=2 * HOUR)
    latest = add_run(database, one, "failed", ago=HOUR, error_message="x" * 1000)
    add_pipeline(database, client, "silent")
    found = rows(
        database,
        "SELECT pipeline_name, status, length(error_message), elapsed_seconds, due_at, is_late, is_stuck"
        " FROM dashboard_latest_status ORDER BY 1",
    )
    assert found == [("one", "failed", 500, 10.0, None, False, False), ("silent", None, None, None, None, False, False)]
    [[run_id]] = rows(database, "SELECT run_id FROM dashboard_latest_status WHERE status IS NOT NULL")
    assert run_id in {latest, latest.bytes}


def test_late_and_stuck_pipelines_are_said_to_be(database: Connection) -> None:
    client = add_client(database, "Acme")
    hourly = {"expect_every_seconds": 3600, "start_grace_seconds": 600, "finish_grace_seconds": 1800}
    late = add_pipeline(database, client, "late", **hourly)
    add_run(database, late, "success", ago=timedelta(minutes=75))
    fine = add_pipeline(database, client, "fine", **hourly)
    add_run(database, fine, "success", ago=timedelta(minutes=65))
    stuck = add_pipeline(database, client, "stuck", **hourly)
    add_run(database, stuck, "running", ago=timedelta(minutes=40))
    add_pipeline(database, client, "never", **hourly)
    mixed = add_pipeline(database, client, "mixed", **hourly)  # the later run says when it ended only
    add_run(database, mixed, "success", ago=timedelta(minutes=75))
    add_run(database, mixed, "success", ago=timedelta(minutes=5), seconds=None)
    new = add_pipeline(database, client, "new", **{**hourly, "enabled_at": now()})
    add_run(database, new, "success", ago=50 * DAY)
    found = rows(database, "SELECT pipeline_name, is_late, is_stuck FROM dashboard_latest_status ORDER BY 1")
    assert found == [
        ("fine", False, False),
        ("late", True, False),
        ("mixed", False, False),
        ("never", True, False),
        ("new", False, False),
        ("stuck", False, True),
    ]


def test_failures_of_clients_are_those_of_the_last_day_and_week(database: Connection) -> None:
    client = add_client(database, "Acme")
    one = add_pipeline(database, client, "one")
    for status, ago in (
        ("failed", HOUR),
        ("success", HOUR),
        ("failed", 3 * DAY),
        ("skipped", HOUR),
        ("failed", 8 * DAY),
    ):
        add_run(database, one, status, ago=ago)
    found = rows(database, "SELECT failed_24h, total_24h, failed_7d, total_7d FROM dashboard_client_failures")
    assert found == [(1, 2, 2, 3)]


def test_flips_are_counted_between_runs_that_tell(database: Connection) -> None:
    client = add_client(database, "Acme")
    one = add_pipeline(database, client, "one")
    for hours, status in enumerate(
        ["success", "failed", "canceled", "failed", "success", "running", "success"], start=1
    ):
        add_run(database, one, status, ago=hours * HOUR)
    found = rows(database, "SELECT flips, failed, total, failure_rate FROM dashboard_flakiest")
    assert [(flips, failed, total, float(str(rate))) for flips, failed, total, rate in found] == [(2, 2, 5, 0.4)]


def test_platforms_have_rates(database: Connection) -> None:
    client = add_client(database, "Acme")
    add_run(database, add_pipeline(database, client, "one"), "failed", ago=HOUR)
    dbt = add_pipeline(database, client, "two", platform="dbt")
    for status in ("failed", "success", "success", "success"):
        add_run(database, dbt, status, ago=HOUR)
    query = "SELECT platform, failed, total, failure_rate FROM dashboard_platform_failure_rate ORDER BY 1"
    found = [(platform, failed, total, float(str(rate))) for platform, failed, total, rate in rows(database, query)]
    assert found == [("airflow", 1, 1, 1.0), ("dbt", 1, 4, 0.25)]


def test_durations_fall_into_bins(database: Connection) -> None:
    client = add_client(database, "Acme")
    one = add_pipeline(database, client, "one")
    for seconds in (0.0, 0.9, 1.0, 59.9, 60.0, 1e6, None):
        add_run(database, one, "success", ago=HOUR, seconds=seconds)
    found = rows(database, "SELECT from_seconds, to_seconds, runs FROM dashboard_durations ORDER BY 1")
    assert found == [(0, 1, 2), (1, 5, 1), (15, 60, 1), (60, 300, 1), (43200, None, 1)]


def test_open_alerts_are_shown_without_where_they_went(database: Connection) -> None:
    client = add_client(database, "Acme")
    one = add_pipeline(database, client, "one")
    at = now()
    times = {"created_at": at, "updated_at": at}
    rule = {
        "id": one,
        "scope": "everywhere",
        "rule_type": "on_failure",
        "channel": "slack",
        "destination": "https://hooks.example/secret",
        "destination_sha256": "0" * 64,
        "is_enabled": True,
        "revision": 1,
    }
    database.execute(insert(alert_rules), [{**rule, **times}])
    alert = {"rule_id": one, "pipeline_id": one, "rule_type": "on_failure", "occurrences": 2, "updated_at": at}
    database.execute(insert(alerts), [{**alert, "id": client, "summary": "it failed", "opened_at": at}])
    closed = {"id": one, "summary": "it had failed", "opened_at": at, "closed_at": at, "close_reason": "recovered"}
    database.execute(insert(alerts), [{**alert, **closed}])
    assert rows(database, "SELECT summary, occurrences FROM dashboard_open_alerts") == [("it failed", 2)]
    assert "secret" not in str(rows(database, "SELECT * FROM dashboard_open_alerts"))
