"""Jobs that wait: a server without a worker leaves them to be looked at."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.http.api import Api, archive, assert_problem
from tests.http.archives import job_of

NOBODY = "0190b5a2-7c1e-7cc3-98c4-dc0c0c07398f"


def stored(api: Api, seed: str | None = None) -> str:
    run_id: str = api.upload(archive(seed=seed or uuid4().hex)).json()["id"]
    return run_id


def start(api: Api, body: object, *, key: str | None = None) -> httpx.Response:
    return api.client.post("/v1/jobs", json=body, headers={"Idempotency-Key": key} if key else {})


def cancelled(api: Api, job_id: str) -> dict[str, Any]:
    response = api.client.post(f"/v1/jobs/{job_id}/cancel")
    assert response.status_code == 202, response.text
    job: dict[str, Any] = response.json()
    return job


def test_an_upload_brings_a_job_that_waits(api: Api) -> None:
    run_id = stored(api)
    job = job_of(api, run_id)
    found = api.client.get(f"/v1/jobs/{job['id']}").json()
    assert found.pop("steps") == []
    assert found.pop("summary") == {"pending": 0, "running": 0, "succeeded": 0, "failed": 0, "cancelled": 0}
    assert found == job
    assert (job["run_id"], job["kind"], job["status"]) == (run_id, "archive_catalogue", "queued")
    assert (job["attempts"], job["error"], job["lease_owner"], job["finished_at"]) == (0, None, None, None)


def test_jobs_come_in_pages_and_filters_combine(api: Api) -> None:
    runs = [stored(api) for _ in range(3)]
    jobs = [job_of(api, run_id) for run_id in runs]
    since = {"created_after": jobs[0]["created_at"]}
    seen: list[str] = []
    cursor: str | None = None
    while True:
        query: dict[str, str | int] = {"limit": 2, "order": "asc", **since}
        page = api.client.get("/v1/jobs", params=query | ({"cursor": cursor} if cursor else {})).json()
        seen += [job["id"] for job in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == [job["id"] for job in jobs]
    newest = api.client.get("/v1/jobs", params=since).json()["items"]
    assert [job["id"] for job in newest] == seen[::-1]
    cancelled(api, seen[1])

    def found(**query: str) -> list[str]:
        return [job["id"] for job in api.client.get("/v1/jobs", params=since | query).json()["items"]]

    assert found(status="cancelled") == [seen[1]]
    assert found(kind="archive_catalogue", status="queued") == [seen[2], seen[0]]
    assert found(kind="unheard_of") == []
    assert found(run_id=runs[2], created_before=jobs[2]["created_at"]) == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"run_id": "42"}, "run_id"),
        ({"status": "unheard"}, "status"),
        ({"kind": "a\0b"}, "kind"),
        ({"kind": "k" * 101}, "kind"),
        ({"cursor": "nonsense"}, "cursor"),
        ({"limit": "0"}, "limit"),
        ({"created_after": "0001-01-01T00:00:00+23:59"}, "created_after"),
    ],
)
def test_a_query_that_is_not_right_names_its_parameter(api: Api, query: dict[str, str], field: str) -> None:
    response = api.client.get("/v1/jobs", params=query)
    assert 400 <= response.status_code < 500
    assert_problem(response, response.status_code, response.json()["code"], field=field)


def test_a_run_has_one_job_of_a_kind_under_way(api: Api) -> None:
    run_id = stored(api)
    first = job_of(api, run_id)
    assert_problem(start(api, {"run_id": run_id}), 409, "job_active")
    cancelled(api, first["id"])
    response = start(api, {"run_id": run_id, "kind": "archive_catalogue"})
    assert response.status_code == 202
    assert response.json()["id"] != first["id"]
    assert response.headers["location"] == f"/v1/jobs/{response.json()['id']}"
    assert "idempotency-replayed" not in response.headers
    assert api.client.get(response.headers["location"]).json()["status"] == "queued"


def test_the_same_key_gives_the_first_job_and_another_body_a_conflict(api: Api) -> None:
    run_id, key = stored(api), uuid4().hex
    cancelled(api, job_of(api, run_id)["id"])
    first = start(api, {"run_id": run_id}, key=key)
    again = start(api, {"run_id": run_id, "kind": None}, key=key)
    assert (first.status_code, again.status_code) == (202, 202)
    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["location"] == first.headers["location"]
    assert_problem(start(api, {"run_id": stored(api)}, key=key), 409, "job_key_reused", field="Idempotency-Key")
    assert_problem(
        start(api, {"run_id": run_id, "kind": "file_catalogue"}, key=key),
        409,
        "job_key_reused",
        field="Idempotency-Key",
    )
    cancelled(api, first.json()["id"])
    assert start(api, {"run_id": run_id}, key=key).json()["status"] == "cancelled"
    assert_problem(start(api, {"run_id": run_id}, key="k" * 256), 422, "invalid_field", field="Idempotency-Key")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"kind": "unheard_of"}, 422, "unknown_job_kind"),
        ({"kind": "file_catalogue"}, 422, "job_kind_mismatch"),
        ({"kind": "k" * 101}, 400, "invalid_parameter"),
        ({"run_id": NOBODY}, 404, "run_not_found"),
        ({"run_id": "42"}, 422, "invalid_field"),
        ({"unheard": 1}, 400, "invalid_parameter"),
    ],
)
def test_a_job_that_cannot_be_is_refused_with_a_reason(
    api: Api, change: dict[str, str], status: int, code: str
) -> None:
    assert_problem(start(api, {"run_id": stored(api), **change}), status, code)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"kind": "x"}',
        b"\xff",
        pytest.param(b'{"run_id": "\xff"}', id="not-utf-8"),
        pytest.param(b"[" * 100_000, id="nested-too-deeply"),
    ],
)
def test_a_body_that_is_none_is_refused(api: Api, content: bytes) -> None:
    response = api.client.post("/v1/jobs", content=content, headers={"Content-Type": "application/json"})
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"


def test_parse_joins_the_job_under_way_and_starts_one_otherwise(api: Api) -> None:
    run_id = stored(api)
    waiting = job_of(api, run_id)
    response = api.client.post(f"/v1/runs/{run_id}/parse")
    assert response.status_code == 202
    assert response.json() == waiting
    assert response.headers["location"] == f"/v1/jobs/{waiting['id']}"
    cancelled(api, waiting["id"])
    other = api.client.post(f"/v1/runs/{run_id}/parse").json()
    assert other["id"] != waiting["id"]
    assert api.client.post(f"/v1/runs/{run_id}/parse").json() == other


def test_a_run_without_bytes_cannot_be_processed(api: Api) -> None:
    owner = f"o{uuid4().hex}"
    assert api.upload(archive(300_000, seed="broken"), owner=owner, sha256="0" * 64).status_code == 422
    (failed,) = api.runs(owner=owner)
    assert_problem(api.client.post(f"/v1/runs/{failed['id']}/parse"), 409, "run_not_stored")


def test_a_waiting_job_is_cancelled_at_once_and_can_be_tried_again(api: Api) -> None:
    run_id = stored(api)
    job_id = job_of(api, run_id)["id"]
    job = cancelled(api, job_id)
    assert job["status"] == "cancelled"
    assert cancelled(api, job_id) == job
    assert api.run(run_id)["error"]["code"] == "job_cancelled"
    response = api.client.post(f"/v1/jobs/{job_id}/retry")
    assert response.status_code == 202
    assert response.headers["location"] == f"/v1/jobs/{job_id}"
    assert (response.json()["status"], response.json()["cancel_requested"]) == ("queued", False)
    assert_problem(api.client.post(f"/v1/jobs/{job_id}/retry"), 409, "invalid_job_transition")
    codes = [event["code"] for event in api.client.get(f"/v1/jobs/{job_id}/events").json()["items"]]
    assert codes == ["job_queued", "job_cancelled", "job_retried"]


@pytest.mark.parametrize(
    ("method", "path", "field", "code"),
    [
        ("GET", "/v1/jobs/{id}", "job_id", "job_not_found"),
        ("POST", "/v1/jobs/{id}/cancel", "job_id", "job_not_found"),
        ("POST", "/v1/jobs/{id}/retry", "job_id", "job_not_found"),
        ("GET", "/v1/jobs/{id}/events", "job_id", "job_not_found"),
        ("GET", "/v1/jobs/{id}/artifacts", "job_id", "job_not_found"),
        ("GET", "/v1/artifacts/{id}/content", "artifact_id", "artifact_not_found"),
    ],
)
def test_ids_that_are_unknown_or_no_uuids_say_so(api: Api, method: str, path: str, field: str, code: str) -> None:
    assert_problem(api.client.request(method, path.format(id="42")), 422, "invalid_field", field=field)
    assert NOBODY in assert_problem(api.client.request(method, path.format(id=NOBODY)), 404, code)["detail"]


def test_jobs_go_with_their_run(api: Api) -> None:
    run_id = stored(api)
    job_id = job_of(api, run_id)["id"]
    assert api.client.delete(f"/v1/runs/{run_id}").status_code == 204
    assert_problem(api.client.get(f"/v1/jobs/{job_id}"), 404, "job_not_found")
    last = api.client.get("/v1/events", params={"run_id": run_id}).json()["items"][-1]
    assert (last["code"], last["run_id"], last["job_id"]) == ("run_deleted", run_id, None)


def test_the_queue_is_measured_when_somebody_looks(api: Api) -> None:
    before = queue(api)
    job_id = job_of(api, stored(api))["id"]
    after = queue(api)
    assert after['forebay_queue_jobs{status="queued"}'] == before['forebay_queue_jobs{status="queued"}'] + 1
    assert after["forebay_queue_due_jobs"] == before["forebay_queue_due_jobs"] + 1
    assert after["forebay_queue_oldest_due_age_seconds"] > 0
    assert after['forebay_queue_jobs{status="running"}'] == 0
    cancelled(api, job_id)
    assert queue(api)["forebay_queue_due_jobs"] == before["forebay_queue_due_jobs"]


def queue(api: Api) -> dict[str, float]:
    lines = api.client.get("/metrics").text.splitlines()
    return {
        name: float(value)
        for name, value in (line.rsplit(" ", 1) for line in lines if line.startswith("forebay_queue"))
    }


def test_a_job_is_started_by_json_alone(api: Api) -> None:
    body = b'{"run_id": "%s"}' % str(uuid4()).encode()
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/msgpack"):
        refused = api.client.post("/v1/jobs", content=body, headers={"Content-Type": kind})
        assert_problem(refused, 415, "unsupported_media_type")
    as_json = {"Content-Type": "application/json; charset=utf-8"}
    assert_problem(api.client.post("/v1/jobs", content=body, headers=as_json), 404, "run_not_found")
    problem = assert_problem(api.client.post("/v1/jobs", content=b"", headers=as_json), 400, "invalid_request")
    assert "empty" in problem["detail"]


def test_a_job_on_something_that_is_no_run_id_is_refused(api: Api) -> None:
    for run_id in ("42", ""):
        assert_problem(api.client.post("/v1/jobs", json={"run_id": run_id}), 422, "invalid_field", field="run_id")
