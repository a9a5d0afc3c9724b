"""Celery workers over a real Redis: jobs are done by them, and messages that come twice, early or never do no harm."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from celery import Celery
from redis import Redis

from forebay.adapters.celery.app import QUEUE, make_celery
from forebay.entrypoints.worker.names import HEALTH, WORK_ON_JOB
from tests.e2e.workers import CELERY, WorkerProcess, eventually
from tests.e2e.workers_site import BACKENDS, Site, open_site
from tests.http.api import archive

WORKER = (*CELERY, "worker", "--concurrency", "2")
BEAT = (*CELERY, "beat")
NEVER = "3600"
pytestmark = [pytest.mark.timeout(300), pytest.mark.adapter("redis")]


@pytest.fixture(params=BACKENDS)
def site(request: pytest.FixtureRequest, tmp_path: Path, redis_url: str) -> Iterator[Site]:
    """Nothing is recovered but by those who say so."""
    settings = {"FOREBAY_QUEUE_URL": redis_url, "FOREBAY_RECOVERY_INTERVAL_SECONDS": NEVER}
    with open_site(request, tmp_path, settings) as site:
        yield site


@pytest.fixture
def app(redis_url: str) -> Iterator[Celery]:
    """Somebody else who speaks to the workers."""
    with closing(make_celery(redis_url, longest_delay=1)) as app:
        yield app


@pytest.fixture
def broker(redis_url: str) -> Iterator[Redis]:
    with closing(Redis.from_url(redis_url)) as broker:
        yield broker


def test_an_upload_is_done_by_a_celery_worker(site: Site, app: Celery) -> None:
    with site.running("celery", WORKER) as worker:
        worker.wait_until_ready()
        run_id = site.client.upload(archive())
        job = site.client.wait_for(site.client.job_of(run_id)["id"], "succeeded")
        (started,) = [event for event in site.client.events(job["id"]) if event["code"] == "job_started"]
        assert int(started["payload"]["worker"].rpartition(":")[2]) in _children(worker.pid)
        assert site.client.http.get(f"/v1/runs/{run_id}").json()["status"] == "complete"
        _the_worker_answers(worker)
        _the_worker_answers_celery(site, app)
        worker.signal(signal.SIGTERM)
        assert worker.wait() == 0


def _the_worker_answers(worker: WorkerProcess) -> None:
    assert httpx.get(f"{worker.url}/healthz").json() == {"status": "ok"}
    assert {"db", "storage", "queue", "worker"} <= set(httpx.get(f"{worker.url}/readyz").json()["parts"])
    lines = (
        'forebay_job_attempts_total{kind="archive_catalogue",outcome="succeeded"} 1.0',  # counted after its commit
        "forebay_queue_due_jobs 0.0",
    )
    eventually(lambda: all(line in _metrics(worker) for line in lines), "its metrics do not say so", worker)


def _metrics(worker: WorkerProcess) -> str:
    return httpx.get(f"{worker.url}/metrics", timeout=60).text


def _the_worker_answers_celery(site: Site, app: Celery) -> None:
    report: dict[str, Any] = app.send_task(HEALTH).get(timeout=60)
    assert report["status"] == "ok"
    assert {"db", "storage", "queue"} <= set(report["parts"])
    ping = subprocess.run(
        [*CELERY, "inspect", "ping", "--timeout", "5"],
        env={**os.environ, **site.settings},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert "pong" in ping.stdout


def test_a_message_that_comes_three_times_is_worked_on_once(site: Site, app: Celery) -> None:
    job_id = site.waiting_job()
    for _ in range(2):
        app.send_task(WORK_ON_JOB, args=(job_id,), ignore_result=True)
    with site.running("celery", WORKER) as worker:
        site.processor.wait_until_begun("first")
        site.processor.go("first", "second")
        site.client.wait_for(job_id, "succeeded")
        _wait_until_idle(worker, app)
        app.send_task(WORK_ON_JOB, args=(job_id,), ignore_result=True)
        _wait_until_idle(worker, app)
    codes = site.client.codes(job_id)
    assert codes.count("job_started") == codes.count("job_succeeded") == 1
    assert codes.count("step_succeeded") == 2


def test_a_message_for_a_job_that_is_not_there_does_no_harm(site: Site, app: Celery) -> None:
    with site.running("celery", WORKER) as worker:
        app.send_task(WORK_ON_JOB, args=("01a1fd1d-9fa0-76f0-a786-3c54755cb0c9",), ignore_result=True)
        app.send_task(WORK_ON_JOB, args=("nonsense",), ignore_result=True)
        _wait_until_idle(worker, app)
        job = site.client.job_of(site.client.upload(archive()))
        site.client.wait_for(job["id"], "succeeded")


@pytest.mark.parametrize("site", [BACKENDS[0]], indirect=True)
def test_beat_finds_a_job_whose_message_got_lost(site: Site, broker: Redis) -> None:
    job_id = site.client.job_of(site.client.upload(archive()))["id"]
    eventually(lambda: broker.llen(QUEUE), "the job was never announced")
    broker.flushdb()
    with site.running("celery", WORKER, FOREBAY_RECOVERY_INTERVAL_SECONDS="0.5") as worker:
        worker.wait_until_ready()
        beat = WorkerProcess(_folder(site, "beat"), BEAT, {**site.settings, "FOREBAY_RECOVERY_INTERVAL_SECONDS": "0.5"})
        beat.launch()
        try:
            site.client.wait_for(job_id, "succeeded")
            beat.signal(signal.SIGTERM)
            assert beat.wait() == 0
        finally:
            beat.kill()


def test_a_job_that_is_not_due_is_announced_again_with_the_rest_of_its_delay(
    site: Site, app: Celery, broker: Redis
) -> None:
    site.processor.fail_once("first")
    with site.running("celery", WORKER, FOREBAY_RETRY_DELAYS="6") as worker:
        job_id = site.waiting_job()
        eventually(lambda: "job_postponed" in site.client.codes(job_id), "the job was not postponed", worker)
    broker.flushdb()  # the message that says so is lost with the worker, and another one comes too early
    app.send_task(WORK_ON_JOB, args=(job_id,), ignore_result=True)
    site.processor.go("first", "second")
    with site.running("another", WORKER):
        job = site.client.wait_for(job_id, "succeeded")
    assert job["attempts"] == 2
    events = site.client.events(job_id)
    (due,) = [event["payload"]["next_attempt_at"] for event in events if event["code"] == "job_postponed"]
    assert [event["at"] >= due for event in events if event["code"] == "job_started"] == [False, True]


def _wait_until_idle(worker: WorkerProcess, app: Celery) -> None:
    """Nothing in its hands, nothing before it."""
    with closing(Redis.from_url(str(app.conf.broker_url))) as broker:
        eventually(lambda: not broker.llen(QUEUE) and _has_nothing_in_hands(app), "it is never idle", worker)


def _has_nothing_in_hands(app: Celery) -> bool:
    answers = app.control.inspect(timeout=5, limit=1).active()
    return answers is not None and not any(answers.values())


def _folder(site: Site, name: str) -> Path:
    folder = Path(site.settings["FOREBAY_DATA_DIR"]).parent / name
    folder.mkdir()
    return folder


def _children(pid: int) -> set[int]:
    done = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=True)
    return {int(line) for line in done.stdout.split()}
