"""Following events across times in which the database is away."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import replace

import structlog

from forebay.application.processing.follow_events import EventsQuery, FollowEvents
from forebay.domain.errors import UnavailableError
from forebay.domain.processing.errors import JobNotFoundError
from forebay.domain.processing.event import Event

_PAUSE_SECONDS = 2.0
Batches = AsyncIterator[tuple[Event, ...]]


@asynccontextmanager
async def enduring(follow: FollowEvents, query: EventsQuery, *, heartbeat_seconds: float) -> AsyncIterator[Batches]:
    """As FollowEvents, but only entering raises UnavailableError: later on it beats, and goes on when it can.

    `query.after` must be given: it says where to go on.
    """
    async with AsyncExitStack() as following:
        batches = await following.enter_async_context(follow(query, heartbeat_seconds=heartbeat_seconds))
        async with aclosing(_going_on(follow, query, heartbeat_seconds, following, batches)) as found:
            yield found


async def _going_on(
    follow: FollowEvents, query: EventsQuery, heartbeat_seconds: float, following: AsyncExitStack, batches: Batches
) -> AsyncGenerator[tuple[Event, ...]]:
    while True:
        try:
            async for batch in batches:
                query = replace(query, after=batch[-1].position) if batch else query
                yield batch
            return
        except UnavailableError as error:
            structlog.get_logger("forebay.http").warning("events wait", code=error.code, detail=error.message)
        await following.aclose()
        while True:
            yield ()
            await asyncio.sleep(min(heartbeat_seconds, _PAUSE_SECONDS))
            try:
                batches = await following.enter_async_context(follow(query, heartbeat_seconds=heartbeat_seconds))
            except UnavailableError:
                continue
            except JobNotFoundError:  # deleted meanwhile
                return
            break
