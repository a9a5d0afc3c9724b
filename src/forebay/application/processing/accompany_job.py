"""AccompanyJob: a job's events to its end, for a program that cannot count on a worker elsewhere."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from uuid import UUID

from forebay.application.cancellation import until_done
from forebay.application.processing.claim_job import ClaimJob
from forebay.application.processing.follow_events import EventsQuery, FollowEvents
from forebay.application.processing.work_on_job import WorkOnJob
from forebay.domain.processing.event import Event

_LOOK_SECONDS = 1.0  # whether a job that waits is due, or its worker went away


class AccompanyJob:
    """Works on the job right here whenever nobody else holds it, and on no other."""

    def __init__(self, *, claim: ClaimJob, work_on: WorkOnJob, follow: FollowEvents) -> None:
        self._claim = claim
        self._work_on = work_on
        self._follow = follow

    @asynccontextmanager
    async def __call__(
        self, job_id: UUID, *, worker: str, after: int | None = None
    ) -> AsyncIterator[AsyncIterator[Event]]:
        """Its events behind `after`, up to the one that ends it. Leaving early lets go of it. JobNotFoundError."""
        query = EventsQuery(job_id=job_id, after=after)
        hand = _Hand(self._claim, self._work_on, job_id, worker)
        async with self._follow(query, heartbeat_seconds=_LOOK_SECONDS) as batches:
            try:
                async with aclosing(_events(batches, hand)) as events:
                    yield events
            finally:
                await hand.let_go()


async def _events(batches: AsyncIterator[tuple[Event, ...]], hand: "_Hand") -> AsyncGenerator[Event]:
    await hand.take()
    async for batch in batches:
        await hand.take()
        for event in batch:
            yield event
    await hand.finished()


class _Hand:
    """Holds the job, or nothing."""

    def __init__(self, claim: ClaimJob, work_on: WorkOnJob, job_id: UUID, worker: str) -> None:
        self._claim = claim
        self._work_on = work_on
        self._job_id = job_id
        self._worker = worker
        self._stopping = asyncio.Event()
        self._work: asyncio.Task[str] | None = None

    async def take(self) -> None:
        """If it can be had."""
        if self._work is not None and not self._work.done():
            return
        if self._work is not None:
            self._work.result()  # a defect must not look like waiting
            self._work = None
        job = await self._claim(worker=self._worker, job_id=self._job_id)
        if job is not None:
            self._work = asyncio.create_task(self._work_on(job, stopping=self._stopping))

    async def finished(self) -> None:
        """What there is left to do behind the last event."""
        if self._work is not None:
            await until_done(self._work)

    async def let_go(self) -> None:
        """Whoever comes next goes on with the step that was not finished."""
        if self._work is not None:
            self._stopping.set()
            self._work.cancel()
            await until_done(self._work)
