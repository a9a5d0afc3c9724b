"""What happened, as pages, as lines and as Server-Sent Events."""

import json
import threading
from typing import Any
from uuid import uuid4

import pytest

from tests.http.api import Api, archive, assert_problem
from tests.http.archives import job_of, processed
from tests.http.event_streams import EVENT_STREAM, NDJSON, stream, streamed


@pytest.fixture(scope="module")
def run(working: Api) -> dict[str, Any]:
    return processed(working, working.upload(archive(seed="events")).json()["id"])


@pytest.fixture(scope="module")
def path(working: Api, run: dict[str, Any]) -> str:
    return f"/v1/jobs/{job_of(working, run['id'])['id']}/events"


def pages(api: Api, path: str, **query: str | int) -> list[dict[str, Any]]:
    """All events, page by page."""
    found: list[dict[str, Any]] = []
    while True:
        page = api.client.get(path, params=query).json()
        found += page["items"]
        if page["next_cursor"] is None:
            return found
        query["after"] = page["next_cursor"]


def lines(api: Api, path: str, **query: str | int) -> list[dict[str, Any]]:
    response = api.client.get(path, headers={"Accept": NDJSON}, params=query, timeout=120)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == NDJSON
    return [json.loads(line) for line in response.text.splitlines()]


def test_pages_lines_and_streams_say_the_same(working: Api, path: str) -> None:
    events = pages(working, path)
    assert [event["code"] for event in events] == [
        *("job_queued", "job_started"),
        *("step_started", "step_succeeded", "step_started", "step_succeeded"),
        "job_succeeded",
    ]
    assert [event["position"] for event in events] == sorted({event["position"] for event in events})
    assert pages(working, path, limit=2) == events
    assert lines(working, path) == events
    assert lines(working, path, limit=1) == events
    assert lines(working, path, follow="true") == events
    sent = streamed(working.client, path)
    assert [event.data for event in sent] == events
    assert [(event.id, event.name) for event in sent] == [(str(e["position"]), e["code"]) for e in events]


def test_a_stream_resumes_behind_the_last_event_and_loses_and_repeats_nothing(working: Api, path: str) -> None:
    events = pages(working, path)
    for place, event in enumerate(events):
        last = str(event["position"])
        for sent in (
            streamed(working.client, path, last_event_id=last),
            streamed(working.client, path, after=last),
            streamed(working.client, path, after=0, last_event_id=last),
        ):
            assert [item.data for item in sent] == events[place + 1 :]
        assert lines(working, path, after=last) == pages(working, path, after=last) == events[place + 1 :]
    assert [item.data for item in streamed(working.client, path, last_event_id="")] == events


def test_events_of_a_run_and_of_everything_are_in_one_order(working: Api, run: dict[str, Any], path: str) -> None:
    of_run = pages(working, "/v1/events", run_id=run["id"], limit=3)
    assert {event["run_id"] for event in of_run} == {run["id"]}
    assert [event["code"] for event in of_run if event["job_id"] is None] == [
        *("run_stored", "run_parsing", "run_complete")
    ]
    assert [event for event in of_run if event["job_id"] is not None] == pages(working, path)
    first = of_run[0]["position"]
    everything = pages(working, "/v1/events", after=first - 1)
    assert [event for event in everything if event["run_id"] == run["id"]] == of_run
    assert lines(working, "/v1/events", after=first - 1)[: len(everything)] == everything


def test_everything_is_told_as_it_happens(working: Api) -> None:
    with stream(working.client, "/v1/events") as events:
        run_id = working.upload(archive(seed=uuid4().hex)).json()["id"]
        seen = []
        for event in events:
            if event.data["run_id"] == run_id:
                seen.append(event)
            if event.name == "run_complete" and event.data["run_id"] == run_id:
                break
    assert [event.data for event in seen] == pages(working, "/v1/events", run_id=run_id)
    with stream(working.client, "/v1/events", run_id=run_id, last_event_id=seen[2].id) as events:
        assert [next(events) for _ in seen[3:]] == seen[3:]


def test_a_job_is_followed_from_its_first_event_to_its_last(working: Api) -> None:
    run_id = working.upload(archive(seed=uuid4().hex)).json()["id"]
    path = f"/v1/jobs/{job_of(working, run_id)['id']}/events"
    followed = [event.data for event in streamed(working.client, path)]
    assert followed == pages(working, path)
    assert followed[0]["code"] == "job_queued"
    assert followed[-1]["code"] == "job_succeeded"


