"""OpenLineage's events over HTTP."""

import gzip
import json
import random
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.http.api import Api, assert_problem
from tests.http.conftest import PLACES, SETTINGS, serving
from tests.unit.pipelines.lineage_examples import (
    RUN,
    SPEC,
    Event,
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

LIMIT = 300_000
TOKEN = "a token of ours, höchst secret"


@pytest.fixture(scope="module", params=PLACES)
def guarded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    """One that asks for a token, takes little, and knows whose jobs are whose."""
    own = {
        "FOREBAY_WORKER_CONCURRENCY": "0",
        "FOREBAY_LINEAGE_TOKEN": TOKEN,
        "FOREBAY_LINEAGE_MAX_BYTES": str(LIMIT),
        "FOREBAY_LINEAGE_CLIENTS": "acme-*=Acme, *=Others",
    }
    yield from serving(request, tmp_path_factory.mktemp(f"lineage-{request.param}"), SETTINGS | own)


def send(api: Api, event: object, *, path: str = "", **headers: str) -> httpx.Response:
    return api.client.post(f"/api/v1/lineage{path}", json=event, headers=headers)


def new_job() -> str:
    return f"job-{uuid4()}"


def pipeline_of(api: Api, job: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = api.client.get("/v1/pipelines", params={"text": job}).json()["items"]
    assert len(found) == 1, found
    return found[0]


def latest_run(api: Api, job: str) -> dict[str, Any]:
    response = api.client.get(f"/v1/pipelines/{pipeline_of(api, job)['id']}/runs/latest")
    assert response.status_code == 200, response.text
    run: dict[str, Any] = response.json()
    return run


def test_events_of_a_run_become_a_run_of_a_pipeline(api: Api) -> None:
    job = new_job()
    started = send(api, run_event("START", job=job))
    assert (started.status_code, started.content) == (200, b"")
    assert latest_run(api, job)["status"] == "running"
    send(api, run_event("COMPLETE", "2026-03-01T10:01:40Z", job=job, outputs=[output("a", rows=12)]))
    run = latest_run(api, job)
    assert (run["status"], run["external_run_id"], run["rows_processed"]) == ("success", RUN, 12)
    assert (run["started_at"], run["finished_at"]) == ("2026-03-01T10:00:00Z", "2026-03-01T10:01:40Z")
    assert pipeline_of(api, job)["external_id"] == f"analytics/{job}"


@pytest.mark.parametrize(
    "event",
    [
        airflow_task(),
        dbt_model(),
        spark_query(),
        failure(),
        run_event(None),
        run_event("OTHER"),
        job_event(),
        dataset_event(),
    ],
)
def test_events_of_every_kind_are_taken_again_and_again(api: Api, event: Event) -> None:
    assert send(api, event).status_code == 200
    assert send(api, event).status_code == 200
    assert send(api, [event, event], path="/batch").status_code == 204


def test_events_are_kept_whole_with_their_run(api: Api) -> None:
    job = new_job()
    event = changed(spark_query(), job, "job", "name")
    event["run"]["facets"]["mine"] = {"_producer": "x", "_schemaURL": SPEC, "größe": [1, None, {"ab\0c": 1.5}]}
    end = changed(run_event("COMPLETE", "2026-03-01T12:00:00Z", namespace="spark"), job, "job", "name")
    assert send(api, [end, event, end], path="/batch").status_code == 204
    pipeline, run = pipeline_of(api, job), latest_run(api, job)
    response = api.client.get(f"/v1/pipelines/{pipeline['id']}/runs/{run['id']}/lineage")
    assert response.status_code == 200
    items = response.json()["items"]
    assert [item["event_type"] for item in items] == ["RUNNING", "COMPLETE"]
    assert [item["event"] for item in items] == [event, end]
    assert items[0]["event_time"] == "2026-03-01T10:00:00.123456Z"
    short = api.client.get(f"/v1/pipelines/{pipeline['id']}/runs/{run['id']}/lineage", params={"limit": 1})
    assert [item["event_type"] for item in short.json()["items"]] == ["RUNNING"]
    missing = api.client.get(f"/v1/pipelines/{pipeline['id']}/runs/{uuid4()}/lineage")
    assert_problem(missing, 404, "pipeline_run_not_found")


def test_a_batch_says_of_each_event_that_was_refused_why(api: Api) -> None:
    job = new_job()
    response = send(
        api, [run_event(job=job), without(run_event(), "job", "name"), 7, run_event("FAIL", job=job)], path="/batch"
    )
    assert response.status_code == 200
    assert response.json() == {
        "status": "partial_success",
        "summary": {"received": 4, "successful": 2, "failed": 2, "retriable": 0, "non_retriable": 2},
        "failed_events": [
            {"index": 1, "reason": "job.name: expected a text that is not empty", "retriable": False},
            {"index": 2, "reason": "an event is a JSON object", "retriable": False},
        ],
    }
    assert latest_run(api, job)["status"] == "failed"
    assert send(api, ["x"], path="/batch").json()["status"] == "failure"
    assert send(api, [], path="/batch").status_code == 204


def test_a_thousand_events_of_hundreds_of_jobs(api: Api) -> None:
    prefix = new_job()
    events = [
        run_event(kind, f"2026-03-01T10:00:{second:02}Z", job=f"{prefix}.{number % 250}", run=f"{prefix}-{number}")
        for number in range(500)
        for second, kind in enumerate(("START", "COMPLETE"))
    ]
    assert send(api, events[::-1], path="/batch").status_code == 204
    assert send(api, events, path="/batch").status_code == 204
    run = latest_run(api, f"{prefix}.249")
    assert run["status"] == "success"
    assert (run["started_at"], run["finished_at"]) == ("2026-03-01T10:00:00Z", "2026-03-01T10:00:01Z")


def test_many_who_see_a_job_for_the_first_time_at_the_same_time_see_one_pipeline(api: Api) -> None:
    namespace, jobs = f"new-{uuid4()}", [new_job() for _ in range(3)]

    def tell(number: int) -> int:
        events = [run_event(namespace=namespace, job=job, run=f"run-{number}") for job in jobs[number % 3 :]]
        return send(api, events, path="/batch").status_code

    with ThreadPoolExecutor(12) as threads:
        assert set(threads.map(tell, range(36))) == {204}
    assert len({pipeline_of(api, job)["client_id"] for job in jobs}) == 1


def test_the_same_events_sent_by_several_at_once_in_any_order_end_in_the_same_runs(api: Api) -> None:
    namespace, job, ids = f"shared-{uuid4()}", new_job(), [str(uuid4()) for _ in range(60)]
    events = [
        run_event(kind, f"2026-03-01T10:00:{second:02}Z", namespace=namespace, job=job, run=run_id)
        for run_id in ids
        for second, kind in enumerate(("START", "RUNNING", "OTHER", "COMPLETE"))
    ]

    def tell(seed: int) -> set[int]:
        shuffled = random.Random(seed).sample(events, len(events))
        return {send(api, shuffled[at : at + 40], path="/batch").status_code for at in range(0, len(events), 40)}

    with ThreadPoolExecutor(8) as threads:
        assert set().union(*threads.map(tell, range(8))) == {204}
    runs = api.client.get(f"/v1/pipelines/{pipeline_of(api, job)['id']}/runs", params={"limit": 1000}).json()["items"]
    assert sorted(run["external_run_id"] for run in runs) == sorted(ids)
    said = {(run["status"], run["started_at"], run["finished_at"]) for run in runs}
    assert said == {("success", "2026-03-01T10:00:00Z", "2026-03-01T10:00:03Z")}


@pytest.mark.parametrize(
    ("event", "field"),
    [
        (without(run_event(), "eventTime"), "eventTime"),
        (run_event(time="soon"), "eventTime"),
        (without(run_event(), "job", "namespace"), "job.namespace"),
        (changed(run_event(), None, "run", "runId"), "run.runId"),
        (changed(run_event(), 1, "eventType"), "eventType"),
        ({"eventTime": "2026-03-01T10:00:00Z"}, "run"),
    ],
)
def test_a_bad_event_is_refused_by_the_name_of_its_field(api: Api, event: Event, field: str) -> None:
    assert_problem(send(api, event), 422, "invalid_report", field=field)


@pytest.mark.parametrize("event", [[run_event()], "START", 1, {}])
def test_what_is_no_event_is_refused(api: Api, event: object) -> None:
    assert_problem(send(api, event), 422, "invalid_report")


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"a":\xff}', b"[" * 100_000, b'{"a":' * 100_000, b'{"a": 1} x'])
@pytest.mark.parametrize("path", ["", "/batch"])
def test_what_is_no_json_is_refused(api: Api, body: bytes, path: str) -> None:
    response = api.client.post(f"/api/v1/lineage{path}", content=body)
    assert_problem(response, 400, "invalid_request")


@pytest.mark.parametrize("body", [b"[1", b"[1,]", b"[,]", b"[1 2]", b"[1] x", b"[1]]", b"[nan]"])
def test_what_is_no_array_is_refused(api: Api, body: bytes) -> None:
    assert_problem(api.client.post("/api/v1/lineage/batch", content=body), 400, "invalid_request")
    spaced = api.client.post("/api/v1/lineage/batch", content=b" [ 1 , 2 ]\r\n")
    assert spaced.json()["summary"]["non_retriable"] == 2


@pytest.mark.parametrize("body", [b"[" + b"1," * 20_000 + b"1]", b"[" + b"[]," * 1_200_000 + b"1]"])
def test_a_batch_that_holds_too_much_is_refused(api: Api, body: bytes) -> None:
    assert_problem(api.client.post("/api/v1/lineage/batch", content=body), 413, "request_too_large")


def test_numbers_and_texts_that_json_has_not_are_taken_as_python_writes_them(api: Api) -> None:
    job = new_job()
    odd = {"nan": float("nan"), "half": "\ud800", "huge": 10**400}
    event = run_event("COMPLETE", job=job, producer=odd)
    body = json.dumps(event).encode()
    assert api.client.post("/api/v1/lineage", content=body).status_code == 200
    assert api.client.post("/api/v1/lineage/batch", content=b"[" + body + b"]").status_code == 204
    assert latest_run(api, job)["status"] == "success"
    infinite = json.dumps(run_event()).replace('"inputs": []', '"inputs": 1e999')
    assert_problem(api.client.post("/api/v1/lineage", content=infinite.encode()), 422, "invalid_report")


@pytest.mark.parametrize(
    "content_type", [None, "application/json", "application/json; charset=utf-8", "Application/JSON;charset=UTF-8"]
)
def test_the_content_type_is_json_or_left_out(api: Api, content_type: str | None) -> None:
    request = api.client.build_request("POST", "/api/v1/lineage", content=json.dumps(run_event()).encode())
    request.headers.pop("content-type", None)
    if content_type is not None:
        request.headers["content-type"] = content_type
    assert api.client.send(request).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/json; charset=latin-1"},
        {"Content-Encoding": "br"},
    ],
)
def test_other_types_and_codings_are_not_understood(api: Api, headers: dict[str, str]) -> None:
    (name,) = headers
    problem = assert_problem(send(api, run_event(), **headers), 415, "unsupported_media_type", field=name)
    assert "expected" in problem["detail"] or "UTF-8" in problem["detail"]


