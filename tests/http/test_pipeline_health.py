"""How pipelines are, and figures about their runs."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from tests.http.api import Api, assert_problem
from tests.http.pipelines_office import NOBODY, all_pages, change, get, new_client, new_pipeline, report

WINDOW = {"since": "2020-03-01T00:00:00Z", "until": "2020-03-08T00:00:00Z"}
NOW = datetime.now(UTC)


def hours_ago(hours: float) -> str:
    return (NOW - timedelta(hours=hours)).isoformat()


@pytest.fixture
def client(api: Api) -> dict[str, Any]:
    """Eight runs of two pipelines in a week of 2020, and one that has none."""
    client = new_client(api)
    load = new_pipeline(api, client, name="load", platform="airflow")
    test = new_pipeline(api, client, name="test", platform="dbt")
    new_pipeline(api, client, name="idle", platform="cron")
    for day, status in enumerate(("success", "failed", "success", "canceled", "failed"), start=1):
        times = {"started_at": f"2020-03-0{day}T10:00:00Z", "finished_at": f"2020-03-0{day}T10:0{day}:00Z"}
        report(api, load, f"r{day}", status, **times)
    report(api, test, "before", "failed", finished_at="2020-02-29T23:59:59.999999Z")
    report(api, test, "first", "success", finished_at="2020-03-01T00:00:00Z", duration_seconds=0.5)
    report(api, test, "last", "running", started_at="2020-03-07T23:59:59.999999Z")
    report(api, test, "after", "failed", finished_at="2020-03-08T00:00:00Z")
    return client


def test_a_client_is_summarised(api: Api, client: dict[str, Any]) -> None:
    summary = get(api, f"/v1/clients/{client['id']}/summary", **WINDOW)
    assert summary["client"] == client
    assert (summary["since"], summary["until"]) == (WINDOW["since"], WINDOW["until"])
    assert summary["counts"] == {"running": 1, "success": 3, "failed": 2, "canceled": 1, "skipped": 0}
    assert summary["total"] == 7
    assert summary["success_rate"] == 3 / 5
    assert summary["mean_seconds"] == pytest.approx((60 + 120 + 180 + 240 + 300 + 0.5) / 6)
    assert summary["p95_seconds"] == 300
    assert summary["late"] == []
    states = [(state["pipeline"]["name"], state["health"]) for state in summary["pipelines"]]
    assert states == [("load", "failing"), ("test", "failing"), ("idle", "unknown")]
    latest = [state["latest_run"] and state["latest_run"]["external_run_id"] for state in summary["pipelines"]]
    assert latest == ["r5", "last", None]


def test_the_last_seven_days_are_summarised_unless_said_otherwise(api: Api, client: dict[str, Any]) -> None:
    path = f"/v1/clients/{client['id']}/summary"
    summary = get(api, path)
    since, until = (datetime.fromisoformat(summary[name]) for name in ("since", "until"))
    assert until - since == timedelta(days=7)
    assert abs(until - datetime.now(UTC)) < timedelta(minutes=10)
    assert summary["counts"] == dict.fromkeys(("running", "success", "failed", "canceled", "skipped"), 0)
    nothing = ("success_rate", "mean_seconds", "p95_seconds")
    assert [summary[name] for name in nothing] == [None] * 3
    assert get(api, path, until="2020-03-08T00:00:00")["total"] == 7


def test_what_is_disabled_leaves_the_summary(api: Api, client: dict[str, Any]) -> None:
    path = f"/v1/clients/{client['id']}"
    [load] = get(api, f"{path}/pipelines", text="load")["items"]
    api.client.delete(f"/v1/pipelines/{load['id']}")
    summary = get(api, f"{path}/summary", **WINDOW)
    assert summary["total"] == 2
    assert [state["pipeline"]["name"] for state in summary["pipelines"]] == ["test", "idle"]
    assert get(api, f"/v1/pipelines/{load['id']}/health")["health"] == "disabled"
    api.client.delete(path)
    states = get(api, "/v1/pipelines/health", client_id=client["id"])["items"]
    assert [state["health"] for state in states] == ["disabled", "disabled"]


def test_late_missing_and_stuck_runs_are_found_though_nobody_reports_them(api: Api) -> None:
    client = new_client(api)
    hourly = {"expect_every_seconds": 3600, "start_grace_seconds": 600}
    made = {
        name: new_pipeline(api, client, name=name, **schedule)
        for name, schedule in (("stuck", {"finish_grace_seconds": 60}), ("waiting", hourly), ("fine", {}), ("bad", {}))
    }
    report(api, made["stuck"], "r", "running", started_at=hours_ago(1))
    report(api, made["fine"], "r", "success", finished_at=hours_ago(1))
    report(api, made["bad"], "r", "failed", started_at=hours_ago(2), finished_at=hours_ago(1))
    path = "/v1/pipelines/health"
    states = {state["pipeline"]["name"]: state for state in all_pages(api, path, client_id=client["id"])}
    assert {name: state["health"] for name, state in states.items()} == {
        "stuck": "stuck",
        "waiting": "unknown",
        "fine": "healthy",
        "bad": "failing",
    }
    assert {state["client_name"] for state in states.values()} == {client["name"]}
    created = datetime.fromisoformat(made["waiting"]["created_at"])
    assert datetime.fromisoformat(states["waiting"]["due_at"]) == created + timedelta(minutes=70)
    assert get(api, f"/v1/pipelines/{made['bad']['id']}/health") == states["bad"]
    assert states["bad"]["latest_run"]["elapsed_seconds"] == 3600
    assert states["bad"]["open_alerts"] == 0
    for wanted in ("stuck,failing", ["stuck", "failing"], ["stuck", " failing,stuck"]):
        found = all_pages(api, path, client_id=client["id"], health=wanted)
        assert [state["pipeline"]["name"] for state in found] == ["stuck", "bad"], wanted
    assert len(all_pages(api, path, client_id=client["id"], order="desc", is_active="true")) == 4
    assert all_pages(api, path, client_id=client["id"], is_active="false") == []
    assert all_pages(api, path, client_id=client["id"], health="late") == []


def test_failures_over_time(api: Api, client: dict[str, Any]) -> None:
    path = "/v1/pipelines/failures-over-time"
    days = get(api, path, client_id=client["id"], **WINDOW)
    assert days["bucket"] == "day"
    assert days["items"] == [
        {"at": "2020-03-01T00:00:00Z", "failed": 0, "total": 2},
        {"at": "2020-03-02T00:00:00Z", "failed": 1, "total": 1},
        {"at": "2020-03-03T00:00:00Z", "failed": 0, "total": 1},
        {"at": "2020-03-05T00:00:00Z", "failed": 1, "total": 1},
    ]
    [load] = get(api, f"/v1/clients/{client['id']}/pipelines", text="load")["items"]
    window = {"since": "2020-03-02T00:00:00", "until": "2020-03-03T23:00:00"}
    hours = get(api, path, pipeline_id=load["id"], bucket="hour", **window)
    assert hours["items"] == [
        {"at": "2020-03-02T10:00:00Z", "failed": 1, "total": 1},
        {"at": "2020-03-03T10:00:00Z", "failed": 0, "total": 1},
    ]


def test_the_flakiest_pipelines(api: Api, client: dict[str, Any]) -> None:
    [found] = get(api, "/v1/pipelines/flakiest", client_id=client["id"], **WINDOW)["items"]
    assert (found["pipeline_name"], found["client_id"]) == ("load", client["id"])
    assert (found["flips"], found["failed"], found["total"]) == (3, 2, 4)
    assert found["client_name"] == client["name"]
    assert len(get(api, "/v1/pipelines/flakiest", limit=1)["items"]) <= 1


def test_the_failure_rate_by_platform(api: Api, client: dict[str, Any]) -> None:
    assert client
    found = {item["platform"]: item for item in get(api, "/v1/pipelines/failure-rate-by-platform", **WINDOW)["items"]}
    assert found["airflow"]["failed"] / found["airflow"]["total"] == found["airflow"]["failure_rate"] == 0.5
    assert found["dbt"]["failure_rate"] == 0
    assert "cron" not in found


def test_how_long_runs_took(api: Api, client: dict[str, Any]) -> None:
    bins = get(api, "/v1/pipelines/duration-histogram", client_id=client["id"], **WINDOW)["items"]
    assert bins[0]["from_seconds"] == 0
    assert bins[-1]["to_seconds"] is None
    assert all(one["to_seconds"] == next_["from_seconds"] for one, next_ in pairwise(bins))
    assert {item["from_seconds"]: item["count"] for item in bins if item["count"]} == {0: 1, 60: 4, 300: 1}


FIGURES = ("failures-over-time", "flakiest", "failure-rate-by-platform", "duration-histogram")


@pytest.mark.parametrize("name", FIGURES)
def test_a_window_must_have_time_in_it(api: Api, name: str) -> None:
    for since, until in ((WINDOW["until"], WINDOW["since"]), (WINDOW["since"], WINDOW["since"])):
        response = api.client.get(f"/v1/pipelines/{name}", params={"since": since, "until": until})
        assert_problem(response, 400, "invalid_input", field="since")
    response = api.client.get(f"/v1/pipelines/{name}", params={"until": "0001-01-02T00:00:00Z"})
    assert_problem(response, 400, "invalid_input", field="until")
    response = api.client.get(f"/v1/pipelines/{name}", params={"since": "0001-01-01T00:00:00+01:00"})
    assert_problem(response, 422, "invalid_field", field="since")
    response = api.client.get(f"/v1/pipelines/{name}", params={"since": "soon"})
    assert_problem(response, 400, "invalid_parameter", field="since")


@pytest.mark.parametrize(
    ("path", "query", "problem", "field"),
    [
        ("failures-over-time", {"bucket": "week"}, (400, "invalid_parameter"), "bucket"),
        ("failures-over-time", {"since": "0001-01-01T00:00:00Z"}, (400, "invalid_input"), "since"),
        ("failures-over-time", {"client_id": NOBODY}, (404, "client_not_found"), None),
        ("flakiest", {"client_id": NOBODY}, (404, "client_not_found"), None),
        ("flakiest", {"limit": 0}, (400, "invalid_parameter"), "limit"),
        ("duration-histogram", {"pipeline_id": NOBODY}, (404, "pipeline_not_found"), None),
        ("duration-histogram", {"pipeline_id": "7"}, (422, "invalid_field"), "pipeline_id"),
        ("duration-histogram", {"pipeline_id": NOBODY, "client_id": NOBODY}, (422, "invalid_field"), "pipeline_id"),
        ("health", {"health": "ill"}, (422, "invalid_field"), "health"),
        ("health", {"health": "late,,stuck"}, (422, "invalid_field"), "health"),
        ("health", {"health": ""}, (422, "invalid_field"), "health"),
        ("health", {"client_id": NOBODY}, (404, "client_not_found"), None),
    ],
)
def test_what_cannot_be_answered_says_why(
    api: Api, path: str, query: dict[str, Any], problem: tuple[int, str], field: str | None
) -> None:
    assert_problem(api.client.get(f"/v1/pipelines/{path}", params=query), *problem, field=field)


def test_a_summary_that_cannot_be_made_says_why(api: Api) -> None:
    assert_problem(api.client.get(f"/v1/clients/{NOBODY}/summary"), 404, "client_not_found")
    assert_problem(api.client.get("/v1/clients/x/summary"), 422, "invalid_field", field="client_id")
    path = f"/v1/clients/{new_client(api)['id']}/summary"
    response = api.client.get(path, params={"since": WINDOW["until"], "until": WINDOW["since"]})
    assert_problem(response, 400, "invalid_input", field="since")


@pytest.mark.parametrize("name", ["health", *FIGURES])
def test_names_beside_ids_are_no_pipelines(api: Api, name: str) -> None:
    assert api.client.get(f"/v1/pipelines/{name}").status_code == 200
    assert_problem(api.client.delete(f"/v1/pipelines/{name}"), 405, "method_not_allowed")
    assert_problem(api.client.get(f"/v1/pipelines/{name}/nothing"), 404, "route_not_found")


def test_enabling_a_client_brings_its_pipelines_back(api: Api) -> None:
    client = new_client(api, is_active=False)
    pipeline = new_pipeline(api, client)
    path = f"/v1/pipelines/{pipeline['id']}/health"
    assert get(api, path)["health"] == "disabled"
    assert change(api, f"/v1/clients/{client['id']}", '"1"', is_active=True).status_code == 200
    assert get(api, path)["health"] == "unknown"
