"""`forebay worker`: jobs are done in a process of its own, which comes and goes without losing any."""

import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.e2e.workers import FOREBAY_WORKER, WorkerProcess
from tests.e2e.workers_site import BACKENDS, Site, open_site
from tests.http.api import archive

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(params=BACKENDS)
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    with open_site(request, tmp_path, {"FOREBAY_LEASE_SECONDS": "4"}) as site:
        yield site


def test_a_worker_does_what_was_uploaded_before_and_after_it_came(site: Site) -> None:
    before = site.client.upload(archive(seed="before"))
    assert site.client.job_of(before)["status"] == "queued"
    with site.worker("--name", "the one", "--concurrency", "3") as worker:
        assert "the one works on 3 jobs at a time" in worker.log
        after = site.client.upload(archive(seed="after"))
        for run_id in (before, after):
            job = site.client.wait_for(site.client.job_of(run_id)["id"], "succeeded")
            (started,) = [event for event in site.client.events(job["id"]) if event["code"] == "job_started"]
            assert started["payload"]["worker"] == "the one"
        worker.signal(signal.SIGTERM)
        assert worker.wait() == 0


def test_a_worker_answers_for_itself(site: Site) -> None:
    with site.worker() as worker:
        run_id = site.client.upload(archive())
        site.client.wait_for(site.client.job_of(run_id)["id"], "succeeded")
        assert httpx.get(f"{worker.url}/healthz").json() == {"status": "ok"}
        ready = httpx.get(f"{worker.url}/readyz")
        assert ready.status_code == 200
        assert {"db", "storage", "queue", "worker"} <= set(ready.json()["parts"])
        metrics = httpx.get(f"{worker.url}/metrics").text
        assert 'forebay_job_attempts_total{kind="archive_catalogue",outcome="succeeded"} 1.0' in metrics
        assert "forebay_queue_due_jobs 0.0" in metrics
        assert httpx.get(f"{worker.url}/v1/runs").status_code == 404


def test_a_worker_that_is_told_to_stop_lets_go_at_the_end_of_the_step(site: Site) -> None:
    job_id = site.waiting_job()
    with site.worker(name="first") as worker:
        site.processor.wait_until_begun("first")
        worker.signal(signal.SIGTERM)
        worker.wait_for_log("stopping:")
        site.processor.go("first")
        assert worker.wait() == 0
    assert site.client.job(job_id)["status"] == "queued"
    assert site.client.codes(job_id)[-1] == "job_released"
    site.processor.go("second")
    with site.worker(name="second"):
        site.client.wait_for(job_id, "succeeded")
    codes = site.client.codes(job_id)
    assert codes.count("step_succeeded") == 2
    assert codes.count("job_succeeded") == 1


def test_a_step_that_takes_longer_than_the_grace_time_is_let_go_of(site: Site) -> None:
    job_id = site.waiting_job()
    with site.worker(FOREBAY_SHUTDOWN_GRACE_SECONDS="0.5") as worker:
        site.processor.wait_until_begun("first")
        worker.signal(signal.SIGINT)
        assert worker.wait() == 0
    assert site.client.codes(job_id)[-1] == "job_released"


def test_a_second_signal_lets_go_at_once(site: Site) -> None:
    job_id = site.waiting_job()
    with site.worker(FOREBAY_SHUTDOWN_GRACE_SECONDS="600") as worker:
        site.processor.wait_until_begun("first")
        worker.signal(signal.SIGTERM)
        worker.wait_for_log("again to let go of them at once")
        worker.signal(signal.SIGTERM)
        assert worker.wait() == 128 + signal.SIGTERM
    assert site.client.codes(job_id)[-1] == "job_released"


def test_the_job_of_a_killed_worker_is_taken_over_and_its_steps_are_not_repeated(site: Site) -> None:
    job_id = site.waiting_job()
    site.processor.go("first")
    with site.worker(name="first") as worker:
        site.processor.wait_until_begun("second")
        worker.kill()
    site.processor.go("second")
    with site.worker(name="second"):
        job = site.client.wait_for(job_id, "succeeded")
    assert job["attempts"] == 2
    codes = site.client.codes(job_id)
    assert codes.count("job_taken_over") == 1
    assert codes.count("step_succeeded") == 2
    assert [event["payload"]["step"] for event in site.client.events(job_id) if event["code"] == "step_started"] == [
        "first",
        "second",
        "second",
    ]


def test_two_workers_do_each_job_once(site: Site) -> None:
    runs = [site.client.upload(archive(seed=f"{number}")) for number in range(20)]
    with site.worker(name="one"), site.worker(name="two"):
        for run_id in runs:
            job = site.client.wait_for(site.client.job_of(run_id)["id"], "succeeded")
            assert job["attempts"] == 1
            assert site.client.codes(job["id"]).count("job_started") == 1


def test_what_keeps_a_worker_from_starting_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for settings, said in [
            ({"FOREBAY_WORKER_PORT": port}, "choose another FOREBAY_WORKER_HOST or FOREBAY_WORKER_PORT"),
            ({"FOREBAY_DATABASE_URL": "memory:"}, "FOREBAY_DATABASE_URL is memory:"),
            ({"FOREBAY_WORKER_CONCURRENCY": "0"}, "expected at least 1"),
        ]:
            worker = WorkerProcess(tmp_path, FOREBAY_WORKER, {"FOREBAY_DATA_DIR": str(tmp_path / "data"), **settings})
            worker.launch()
            assert worker.wait() == 8
            assert said in worker.log