def test_gzip_is_unpacked(api: Api) -> None:
    job = new_job()
    body = gzip.compress(json.dumps(run_event("COMPLETE", job=job)).encode())
    assert api.client.post("/api/v1/lineage", content=body, headers={"Content-Encoding": "gzip"}).status_code == 200
    assert latest_run(api, job)["status"] == "success"
    for bad in (body[:-5], b"x" + body, zlib.compress(b"{}")):
        response = api.client.post("/api/v1/lineage", content=bad, headers={"Content-Encoding": "gzip"})
        assert_problem(response, 400, "invalid_request")


def authorized(token: str = TOKEN, *, scheme: str = "bearer", **more: str) -> dict[bytes, bytes]:
    headers = {"Authorization": f"{scheme} {token}".strip(), **more}
    return {name.replace("_", "-").encode(): value.encode() for name, value in headers.items()}


def test_who_has_not_the_token_is_told_to_send_it(guarded: Api) -> None:
    for headers in ({}, authorized("wrong"), authorized(scheme="Basic"), authorized(""), authorized(scheme="")):
        for path in ("", "/batch"):
            response = guarded.client.post(f"/api/v1/lineage{path}", json=run_event(), headers=headers)
            problem = assert_problem(response, 401, "unauthorized")
            assert response.headers["www-authenticate"] == 'Bearer realm="forebay"'
            assert "FOREBAY_LINEAGE_TOKEN" in problem["detail"]
    assert TOKEN not in guarded.server.log


