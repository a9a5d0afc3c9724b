"""Recovery beside a real Redis: a backlog waits there once, however long it lasts, and what got lost comes back."""

import asyncio
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from celery import Celery
from redis import Redis

from forebay.adapters.celery.app import QUEUE, make_celery
from forebay.application.use_cases import UseCases
from forebay.bootstrap.runtime import open_use_cases
from forebay.bootstrap.settings import Settings
from forebay.domain.intake.run import RunType
from tests.e2e.faults.inputs import upload
from tests.integration.celery.messages import job_of, received

BACKLOG = 20
pytestmark = pytest.mark.adapter("redis")


@pytest.fixture
def settings(redis_url: str, tmp_path: Path) -> Settings:
    blobs = (tmp_path / "blobs").as_uri()
    return Settings(database_url=f"sqlite:///{tmp_path / 'forebay.db'}", blob_url=blobs, queue_url=redis_url)


@pytest.fixture
def app(redis_url: str) -> Iterator[Celery]:
    with closing(make_celery(redis_url, longest_delay=1)) as app:
        yield app


@pytest.fixture
def broker(redis_url: str) -> Iterator[Redis]:
    with closing(Redis.from_url(redis_url)) as broker:
        yield broker


async def test_sweeps_over_a_backlog_leave_the_broker_as_it_is(settings: Settings, broker: Redis) -> None:
    await _upload_backlog(settings)
    for _ in range(5):
        await _sweep(settings)
        assert broker.llen(QUEUE) == BACKLOG


async def test_what_got_lost_is_announced_again_once(settings: Settings, broker: Redis) -> None:
    await _upload_backlog(settings)
    broker.lpop(QUEUE, 7)
    assert [await _sweep(settings) for _ in range(4)] == [7, 0, 0, 0]
    assert broker.llen(QUEUE) == BACKLOG
    broker.flushdb()
    assert [await _sweep(settings) for _ in range(2)] == [BACKLOG, 0]
    assert broker.llen(QUEUE) == BACKLOG


async def test_a_message_lost_in_the_middle_of_a_backlog_is_made_up_for(
    settings: Settings, broker: Redis, app: Celery
) -> None:
    await _upload_backlog(settings)
    broker.lset(QUEUE, BACKLOG // 2, "lost")
    broker.lrem(QUEUE, 1, "lost")
    depths = []
    async with open_use_cases(settings) as worker:
        while (await worker.processing.queue_status())[0].due:
            await _sweep(settings)
            depths.append(broker.llen(QUEUE))
            await _work_on(worker, job_of(await asyncio.to_thread(received, app)))
    assert max(depths) <= BACKLOG
    assert len(depths) <= BACKLOG + 1  # one message was for a job that had one already


async def _upload_backlog(settings: Settings) -> None:
    """A message for each job is in the broker: whoever closes the queue has sent them all."""
    async with open_use_cases(settings) as server:
        for number in range(BACKLOG):
            await upload(server, RunType.SINGLE_CONF, f"{number}.conf", b"[stanza]\nnumber = %d\n" % number)


async def _sweep(settings: Settings) -> int:
    """Another server announces what it takes for lost."""
    async with open_use_cases(settings) as server:
        return (await server.processing.recover_jobs(grace=timedelta())).announced


async def _work_on(worker: UseCases, job_id: UUID) -> None:
    job = await worker.processing.claim_job(worker="worker", job_id=job_id)
    if job is not None:  # else the message was one too many
        assert await worker.processing.work_on_job(job, stopping=asyncio.Event()) == "succeeded"
