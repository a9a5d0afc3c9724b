"""Whoever does the jobs, and on whatever database, blob store and queue: what the API shows is the same."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from uuid import uuid4

import pytest

from forebay.testing.archive_examples import MIB
from tests.e2e import archive_kinds
from tests.e2e.archive_kinds import KINDS
from tests.e2e.faults.gated_processor import FAIL, passage
from tests.e2e.gated_documents import KIND
from tests.e2e.ways_to_work import CONCURRENCY, WAYS, Work, open_way
from tests.http.api import assert_problem, sha256
from tests.http.event_streams import NDJSON, stream, streamed

pytestmark = pytest.mark.timeout(300)
RUN_OF_STEPS = ["step_started", "step_succeeded", "step_started", "step_succeeded"]


@pytest.fixture(scope="module", params=WAYS)
def everything(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Work]:
    """One server and one worker for all tests on a way to work."""
    with open_way(request, tmp_path_factory.mktemp("way")) as work:
        yield work


@pytest.fixture
def work(everything: Work) -> Iterator[Work]:
    """What a test that failed has left at the gate does not keep the next one waiting."""
    yield everything
    everything.gate.let_all_go()


@pytest.fixture(scope="module")
def catalogued(everything: Work) -> dict[str, str]:
    """A run for each kind of archive; they were worked on at once."""
    runs = {kind: everything.upload(example.content, name=f"some.{kind}") for kind, example in KINDS.items()}
    for run_id in runs.values():
        everything.worked_on(run_id)
    return runs


@pytest.mark.parametrize("kind", KINDS)
def test_an_archive_ends_complete_with_exactly_its_members(work: Work, catalogued: dict[str, str], kind: str) -> None:
    run_id, example = catalogued[kind], KINDS[kind]
    run, job = work.run(run_id), work.job(work.job_of(run_id)["id"])
    assert (run["status"], run["error"]) == ("complete", None)
    assert (job["kind"], job["status"], job["attempts"]) == ("archive_catalogue", "succeeded", 1)
    assert [(step["name"], step["status"]) for step in job["steps"]] == [
        ("catalogue", "succeeded"),
        ("manifest", "succeeded"),
    ]
    assert job["steps"][0]["metadata"]["members"] == len(example.files)
    members = work.members(run_id)
    assert [(item["path"], item["sha256"]) for item in members] == sorted(example.digests.items())
    assert {item["path"]: item["size_bytes"] for item in members} == {
        path: len(content) for path, content in example.files.items()
    }
    assert {item["kind"] for item in members} == {"file"}


@pytest.mark.parametrize("kind", KINDS)
def test_members_are_found_by_prefix_and_folder_by_folder(work: Work, catalogued: dict[str, str], kind: str) -> None:
    run_id, paths = catalogued[kind], sorted(KINDS[kind].files)
    for prefix in ("app/", "app/l", "inner.tgz!/app/default/", "nothing"):
        expected = [path for path in paths if path.startswith(prefix)]
        assert [item["path"] for item in work.members(run_id, prefix=prefix)] == expected
    found: list[str] = []
    folders = [""]
    while folders:
        folder = folders.pop()
        page = work.get(f"/v1/runs/{run_id}/files", delimiter="/", prefix=folder)
        assert {item["path"].rpartition("/")[0] for item in page["items"]} <= {folder.removesuffix("/")}
        found += [item["path"] for item in page["items"]]
        folders += page["folders"]
    assert sorted(found) == paths


@pytest.mark.parametrize("kind", KINDS)
def test_contents_of_members_come_back(work: Work, catalogued: dict[str, str], kind: str) -> None:
    files = KINDS[kind].files
    for member in work.members(catalogued[kind]):
        response = work.api.client.get(f"/v1/files/{member['id']}/content")
        assert (response.status_code, response.content) == (200, files[member["path"]])
        assert response.headers["etag"] == f'"{member["sha256"]}"'


@pytest.mark.parametrize("kind", KINDS)
def test_the_manifest_has_the_digests_of_all_members(work: Work, catalogued: dict[str, str], kind: str) -> None:
    job_id = work.job_of(catalogued[kind])["id"]
    assert work.artifacts(job_id) == {"SHA256SUMS": KINDS[kind].manifest}


def test_a_file_by_itself_is_a_catalogue_of_one(work: Work) -> None:
    content = b"[default]\nhost = a\n"
    run = work.worked_on(work.upload(content, type="single_conf", name="inputs.conf"))
    (only,) = work.members(run["id"])
    assert (run["status"], only["path"], only["sha256"]) == ("complete", "inputs.conf", sha256(content))
    assert work.api.client.get(f"/v1/files/{only['id']}/content").content == content
    assert work.job_of(run["id"])["kind"] == "file_catalogue"


@pytest.mark.parametrize(
    ("make", "code", "said"),
    [
        (archive_kinds.truncated, "archive_truncated", "app/lookups/prices.bin"),
        (archive_kinds.with_a_wrong_checksum, "archive_checksum_mismatch", "bad.bin"),
        (archive_kinds.bomb, "archive_ratio_exceeded", "FOREBAY_ARCHIVE_MAX_RATIO"),
        (partial(archive_kinds.larger_than, 100 * MIB), "archive_too_large", "FOREBAY_ARCHIVE_MAX_BYTES"),
        (partial(archive_kinds.with_many_members, 51), "archive_too_many_members", "FOREBAY_ARCHIVE_MAX_MEMBERS"),
        (partial(archive_kinds.with_a_long_path, 201), "archive_path_too_long", "FOREBAY_ARCHIVE_MAX_PATH_BYTES"),
        (partial(archive_kinds.inside_each_other, 3), "archive_nested_too_deep", "FOREBAY_ARCHIVE_MAX_DEPTH"),
    ],
    ids=["truncated", "checksum", "ratio", "bytes", "members", "path", "depth"],
)
def test_an_archive_that_is_broken_or_asks_for_too_much_fails_its_run_with_the_reason(
    work: Work, make: Callable[[], bytes], code: str, said: str
) -> None:
    run = work.worked_on(work.upload(make()))
    job = work.job(work.job_of(run["id"])["id"])
    assert (run["status"], job["status"], job["attempts"]) == ("failed", "failed", 1)
    assert run["error"]["code"] == job["error"]["code"] == code
    assert run["error"]["detail"] == job["error"]["detail"]
    assert said in run["error"]["detail"]
    assert [(step["name"], step["status"]) for step in job["steps"]] == [
        ("catalogue", "failed"),
        ("manifest", "pending"),
    ]
    assert work.codes(job["id"]) == ["job_queued", "job_started", "step_started", "step_failed", "job_failed"]
    assert work.members(run["id"]) == []
    assert work.artifacts(job["id"]) == {}


def test_events_are_the_same_as_pages_as_lines_and_as_a_stream(work: Work) -> None:
    run_id = work.upload(archive_kinds.with_many_members(2))
    path = f"/v1/jobs/{work.job_of(run_id)['id']}/events"
    sent = streamed(work.api.client, path)
    events = [event.data for event in sent]
    assert [event["code"] for event in events] == ["job_queued", "job_started", *RUN_OF_STEPS, "job_succeeded"]
    positions = [event["position"] for event in events]
    assert positions == sorted(set(positions))
    assert [(event.id, event.name) for event in sent] == [(str(e["position"]), e["code"]) for e in events]
    pages = [work.get(path, limit=3)]
    while pages[-1]["next_cursor"] is not None:
        pages.append(work.get(path, limit=3, after=pages[-1]["next_cursor"]))
    assert [event for page in pages for event in page["items"]] == events
    for follow in ("false", "true"):
        lines = work.api.client.get(path, headers={"Accept": NDJSON}, params={"follow": follow})
        assert [json.loads(line) for line in lines.text.splitlines()] == events
    of_run = [(event["code"], event["job_id"]) for event in work.get("/v1/events", run_id=run_id)["items"]]
    assert [code for code, job_id in of_run if job_id is None] == ["run_stored", "run_parsing", "run_complete"]


def test_a_job_is_told_of_while_it_runs_and_streams_end_with_it(work: Work) -> None:
    _, job_id = work.document()
    path = f"/v1/jobs/{job_id}/events"
    client = work.api.client
    with (
        stream(client, path) as events,
        client.stream("GET", path, headers={"Accept": NDJSON}, params={"follow": "true"}, timeout=120) as response,
    ):
        lines = response.iter_lines()
        visit = work.gate.arrival(job_id, "first")
        so_far = [next(events).name for _ in range(3)]
        assert so_far == [json.loads(next(lines))["code"] for _ in range(3)]
        assert so_far == ["job_queued", "job_started", "step_started"]
        visit.answer()
        work.gate.arrival(job_id, "second").answer()
        rest = [event.name for event in events]
        assert rest == [json.loads(line)["code"] for line in lines]
    assert so_far + rest == ["job_queued", "job_started", *RUN_OF_STEPS, "job_succeeded"]


def test_steps_leave_the_files_that_they_made(work: Work) -> None:
    run_id, job_id = work.document()
    _let_through(work, job_id)
    assert work.ended(job_id)["status"] == "succeeded"
    assert work.run(run_id)["status"] == "complete"
    assert work.artifacts(job_id) == _made(run_id)


def test_a_job_that_waits_is_cancelled_at_once_and_never_begins(work: Work) -> None:
    with _all_hands_full(work):
        run_id, job_id = work.document()
        assert work.post(f"/v1/jobs/{job_id}/cancel")["status"] == "cancelled"
        run = work.run(run_id)
        assert (run["status"], run["error"]["code"]) == ("failed", "job_cancelled")
    assert work.worked_on(work.upload(archive_kinds.with_many_members(1)))["status"] == "complete"
    assert work.codes(job_id) == ["job_queued", "job_cancelled"]


def test_a_job_that_runs_is_stopped_inside_its_step(work: Work) -> None:
    run_id, job_id = work.document()
    work.gate.arrival(job_id, "first").answer()
    visit = work.gate.arrival(job_id, "second")
    asked = work.post(f"/v1/jobs/{job_id}/cancel")
    assert (asked["status"], asked["cancel_requested"]) == ("running", True)
    visit.wait_until_left()
    job, run = work.ended(job_id), work.run(run_id)
    assert (job["status"], job["lease_owner"]) == ("cancelled", None)
    assert [step["status"] for step in job["steps"]] == ["succeeded", "cancelled"]
    assert (run["status"], run["error"]["code"]) == ("failed", "job_cancelled")
    assert work.codes(job_id)[-3:] == ["step_started", "job_cancel_requested", "job_cancelled"]


def test_a_job_that_was_cancelled_goes_on_where_it_was_when_it_is_tried_again(work: Work) -> None:
    run_id, job_id = work.document()
    work.gate.arrival(job_id, "first").answer()
    visit = work.gate.arrival(job_id, "second")
    work.post(f"/v1/jobs/{job_id}/cancel")
    visit.wait_until_left()
    work.ended(job_id)
    again = work.post(f"/v1/jobs/{job_id}/retry")
    assert (again["status"], again["attempts"], again["cancel_requested"]) == ("queued", 0, False)
    work.gate.arrival(job_id, "second").answer()
    assert work.ended(job_id)["status"] == "succeeded"
    assert (work.run(run_id)["status"], work.run(run_id)["error"]) == ("complete", None)
    assert _steps_begun(work, job_id) == ["first", "second", "second"]
    assert work.artifacts(job_id) == _made(run_id)


def test_a_job_that_fails_for_a_passing_reason_is_tried_again_by_itself(work: Work) -> None:
    run_id, job_id = work.document()
    work.gate.arrival(job_id, "first").answer(FAIL)
    again = work.gate.arrival(job_id, "first")
    assert again.attempt == 2
    again.answer()
    work.gate.arrival(job_id, "second").answer()
    assert work.ended(job_id)["status"] == "succeeded"
    assert work.codes(job_id) == [
        *("job_queued", "job_started", "step_started", "step_failed", "job_postponed"),
        *("job_started", *RUN_OF_STEPS, "job_succeeded"),
    ]
    assert work.artifacts(job_id) == _made(run_id)


def test_a_job_that_failed_goes_on_where_it_was_when_it_is_tried_again(work: Work) -> None:
    run_id, job_id = work.document()
    work.gate.arrival(job_id, "first").answer()
    for _ in range(2):
        work.gate.arrival(job_id, "second").answer(FAIL)
    job, run = work.ended(job_id), work.run(run_id)
    assert (job["status"], job["attempts"], run["status"]) == ("failed", 2, "failed")
    assert job["error"]["code"] == run["error"]["code"] == "storage_unavailable"
    assert_problem(work.api.client.post(f"/v1/jobs/{job_id}/cancel"), 409, "invalid_job_transition")
    work.post(f"/v1/jobs/{job_id}/retry")
    visit = work.gate.arrival(job_id, "second")
    assert visit.attempt == 1
    visit.answer()
    assert work.ended(job_id)["status"] == "succeeded"
    assert work.run(run_id)["status"] == "complete"
    assert _steps_begun(work, job_id) == ["first", "second", "second", "second"]
    assert work.artifacts(job_id) == _made(run_id)


def test_a_repetition_replaces_all_members(work: Work, catalogued: dict[str, str]) -> None:
    run_id = catalogued["tar"]
    before = work.members(run_id)
    first = work.job_of(run_id)["id"]
    repeated = work.post("/v1/jobs", {"run_id": run_id})
    assert work.ended(repeated["id"])["status"] == "succeeded"
    assert work.run(run_id)["status"] == "complete"
    after = work.members(run_id)
    assert [(item["path"], item["sha256"]) for item in after] == [(item["path"], item["sha256"]) for item in before]
    assert {item["id"] for item in after}.isdisjoint(item["id"] for item in before)
    for item in before:
        assert_problem(work.api.client.get(f"/v1/files/{item['id']}/content"), 404, "file_not_found")
    assert work.artifacts(repeated["id"]) == work.artifacts(first) == {"SHA256SUMS": KINDS["tar"].manifest}


def test_a_job_is_started_once_for_a_key(work: Work, catalogued: dict[str, str]) -> None:
    body, key = {"run_id": catalogued["zip"]}, uuid4().hex
    started = work.post("/v1/jobs", body, key=key)
    assert work.ended(started["id"])["status"] == "succeeded"
    replayed = work.api.client.post("/v1/jobs", json=body, headers={"Idempotency-Key": key})
    assert (replayed.status_code, replayed.headers["idempotency-replayed"]) == (202, "true")
    assert (replayed.json()["id"], replayed.json()["status"]) == (started["id"], "succeeded")
    other = work.api.client.post("/v1/jobs", json={"run_id": catalogued["tar"]}, headers={"Idempotency-Key": key})
    assert_problem(other, 409, "job_key_reused", field="Idempotency-Key")
    assert work.codes(started["id"]).count("job_started") == 1
    jobs = [job["id"] for job in work.get("/v1/jobs", run_id=catalogued["zip"])["items"]]
    assert jobs.count(started["id"]) == 1


def test_processing_joins_the_job_under_way_and_starts_one_otherwise(work: Work) -> None:
    run_id, job_id = work.document()
    visit = work.gate.arrival(job_id, "first")
    joined = work.post(f"/v1/runs/{run_id}/parse")
    assert (joined["id"], joined["status"]) == (job_id, "running")
    problem = assert_problem(work.api.client.post("/v1/jobs", json={"run_id": run_id}), 409, "job_active")
    assert run_id in problem["detail"]
    visit.answer()
    work.gate.arrival(job_id, "second").answer()
    work.ended(job_id)
    other = work.post(f"/v1/runs/{run_id}/parse")
    assert other["id"] != job_id
    _let_through(work, other["id"])
    assert work.ended(other["id"])["status"] == "succeeded"
    assert [job["id"] for job in work.get("/v1/jobs", run_id=run_id)["items"]] == [other["id"], job_id]


def test_the_worker_has_counted_what_jobs_and_steps_say(work: Work) -> None:
    work.worked_on(work.upload(KINDS["zip"].content))
    work.worked_on(work.upload(archive_kinds.truncated()))
    jobs = [work.job(job["id"]) for job in work.get("/v1/jobs", limit=1000)["items"] if job["kind"] != KIND]
    done = [job for job in jobs if job["status"] == "succeeded"]
    of_archives = Counter(job["status"] for job in jobs if job["kind"] == "archive_catalogue")
    assert set(of_archives) == {"succeeded", "failed"}
    for outcome, count in of_archives.items():
        kind = "archive_catalogue"
        work.wait_until_counted("forebay_job_attempts_total", count, kind=kind, outcome=outcome)
        work.wait_until_counted("forebay_job_attempt_seconds_count", of_archives.total(), kind=kind)
        work.wait_until_counted("forebay_step_seconds_count", count, kind=kind, step="catalogue", outcome=outcome)
    found = [job["steps"][0]["metadata"] for job in done]
    work.wait_until_counted("forebay_catalogued_members_total", sum(each["members"] for each in found))
    work.wait_until_counted("forebay_catalogued_bytes_total", sum(each["unpacked_bytes"] for each in found))


def test_a_run_that_is_deleted_while_its_job_runs_leaves_nothing(work: Work) -> None:
    lost = work.counted("forebay_job_attempts_total", kind=KIND, outcome="lost")
    run_id, job_id = work.document()
    work.gate.arrival(job_id, "first").answer()
    visit = work.gate.arrival(job_id, "second")
    (artifact,) = work.get(f"/v1/jobs/{job_id}/artifacts")["items"]
    with stream(work.api.client, f"/v1/jobs/{job_id}/events") as events:
        assert work.api.client.delete(f"/v1/runs/{run_id}").status_code == 204
        assert "job_succeeded" not in [event.name for event in events]
    visit.wait_until_left()
    work.wait_until_counted("forebay_job_attempts_total", lost + 1, kind=KIND, outcome="lost")
    for path, code in [
        (f"/v1/runs/{run_id}", "run_not_found"),
        (f"/v1/jobs/{job_id}", "job_not_found"),
        (f"/v1/jobs/{job_id}/events", "job_not_found"),
        (artifact["content_url"], "artifact_not_found"),
    ]:
        assert_problem(work.api.client.get(path), 404, code)
    assert work.get("/v1/jobs", run_id=run_id)["items"] == []
    (last,) = [event for event in work.get("/v1/events", run_id=run_id)["items"] if event["code"] == "run_deleted"]
    assert last["job_id"] is None
    work.wait_until_nothing_is_left_behind()


def _let_through(work: Work, job_id: str) -> None:
    for step in ("first", "second"):
        work.gate.arrival(job_id, step).answer()


@contextmanager
def _all_hands_full(work: Work) -> Iterator[None]:
    """The worker has as many jobs in its hands as it takes; it is let go of them at the end."""
    jobs = [work.document()[1] for _ in range(CONCURRENCY)]
    visits = [work.gate.arrival(job_id, "first") for job_id in jobs]
    yield
    for visit in visits:
        visit.answer()
    for job_id in jobs:
        work.gate.arrival(job_id, "second").answer()
        assert work.ended(job_id)["status"] == "succeeded"


def _made(run_id: str) -> dict[str, bytes]:
    """By the steps of a document's job."""
    return {f"{step}.txt": passage(step, run_id) for step in ("first", "second")}


def _steps_begun(work: Work, job_id: str) -> list[str]:
    return [event["payload"]["step"] for event in work.events(job_id) if event["code"] == "step_started"]
