"""Celery workers and their broker stop, die and come back: every job is done all the same, and each step once."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.e2e.workers import CELERY, WorkerProcess, eventually
from tests.e2e.workers_site import BACKENDS, Site, open_site
from tests.http.api import archive
from tests.services.redis import RedisServer, redis

WORKER = (*CELERY, "worker", "--concurrency", "2")
pytestmark = [pytest.mark.timeout(300), pytest.mark.adapter("redis")]


@pytest.fixture(params=BACKENDS)
def site(request: pytest.FixtureRequest, tmp_path: Path, redis_url: str) -> Iterator[Site]:
    settings = {"FOREBAY_QUEUE_URL": redis_url, "FOREBAY_RECOVERY_INTERVAL_SECONDS": "1"}
    with open_site(request, tmp_path, settings) as site:
        yield site


@pytest.fixture
def mortal(redis_server: RedisServer) -> Iterator[RedisServer]:
    """A Redis that a test may kill."""
    assert redis_server.source  # the run has a Redis
    with redis() as server:
        yield server


@pytest.fixture(params=BACKENDS[:1])
def site_of_mortal(request: pytest.FixtureRequest, tmp_path: Path, mortal: RedisServer) -> Iterator[Site]:
    settings = {"FOREBAY_QUEUE_URL": f"{mortal.url}/0", "FOREBAY_RECOVERY_INTERVAL_SECONDS": "1"}
    with open_site(request, tmp_path, settings) as site:
        yield site


def test_a_worker_that_is_told_to_stop_lets_go_at_the_end_of_the_step(site: Site) -> None:
    job_id = site.waiting_job()
    with site.running("first", WORKER) as worker:
        site.processor.wait_until_begun("first")
        worker.signal(signal.SIGTERM)
        worker.wait_for_log("Warm shutdown")
        eventually(lambda: _says_stopping(worker), "it goes on", worker)
        site.processor.go("first")
        assert worker.wait() == 0
    assert site.client.codes(job_id)[-1] == "job_released"
    site.processor.go("second")
    with site.running("second", WORKER):
        site.client.wait_for(job_id, "succeeded")
    codes = site.client.codes(job_id)
    assert codes.count("step_succeeded") == 2
    assert "job_taken_over" not in codes


def test_a_step_that_takes_longer_than_the_grace_time_is_let_go_of(site: Site) -> None:
    job_id = site.waiting_job()
    with site.running("first", WORKER, FOREBAY_SHUTDOWN_GRACE_SECONDS="0.5") as worker:
        site.processor.wait_until_begun("first")
        worker.signal(signal.SIGTERM)
        assert worker.wait() == 0
    assert site.client.codes(job_id)[-1] == "job_released"
    site.processor.go("first", "second")
    with site.running("second", WORKER):
        site.client.wait_for(job_id, "succeeded")


def test_the_job_of_a_killed_worker_is_taken_over(site: Site) -> None:
    job_id = site.waiting_job()
    site.processor.go("first")
    with site.running("first", WORKER) as worker:
        child = site.processor.wait_until_begun("second")
        worker.kill()
        eventually(lambda: not _lives(child), "the process of the pool outlives its worker")
    site.processor.go("second")
    with site.running("second", WORKER):
        site.client.wait_for(job_id, "succeeded")
    _was_taken_over_once(site, job_id)


def test_the_job_of_a_killed_process_of_the_pool_is_taken_over_by_another(site: Site) -> None:
    job_id = site.waiting_job()
    site.processor.go("first")
    with site.running("worker", WORKER) as worker:
        killed = site.processor.wait_until_begun("second")
        os.kill(killed, signal.SIGKILL)
        assert site.processor.wait_until_begun("second") != killed
        site.processor.go("second")
        site.client.wait_for(job_id, "succeeded")
        metrics = eventually(lambda: _metrics(worker, "forebay_lease_takeovers_total"), "nothing counted", worker)
        assert metrics == ['forebay_lease_takeovers_total{kind="waits"} 1.0']
    _was_taken_over_once(site, job_id)


def test_after_a_cold_shutdown_another_worker_goes_on(site: Site) -> None:
    """The job is let go of if there is time for it; else its lease runs out."""
    job_id = site.waiting_job()
    with site.running("first", WORKER, FOREBAY_SHUTDOWN_GRACE_SECONDS="600") as worker:
        site.processor.wait_until_begun("first")
        worker.signal(signal.SIGQUIT)
        worker.wait()
    site.processor.go("first", "second")
    with site.running("second", WORKER):
        site.client.wait_for(job_id, "succeeded")
    assert site.client.codes(job_id).count("step_succeeded") == 2


def test_without_a_broker_uploads_are_taken_and_done_when_it_is_back(site_of_mortal: Site, mortal: RedisServer) -> None:
    site = site_of_mortal
    mortal.kill()
    runs = [site.client.upload(archive(seed=f"{number}")) for number in range(3)]
    health = site.client.http.get("/health").json()
    assert health["parts"]["queue"]["status"] == "failing"
    assert mortal.url.split("@")[0].split(":")[-1] not in health["parts"]["queue"]["detail"]
    mortal.start()
    with site.running("celery", WORKER):
        for run_id in runs:
            site.client.wait_for(site.client.job_of(run_id)["id"], "succeeded")
    assert site.client.http.get("/health").json()["parts"]["queue"]["status"] == "ok"


def test_a_worker_outlasts_its_broker(site_of_mortal: Site, mortal: RedisServer) -> None:
    site = site_of_mortal
    under_way = site.waiting_job()
    with site.running("celery", WORKER) as worker:
        site.processor.wait_until_begun("first")
        mortal.kill()
        eventually(
            lambda: httpx.get(f"{worker.url}/readyz", timeout=60).status_code == 503, "it does not notice", worker
        )
        assert httpx.get(f"{worker.url}/healthz").status_code == 200
        site.processor.go("first", "second")
        site.client.wait_for(under_way, "succeeded")
        mortal.start()
        job = site.client.job_of(site.client.upload(archive()))
        site.client.wait_for(job["id"], "succeeded", worker)
        worker.wait_until_ready()
        worker.signal(signal.SIGTERM)
        assert worker.wait() == 0


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"FOREBAY_QUEUE_URL": "local:"}, "Celery workers need a broker"),
        ({"FOREBAY_QUEUE_URL": "redis://host:port/0"}, "FOREBAY_QUEUE_URL cannot be read"),
        ({"FOREBAY_WORKER_HOST": "203.0.113.1"}, "choose another FOREBAY_WORKER_HOST or FOREBAY_WORKER_PORT"),
    ],
)
def test_what_keeps_a_worker_from_starting_is_said(
    tmp_path: Path, redis_url: str, settings: dict[str, str], said: str
) -> None:
    common = {"FOREBAY_DATA_DIR": str(tmp_path / "data"), "FOREBAY_QUEUE_URL": redis_url}
    worker = WorkerProcess(tmp_path, WORKER, common | settings)
    worker.launch()
    try:
        assert worker.wait() != 0
        assert said in worker.log
        assert "Traceback" not in worker.log
    finally:
        worker.kill()


def test_a_pool_in_which_jobs_take_each_other_along_is_refused(tmp_path: Path, redis_url: str) -> None:
    settings = {"FOREBAY_DATA_DIR": str(tmp_path / "data"), "FOREBAY_QUEUE_URL": redis_url}
    worker = WorkerProcess(tmp_path, (*WORKER, "--pool", "threads"), settings)
    worker.launch()
    try:
        assert worker.wait() != 0
        assert "forebay: the pool celery.concurrency.thread is not supported; use --pool prefork" in worker.log
        assert "Traceback" not in worker.log
    finally:
        worker.kill()


def _was_taken_over_once(site: Site, job_id: str) -> None:
    codes = site.client.codes(job_id)
    assert codes.count("job_taken_over") == codes.count("job_succeeded") == 1
    assert codes.count("step_succeeded") == 2
    assert site.client.job(job_id)["attempts"] == 2


def _says_stopping(worker: WorkerProcess) -> bool:
    return "is stopping" in httpx.get(f"{worker.url}/readyz", timeout=60).text


def _metrics(worker: WorkerProcess, name: str) -> list[str]:
    return [line for line in httpx.get(f"{worker.url}/metrics", timeout=60).text.splitlines() if line.startswith(name)]


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
