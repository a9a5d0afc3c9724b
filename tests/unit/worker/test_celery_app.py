"""`celery -A forebay.entrypoints.worker.celery_app` finds an application that has what workers need."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import Celery
from celery.app.utils import find_app
from celery.concurrency import get_implementation

from forebay.adapters.celery.app import check_url, make_celery, place_of
from forebay.bootstrap.celery import celery_of
from forebay.bootstrap.settings import Settings
from forebay.domain.errors import SettingError
from forebay.entrypoints.worker import celery_app
from forebay.entrypoints.worker.folder import WorkerFolder, joined, open_life
from forebay.entrypoints.worker.names import HEALTH, RECOVER_JOBS, WATCH_ALERTS, WORK_ON_JOB
from forebay.entrypoints.worker.pools import check_pool

NAME = "forebay.entrypoints.worker.celery_app"


@pytest.fixture
def _fresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FOREBAY_DATA_DIR", str(tmp_path))
    celery_app.make_app.cache_clear()
    yield
    celery_app.make_app.cache_clear()


@pytest.mark.usefixtures("_fresh")
def test_celery_finds_the_application_with_its_tasks_and_schedule(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOREBAY_QUEUE_URL", "redis://:secret@broker.example:6379/3")
    monkeypatch.setenv("FOREBAY_RECOVERY_INTERVAL_SECONDS", "7")
    monkeypatch.setenv("FOREBAY_ALERT_INTERVAL_SECONDS", "11")
    app = find_app(NAME)
    assert isinstance(app, Celery)
    assert app is find_app(f"{NAME}:app")
    app.finalize()
    assert {WORK_ON_JOB, RECOVER_JOBS, HEALTH} <= set(app.tasks)
    assert {(entry["task"], entry["schedule"]) for entry in app.conf.beat_schedule.values()} == {
        (RECOVER_JOBS, 7.0),
        (WATCH_ALERTS, 11.0),
    }


@pytest.mark.usefixtures("_fresh")
def test_alerts_can_be_left_to_the_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOREBAY_QUEUE_URL", "redis://broker.example")
    monkeypatch.setenv("FOREBAY_ALERT_INTERVAL_SECONDS", "0")
    assert [entry["task"] for entry in find_app(NAME).conf.beat_schedule.values()] == [RECOVER_JOBS]


@pytest.mark.usefixtures("_fresh")
def test_without_a_broker_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FOREBAY_QUEUE_URL", raising=False)
    with pytest.raises(SystemExit, match="FOREBAY_QUEUE_URL is local:; Celery workers need a broker"):
        find_app(NAME)


def test_jobs_are_acknowledged_late_and_taken_one_at_a_time() -> None:
    conf = make_celery("redis://broker", longest_delay=300).conf
    assert conf.task_acks_late
    assert conf.task_reject_on_worker_lost
    assert conf.worker_prefetch_multiplier == 1
    assert conf.accept_content == ["json"]


def test_redis_waits_longer_for_an_acknowledgement_than_any_announcement_is_delayed() -> None:
    settings = Settings(queue_url="redis://broker", retry_delays="10,86400", data_dir="/nowhere")
    assert celery_of(settings).conf.broker_transport_options["visibility_timeout"] > 86400 * 1.2
    usual = celery_of(Settings(queue_url="redis://broker", data_dir="/nowhere"))
    assert usual.conf.broker_transport_options["visibility_timeout"] == 3600


def test_certificates_are_checked_unless_the_url_says_otherwise() -> None:
    with make_celery("rediss://broker:6380/0", longest_delay=1) as app, app.connection_for_write() as connection:
        assert connection.ssl == {"ssl_cert_reqs": 2}
    lax = "rediss://broker/0?ssl_cert_reqs=none"
    with make_celery(lax, longest_delay=1) as app, app.connection_for_write() as connection:
        assert connection.ssl == {"ssl_cert_reqs": 0}
    with make_celery("amqps://broker", longest_delay=1) as app, app.connection_for_write() as connection:
        assert connection.ssl == {"cert_reqs": 2, "server_hostname": "broker"}


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("redis://:secret@broker:6379/3", "redis://broker:6379/3"),
        ("redis://", "redis://localhost"),
        ("rediss://user:p%40ss@[::1]:6380/0?ssl_keyfile=/secret", "rediss://[::1]:6380/0"),
        ("amqp://user:secret@one//;amqp://user:secret@two//", "amqp://one, amqp://two"),
    ],
)
def test_what_is_told_of_a_broker_holds_no_secret(url: str, place: str) -> None:
    check_url(url)
    assert place_of(url) == place


@pytest.mark.parametrize("url", ["redis://broker:port/0", "redis://user:pass/word@broker:99999/0", "amqp://[::1"])
def test_a_url_that_cannot_be_read_is_refused_without_being_told(url: str) -> None:
    with pytest.raises(SettingError, match="FOREBAY_QUEUE_URL cannot be read") as caught:
        celery_of(Settings(queue_url=url, data_dir="/nowhere"))
    assert "pass/" not in caught.value.message
    assert "'pass'" not in caught.value.message


@pytest.mark.parametrize("pool", ["prefork", "processes", "solo", "celery.concurrency.prefork:TaskPool"])
def test_pools_whose_jobs_have_a_process_each_are_supported(pool: str) -> None:
    check_pool(pool)
    check_pool(get_implementation(pool))


@pytest.mark.parametrize("pool", ["threads", "celery.concurrency.thread:TaskPool"])
def test_other_pools_are_refused_with_those_that_can_be_used(pool: str) -> None:
    for given in (pool, get_implementation(pool)):
        with pytest.raises(SettingError, match=r"thread is not supported; use --pool prefork .*--pool solo"):
            check_pool(given)


def test_processes_of_a_pool_find_the_folder_and_hear_of_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FOREBAY_WORKER_FOLDER", raising=False)
    assert joined() is None
    folder = WorkerFolder.make()
    try:
        assert joined() == folder.path
        assert folder.is_ours
        pipe = open_life(folder.path)
        assert pipe is not None
        with os.fdopen(pipe, "rb", buffering=0) as reading:
            assert reading.read() is None  # nothing to read, and not at its end
            folder.let_go()
            assert reading.read() == b""
    finally:
        folder.remove()
    assert joined() is None
    assert open_life(folder.path) is None