def test_a_job_that_was_tried_again_is_followed_to_its_new_end(api: Api) -> None:
    run_id = api.upload(archive(seed=uuid4().hex)).json()["id"]
    job_id = job_of(api, run_id)["id"]
    path = f"/v1/jobs/{job_id}/events"
    api.client.post(f"/v1/jobs/{job_id}/cancel")
    assert [event.name for event in streamed(api.client, path)][-1] == "job_cancelled"
    api.client.post(f"/v1/jobs/{job_id}/retry")
    with stream(api.client, path) as events:
        assert [next(events).name for _ in range(3)] == ["job_queued", "job_cancelled", "job_retried"]
        api.client.post(f"/v1/jobs/{job_id}/cancel")
        assert [event.name for event in events] == ["job_cancelled"]


def test_a_stream_of_a_job_ends_when_its_run_is_deleted(api: Api) -> None:
    run_id = api.upload(archive(seed=uuid4().hex)).json()["id"]
    with stream(api.client, f"/v1/jobs/{job_of(api, run_id)['id']}/events") as events:
        assert next(events).name == "job_queued"
        assert api.client.delete(f"/v1/runs/{run_id}").status_code == 204
        assert list(events) == []


def test_many_streams_hear_the_same(api: Api) -> None:
    """More of them than there are connections to the database: while they wait they hold none."""
    run_id = api.upload(archive(seed=uuid4().hex)).json()["id"]
    job_id = job_of(api, run_id)["id"]
    heard: list[list[str]] = []
    waiting = threading.Barrier(31, timeout=120)

    def follow() -> None:
        with stream(api.client, f"/v1/jobs/{job_id}/events") as events:
            first = next(events).name
            waiting.wait()
            heard.append([first, *(event.name for event in events)])

    threads = [threading.Thread(target=follow) for _ in range(30)]
    for thread in threads:
        thread.start()
    waiting.wait()
    api.client.post(f"/v1/jobs/{job_id}/cancel")
    for thread in threads:
        thread.join()
    assert heard == [["job_queued", "job_cancelled"]] * 30


def test_streams_are_neither_kept_nor_held_back_on_the_way(working: Api, path: str) -> None:
    for accept in (EVENT_STREAM, NDJSON):
        response = working.client.get(path, headers={"Accept": accept})
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["x-accel-buffering"] == "no"
        assert response.headers["vary"] == "Accept"
    assert working.client.get(path).headers["vary"] == "Accept"
    assert working.client.get(path, headers={"Accept": EVENT_STREAM}).text.startswith("retry: ")


@pytest.mark.parametrize("where", ["job", "all"])
def test_a_form_that_there_is_not_is_refused_with_those_there_are(working: Api, path: str, where: str) -> None:
    place = path if where == "job" else "/v1/events"
    for accept in ("text/html", "application/json;q=0", "image/*"):
        problem = assert_problem(working.client.get(place, headers={"Accept": accept}), 406, "not_acceptable")
        assert EVENT_STREAM in problem["detail"]
        assert NDJSON in problem["detail"]


@pytest.mark.parametrize("value", ["x", "-1", "1.0", "9" * 19, "1" * 40, "٣"])
def test_a_last_event_id_that_is_none_is_refused(working: Api, path: str, value: str) -> None:
    headers = {b"Accept": EVENT_STREAM.encode(), b"Last-Event-ID": value.encode()}
    assert_problem(working.client.get(path, headers=headers), 400, "invalid_cursor", field="Last-Event-ID")


@pytest.mark.parametrize("value", ["x", "-1", "1.5", str(2**63)])
def test_a_place_that_is_none_is_refused(working: Api, path: str, value: str) -> None:
    for accept in ("application/json", NDJSON, EVENT_STREAM):
        response = working.client.get(path, headers={"Accept": accept}, params={"after": value})
        assert_problem(response, 400, "invalid_parameter", field="after")


def test_what_else_is_wrong_is_said_before_a_stream_begins(working: Api, path: str) -> None:
    assert_problem(working.client.get(path, params={"follow": "true"}), 422, "invalid_field", field="follow")
    assert_problem(working.client.get("/v1/events", params={"run_id": "42"}), 422, "invalid_field", field="run_id")
    for accept in ("application/json", NDJSON, EVENT_STREAM):
        nobody = f"/v1/jobs/{uuid4()}/events"
        assert_problem(working.client.get(nobody, headers={"Accept": accept}), 404, "job_not_found")
