"""The queue over Celery, opened by every process that announces jobs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from forebay.bootstrap.parts import QueueParts
from forebay.bootstrap.policies import processing_policy
from forebay.bootstrap.settings import Settings
from forebay.domain.errors import SettingError

try:
    from celery import Celery
except ModuleNotFoundError as error:
    raise SettingError(
        f"a queue over Redis or RabbitMQ needs the package {error.name}; install it with: "
        "pip install 'forebay[celery]'",
        field="FOREBAY_QUEUE_URL",
    ) from None

from forebay.adapters.celery.app import check_url, make_celery
from forebay.adapters.celery.queue import open_celery_queue
from forebay.entrypoints.worker.names import WORK_ON_JOB


@asynccontextmanager
async def open_celery(settings: Settings) -> AsyncIterator[QueueParts]:
    """Needs no broker that is up: what cannot be announced now is announced later. SettingError."""
    app = celery_of(settings)
    async with open_celery_queue(app, url=settings.queue_url, task=WORK_ON_JOB) as queue:
        yield QueueParts(queue=queue, is_local=False, depth=queue, probe=queue)


def celery_of(settings: Settings) -> Celery:
    """The application that senders and workers have in common."""
    check_url(settings.queue_url)
    longest_delay = max(*processing_policy(settings).backoff.delays, settings.lease_seconds)
    return make_celery(settings.queue_url, longest_delay=longest_delay)
