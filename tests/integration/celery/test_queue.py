"""Announcements over a real Redis: they arrive, wait while the broker is away, and keep nobody waiting."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from celery import Celery

from forebay.adapters.celery.app import make_celery
from forebay.adapters.celery.queue import CeleryQueue, open_celery_queue
from forebay.domain.processing.errors import QueueUnavailableError
from tests.integration.celery.messages import job_of, received
from tests.services.redis import RedisServer, redis

TASK = "forebay.work_on_job"
NOBODY = "redis://:secret@127.0.0.1:1/0"


@pytest.fixture
def app(redis_url: str) -> Iterator[Celery]:
    with closing(make_celery(redis_url, longest_delay=300)) as app:
        yield app


@pytest.fixture
async def queue(app: Celery, redis_url: str) -> AsyncIterator[CeleryQueue]:
    async with open_celery_queue(app, url=redis_url, task=TASK) as queue:
        yield queue


async def test_a_worker_gets_the_id_of_thejob_of(queue: CeleryQueue, app: Celery) -> None:
    job_id = uuid4()
    await queue.announce(job_id)
    message = await asyncio.to_thread(received, app)
    assert message.headers["task"] == TASK
    assert message.headers["ignore_result"]
    assert not message.headers["eta"]
    assert job_of(message) == job_id
    assert message.content_type == "application/json"


async def test_a_delay_is_told_to_the_worker(queue: CeleryQueue, app: Celery) -> None:
    before = datetime.now(UTC)
    await queue.announce(uuid4(), delay=timedelta(minutes=5))
    message = await asyncio.to_thread(received, app)
    due = datetime.fromisoformat(message.headers["eta"])
    assert before + timedelta(minutes=4) < due < datetime.now(UTC) + timedelta(minutes=5)


async def test_what_was_announced_before_closing_is_sent(app: Celery, redis_url: str) -> None:
    jobs = [uuid4() for _ in range(100)]
    async with open_celery_queue(app, url=redis_url, task=TASK) as queue:
        for job_id in jobs:
            await queue.announce(job_id)
    assert [job_of(await asyncio.to_thread(received, app)) for _ in jobs] == jobs


async def test_health_tells_how_many_wait_and_no_password(queue: CeleryQueue, app: Celery, redis_url: str) -> None:
    assert (await queue.check()).endswith(": 0 announced and not taken yet")
    async with open_celery_queue(app, url=redis_url, task=TASK) as other:
        await other.announce(uuid4())
    detail = await queue.check()
    assert detail.endswith(": 1 announced and not taken yet")
    assert redis_url.partition("@")[2] in detail
    assert redis_url.partition("@")[0].rpartition(":")[2] not in detail


async def test_a_broker_that_is_away_keeps_nobody_waiting_and_health_says_so(caplog: pytest.LogCaptureFixture) -> None:
    with closing(make_celery(NOBODY, longest_delay=1)) as app:
        async with open_celery_queue(app, url=NOBODY, task=TASK) as queue:
            for _ in range(10):
                await queue.announce(uuid4())
            with pytest.raises(QueueUnavailableError, match=r"127\.0\.0\.1:1/0 does not answer") as caught:
                await queue.check()
    assert "secret" not in caught.value.message
    assert "check FOREBAY_QUEUE_URL" in caught.value.message
    said = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(said) == 1
    assert "secret" not in caplog.text


async def test_a_password_that_is_wrong_is_told_apart(redis_url: str) -> None:
    wrong = f"redis://:wrong@{redis_url.partition('@')[2]}"
    with closing(make_celery(wrong, longest_delay=1)) as app:
        async with open_celery_queue(app, url=wrong, task=TASK) as queue:
            with pytest.raises(QueueUnavailableError, match=r"(?i)password") as caught:
                await queue.check()
    assert "wrong@" not in caught.value.message


async def test_no_more_is_kept_than_there_is_room_for_and_nothing_after_closing() -> None:
    with closing(make_celery(NOBODY, longest_delay=1)) as app:
        async with open_celery_queue(app, url=NOBODY, task=TASK) as queue:
            for _ in range(10_000):
                await queue.announce(uuid4())
            with pytest.raises(QueueUnavailableError, match="no more are kept"):
                await asyncio.gather(*(queue.announce(uuid4()) for _ in range(2)))  # one may be in the sender's hands
        with pytest.raises(QueueUnavailableError, match="closed"):
            await queue.announce(uuid4())


async def test_what_a_broker_did_not_take_it_gets_when_it_is_back(redis_server: RedisServer) -> None:
    assert redis_server.source  # the run has a Redis; this test opens another, which it may kill
    with redis() as server, server.database() as url, closing(make_celery(url, longest_delay=1)) as app:
        async with open_celery_queue(app, url=url, task=TASK) as queue:
            await queue.announce(uuid4())
            await asyncio.to_thread(received, app)
            server.kill()
            jobs = [uuid4() for _ in range(3)]
            for job_id in (*jobs, *jobs):
                await queue.announce(job_id)
            with pytest.raises(QueueUnavailableError):
                await queue.check()
            server.start()
            assert [job_of(await asyncio.to_thread(received, app)) for _ in jobs] == jobs
            assert (await queue.check()).endswith(": 0 announced and not taken yet")
