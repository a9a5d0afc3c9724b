"""/v1/pipelines/{id}/runs."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from tests.http.api import Api, assert_problem
from tests.http.pipelines_office import NOBODY, all_pages, get, new_pipeline, report

FINAL = {
    "started_at": "2026-11-20T02:00:00Z",
    "finished_at": "2026-11-20T02:10:00Z",
    "duration_seconds": 599.5,
    "rows_processed": 2**63 - 1,
    "error_message": "Zeile 1\nZeile 2: ü 😀",
    "status_reason": "no space left",
    "payload": {"b": [1, 2.5, None, True], "a": {"z": "ü", "A": "\0"}, "big": 10**30},
}


def test_a_run_is_kept_as_it_was_reported(api: Api) -> None:
    pipeline = new_pipeline(api)
    body = {"external_run_id": "scheduled/2026-11-20", "status": "failed", **FINAL}
    response = api.client.post(f"/v1/pipelines/{pipeline['id']}/runs", json=body)
    assert response.status_code == 201, response.text
    answer = response.json()
    assert answer["verdict"] == "created"
    run = answer["run"]
    assert run == {**run, **body, "pipeline_id": pipeline["id"], "elapsed_seconds": 599.5}
    assert run["effective_at"] == FINAL["finished_at"]
    assert run["created_at"] == run["ingested_at"]
    assert response.headers["location"] == f"/v1/pipelines/{pipeline['id']}/runs/{run['id']}"
    assert get(api, response.headers["location"]) == run
    assert get(api, f"/v1/pipelines/{pipeline['id']}/runs/latest") == run
    assert get(api, f"/v1/pipelines/{pipeline['id']}/runs") == {"items": [run], "next_cursor": None}


def test_a_report_may_say_no_more_than_its_status(api: Api) -> None:
    pipeline = new_pipeline(api)
    path = f"/v1/pipelines/{pipeline['id']}/runs"
    first, second = (api.client.post(path, json={"status": "running"}) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    run = first.json()["run"]
    assert run["external_run_id"].startswith("manual-")
    assert run["external_run_id"] != second.json()["run"]["external_run_id"]
    nothing = ("started_at", "finished_at", "duration_seconds", "elapsed_seconds", "rows_processed", "payload")
    assert [run[name] for name in nothing] == [None] * len(nothing)
    assert run["effective_at"] == run["created_at"]


def test_each_report_says_what_it_did(api: Api) -> None:
    pipeline = new_pipeline(api)
    started = report(api, pipeline, "r", "running", started_at=FINAL["started_at"])
    assert started["verdict"] == "created"
    same = report(api, pipeline, "r", "running", started_at=FINAL["started_at"])
    assert same == {"verdict": "unchanged", "run": started["run"]}
    done = report(api, pipeline, "r", "success", finished_at=FINAL["finished_at"], rows_processed=5)
    assert done["verdict"] == "updated"
    assert done["run"] == {
        **started["run"],
        "status": "success",
        "finished_at": FINAL["finished_at"],
        "effective_at": FINAL["finished_at"],
        "elapsed_seconds": 600.0,
        "rows_processed": 5,
        "ingested_at": done["run"]["ingested_at"],
    }
    late = report(api, pipeline, "r", "running", started_at=FINAL["started_at"])
    assert late == {"verdict": "stale", "run": done["run"]}
    corrected = report(api, pipeline, "r", "failed", reported_at="2026-11-20T03:00:00Z", error_message="after all")
    assert (corrected["verdict"], corrected["run"]["status"]) == ("updated", "failed")
    assert corrected["run"]["rows_processed"] == 5
    null = report(api, pipeline, "r", "failed", reported_at="2026-11-20T04:00:00Z", rows_processed=None)
    assert null["run"]["rows_processed"] == 5
    response = api.client.post(
        f"/v1/pipelines/{pipeline['id']}/runs", json={"external_run_id": "r", "status": "running"}
    )
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("said", "understood"),
    [
        ("2026-11-20T10:00:00+02:00", "2026-11-20T08:00:00Z"),
        ("2026-11-20T10:00:00", "2026-11-20T10:00:00Z"),
        ("2026-11-20 10:00:00.5Z", "2026-11-20T10:00:00.500000Z"),
        ("2026-11-20T10:00:00.123456789-00:30", "2026-11-20T10:30:00.123457Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"),
    ],
)
def test_times_are_those_of_utc(api: Api, said: str, understood: str) -> None:
    pipeline = new_pipeline(api)
    run = report(api, pipeline, "r", "running", started_at=said)["run"]
    assert run["started_at"] == run["effective_at"] == understood
    assert all_pages(api, f"/v1/pipelines/{pipeline['id']}/runs") == [run]


def test_reports_of_disabled_pipelines_are_recorded(api: Api) -> None:
    pipeline = new_pipeline(api, is_active=False)
    assert report(api, pipeline, "r", "success")["verdict"] == "created"


def test_runs_are_listed_by_when_they_happened(api: Api) -> None:
    pipeline = new_pipeline(api)
    path = f"/v1/pipelines/{pipeline['id']}/runs"
    runs = [
        report(api, pipeline, f"r{day}", status, finished_at=f"2026-11-{day:02}T00:00:00Z")["run"]
        for day, status in ((3, "failed"), (1, "success"), (2, "failed"), (5, "skipped"), (4, "canceled"))
    ]
    runs.sort(key=lambda run: str(run["effective_at"]))
    report(api, new_pipeline(api), "elsewhere", "failed")
    assert all_pages(api, path, order="asc") == runs
    assert all_pages(api, path) == runs[::-1]
    assert all_pages(api, path, status="failed", order="asc") == runs[1:3]
    window = {"since": "2026-11-02T00:00:00Z", "until": "2026-11-04T01:00:00+01:00"}
    assert all_pages(api, path, order="asc", **window) == runs[1:3]
    assert all_pages(api, path, status="success", **window) == []
    assert all_pages(api, path, since="2026-11-05T00:00:00") == runs[4:]


def test_the_latest_run_is_the_one_that_started_last(api: Api) -> None:
    pipeline = new_pipeline(api)
    path = f"/v1/pipelines/{pipeline['id']}/runs/latest"
    assert_problem(api.client.get(path), 404, "no_run_yet")
    report(api, pipeline, "unknown", "success")
    assert get(api, path)["external_run_id"] == "unknown"
    report(api, pipeline, "later", "running", started_at="2026-11-20T03:00:00Z")
    report(api, pipeline, "earlier", "failed", started_at="2026-11-20T02:00:00Z", finished_at="2026-11-20T09:00:00Z")
    assert get(api, path)["external_run_id"] == "later"


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        ({}, 400, "invalid_parameter", "status"),
        ({"status": "done"}, 400, "invalid_parameter", "status"),
        ({"status": None}, 400, "invalid_parameter", "status"),
        ({"external_run_id": ""}, 400, "invalid_parameter", "external_run_id"),
        ({"external_run_id": 7}, 400, "invalid_parameter", "external_run_id"),
        ({"external_run_id": "e" * 501}, 400, "invalid_parameter", "external_run_id"),
        ({"external_run_id": "a\0b"}, 400, "invalid_input", "external_run_id"),
        ({"external_run_id": "a\tb"}, 400, "invalid_input", "external_run_id"),
        ({"started_at": 1763600000}, 400, "invalid_parameter", "started_at"),
        ({"started_at": "yesterday"}, 400, "invalid_parameter", "started_at"),
        ({"started_at": "2026-11-20"}, 400, "invalid_parameter", "started_at"),
        ({"started_at": "2026-02-30T00:00:00Z"}, 400, "invalid_parameter", "started_at"),
        ({"finished_at": "10000-01-01T00:00:00Z"}, 400, "invalid_parameter", "finished_at"),
        ({"finished_at": "0001-01-01T00:00:00+01:00"}, 422, "invalid_field", "finished_at"),
        ({"reported_at": "9999-12-31T23:59:59-01:00"}, 422, "invalid_field", "reported_at"),
        (
            {"started_at": "2026-11-20T10:00:00Z", "finished_at": "2026-11-20T10:00:00+01:00"},
            422,
            "invalid_report",
            "finished_at",
        ),
        ({"duration_seconds": -0.1}, 400, "invalid_parameter", "duration_seconds"),
        ({"duration_seconds": "5"}, 400, "invalid_parameter", "duration_seconds"),
        ({"duration_seconds": 1e10}, 400, "invalid_parameter", "duration_seconds"),
        ({"duration_seconds": 10**400}, 400, "invalid_parameter", "duration_seconds"),
        ({"rows_processed": -1}, 400, "invalid_parameter", "rows_processed"),
        ({"rows_processed": 2**63}, 400, "invalid_parameter", "rows_processed"),
        ({"rows_processed": 2**64}, 400, "invalid_parameter", "rows_processed"),
        ({"rows_processed": 1.5}, 400, "invalid_parameter", "rows_processed"),
        ({"rows_processed": True}, 400, "invalid_parameter", "rows_processed"),
        ({"error_message": "a\0b"}, 400, "invalid_input", "error_message"),
        ({"error_message": "e" * 100_001}, 400, "invalid_parameter", "error_message"),
        ({"status_reason": "r" * 2001}, 400, "invalid_parameter", "status_reason"),
        ({"payload": []}, 400, "invalid_parameter", "payload"),
        ({"payload": "{}"}, 400, "invalid_parameter", "payload"),
        ({"payload": {"x": "y" * (1 << 18)}}, 422, "invalid_report", "payload"),
        ({"pipeline_id": NOBODY}, 400, "invalid_parameter", "pipeline_id"),
        ({"verdict": "created"}, 400, "invalid_parameter", "verdict"),
    ],
)
def test_what_is_not_right_names_its_place(api: Api, body: dict[str, Any], status: int, code: str, field: str) -> None:
    pipeline = new_pipeline(api)
    path = f"/v1/pipelines/{pipeline['id']}/runs"
    if body:
        body = {"status": "success", **body}
    assert_problem(api.client.post(path, json=body), status, code, field=field)
    assert get(api, path)["items"] == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"null",
        b'{"status": "failed", "error_message": "\\ud800"}',
        b'{"status": "failed", "payload": {"a": NaN}}',
        b'{"status": "failed", "payload": {"a": 1e999}}',
        b'{"status": "failed", "payload": {"a": ' + b"9" * 5000 + b"}}",
        b'{"status": "failed", "payload": {"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}}",
    ],
)
def test_what_is_no_json_or_no_object_is_refused(api: Api, content: bytes) -> None:
    path = f"/v1/pipelines/{new_pipeline(api)['id']}/runs"
    response = api.client.post(path, content=content, headers={"Content-Type": "application/json"})
    assert response.status_code == 400, response.text
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("query", "status", "code", "field"),
    [
        ({"status": "done"}, 400, "invalid_parameter", "status"),
        ({"since": "yesterday"}, 400, "invalid_parameter", "since"),
        ({"since": "0001-01-01T00:00:00+23:59"}, 422, "invalid_field", "since"),
        ({"until": "9999-12-31T23:59:59-23:59"}, 422, "invalid_field", "until"),
        ({"cursor": "x"}, 400, "invalid_cursor", "cursor"),
        ({"limit": -1}, 400, "invalid_parameter", "limit"),
    ],
)
def test_a_list_that_cannot_be_made_says_why(
    api: Api, query: dict[str, Any], status: int, code: str, field: str
) -> None:
    path = f"/v1/pipelines/{new_pipeline(api)['id']}/runs"
    assert_problem(api.client.get(path, params=query), status, code, field=field)


def test_ids_that_are_unknown_or_no_uuids_say_so(api: Api) -> None:
    pipeline = new_pipeline(api)
    of_other = report(api, new_pipeline(api), "r", "success")["run"]["id"]
    for run_id in (NOBODY, of_other, str(uuid4())):
        response = api.client.get(f"/v1/pipelines/{pipeline['id']}/runs/{run_id}")
        assert_problem(response, 404, "pipeline_run_not_found")
    wrong = api.client.get(f"/v1/pipelines/{pipeline['id']}/runs/r")
    assert_problem(wrong, 422, "invalid_field", field="run_id")
    for path in ("runs", "runs/latest", "health"):
        assert_problem(api.client.get(f"/v1/pipelines/{NOBODY}/{path}"), 404, "pipeline_not_found")
        assert_problem(api.client.get(f"/v1/pipelines/x/{path}"), 422, "invalid_field", field="pipeline_id")
    response = api.client.post(f"/v1/pipelines/{NOBODY}/runs", json={"status": "success"})
    assert_problem(response, 404, "pipeline_not_found")


def test_a_run_is_of_the_time_it_was_reported_when_it_says_none(api: Api) -> None:
    before = datetime.now(UTC)
    run = report(api, new_pipeline(api), "r", "success")["run"]
    assert before <= datetime.fromisoformat(run["effective_at"]) <= datetime.now(UTC)
