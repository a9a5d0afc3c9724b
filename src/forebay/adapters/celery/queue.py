"""The job queue over Celery, and its place in /health."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

from celery import Celery
from kombu import Queue
from kombu.exceptions import ChannelError

from forebay.adapters.celery.app import QUEUE, place_of
from forebay.adapters.celery.outbox import Outbox
from forebay.adapters.celery.sender import Sender
from forebay.application.ports.blobs import Probe
from forebay.application.ports.queue import BrokerDepth, JobQueue
from forebay.domain.processing.errors import QueueUnavailableError

_MOST_WAITING = 10_000


class CeleryQueue:
    """Announcements are sent in the background. `name` and check() are the queue's place in /health."""

    name = "queue"

    def __init__(self, app: Celery, *, url: str, task: str) -> None:
        self._app = app
        self._place = place_of(url)
        self._outbox = Outbox(most=_MOST_WAITING)
        self._sender = Sender(app, self._outbox, task=task)

    async def announce(self, job_id: UUID, *, delay: timedelta = timedelta()) -> None:
        if not self._outbox.put(job_id, time.monotonic() + delay.total_seconds()):
            raise QueueUnavailableError(
                "the job queue is closed"
                if self._outbox.is_closed
                else f"{self._place} has not taken announcements for so long that no more are kept"
            )
        self._sender.start()

    async def check(self) -> str:
        return f"{self._place}: {await self._waiting()} announced and not taken yet"

    async def depth(self) -> int:
        unsent = len(self._outbox)  # first: what is sent meanwhile rather counts twice than not at all
        return unsent + await self._waiting()

    async def close(self) -> None:
        """Sends what is left if the broker is there."""
        await asyncio.to_thread(self._sender.close)

    async def _waiting(self) -> int:
        """Asks the broker, on a connection of its own."""
        try:
            return await asyncio.to_thread(self._ask)
        except Exception as error:  # noqa: BLE001 - drivers raise what they like; all of it means no
            raise QueueUnavailableError(
                f"{self._place} does not answer ({_reason(error)}); check FOREBAY_QUEUE_URL and that the broker is up"
            ) from None

    def _ask(self) -> int:
        """How many messages wait for workers."""
        with self._app.connection_for_read() as connection:
            connection.ensure_connection(max_retries=0)
            with connection.channel() as channel:
                try:
                    answer: object = Queue(QUEUE, channel=channel).queue_declare(passive=True)
                except ChannelError:
                    return 0  # nobody has made the queue yet, or (in Redis) it is empty
                return int(getattr(answer, "message_count", 0))  # the stubs take it for the queue's name


@asynccontextmanager
async def open_celery_queue(app: Celery, *, url: str, task: str) -> AsyncIterator[CeleryQueue]:
    """`task`: the name of the task that is sent, with a job's id as its only argument."""
    queue = CeleryQueue(app, url=url, task=task)
    try:
        yield queue
    finally:
        await queue.close()


def _reason(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


def _fits(queue: CeleryQueue) -> tuple[JobQueue, BrokerDepth, Probe]:
    return queue, queue, queue