def test_who_has_it_is_let_in_and_the_rule_says_whose_the_job_is(guarded: Api) -> None:
    mine, others = new_job(), new_job()
    events = [run_event(namespace="acme-prod", job=mine), run_event(namespace="else", job=others)]
    assert guarded.client.post("/api/v1/lineage/batch", json=events, headers=authorized()).status_code == 204
    clients = {
        job: guarded.client.get(f"/v1/clients/{pipeline_of(guarded, job)['client_id']}").json()["name"]
        for job in (mine, others)
    }
    assert clients == {mine: "Acme", others: "Others"}


def test_what_is_too_large_is_refused_packed_or_not(guarded: Api) -> None:
    fits = json.dumps(run_event(producer="x" * (LIMIT - 1000))).encode()
    large = json.dumps(run_event(producer="x" * LIMIT)).encode()
    bomb = gzip.compress(b" " * 50_000_000 + b"{}")
    packing = authorized(Content_Encoding="gzip")
    for path in ("", "/batch"):
        for body, headers in ((large, authorized()), (gzip.compress(large), packing), (bomb, packing)):
            response = guarded.client.post(f"/api/v1/lineage{path}", content=body, headers=headers)
            assert str(LIMIT) in assert_problem(response, 413, "request_too_large")["detail"]
    assert guarded.client.post("/api/v1/lineage", content=fits, headers=authorized()).status_code == 200
    assert guarded.client.post("/api/v1/lineage", content=gzip.compress(fits), headers=packing).status_code == 200


def test_a_large_body_without_a_length_is_cut_off(guarded: Api) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(100):
            yield b" " * 10_000

    response = guarded.client.post("/api/v1/lineage", content=chunks(), headers=authorized())
    assert_problem(response, 413, "request_too_large")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["START", "FAIL", RUN]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
_PLACES = [
    ("run",),
    ("job",),
    ("run", "facets"),
    ("job", "name"),
    ("job", "namespace"),
    ("run", "runId"),
    ("eventType",),
]


@given(_JSON, st.sampled_from([*_PLACES, ("eventType",), ("outputs",), ("eventTime",), ("producer",)]))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_json_is_taken_or_refused(api: Api, value: object, path: tuple[str, ...]) -> None:
    event = changed(failure(), value, *path)
    for one in (value, event):
        body = json.dumps(one).encode()
        assert api.client.post("/api/v1/lineage", content=body).status_code in {200, 422}
    batch = api.client.post("/api/v1/lineage/batch", content=json.dumps([value, event]).encode())
    assert batch.status_code in {200, 204}
