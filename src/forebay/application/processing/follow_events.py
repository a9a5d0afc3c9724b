"""ListEvents and FollowEvents: what happened, a page at a time or as it happens."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

from forebay.application.ports.processing import ProcessingUnitOfWorkFactory
from forebay.application.ports.signals import ChangeListener, ChangeSignals, Topic
from forebay.domain.errors import CursorError
from forebay.domain.paging import DEFAULT_LIMIT, Page, check_limit
from forebay.domain.processing.errors import JobNotFoundError
from forebay.domain.processing.event import Event

_BATCH = 500
_LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsQuery:
    """`after`: behind this position; None: from the first event. Of one job, or of one run and all its jobs, or all."""

    job_id: UUID | None = None
    run_id: UUID | None = None
    after: int | None = None
    limit: int = DEFAULT_LIMIT


class ListEvents:
    """In the order in which they became true; the cursor of a page is the position of its last event.

    JobNotFoundError, CursorError.
    """

    def __init__(self, *, unit_of_work: ProcessingUnitOfWorkFactory) -> None:
        self._unit_of_work = unit_of_work

    async def __call__(self, query: EventsQuery) -> Page[Event]:
        limit = check_limit(query.limit)
        async with self._unit_of_work(write=False) as work:
            if query.job_id is not None:
                await work.jobs.get(query.job_id)
            events = await work.events.list(
                after=query.after or 0, limit=limit + 1, job_id=query.job_id, run_id=query.run_id
            )
        shown = tuple(events[:limit])
        return Page(items=shown, next_cursor=str(shown[-1].position) if len(events) > limit else None)


class FollowEvents:
    """Events as they happen. Following one job ends behind the event that ends it; else it goes on for ever."""

    def __init__(self, *, unit_of_work: ProcessingUnitOfWorkFactory, signals: ChangeSignals) -> None:
        self._unit_of_work = unit_of_work
        self._signals = signals

    @asynccontextmanager
    async def __call__(
        self, query: EventsQuery, *, heartbeat_seconds: float = 15.0
    ) -> AsyncIterator[AsyncIterator[tuple[Event, ...]]]:
        """Batches of events behind `query.after`; an empty batch after every `heartbeat_seconds` without any.

        Without `after`: a job from its first event, everything else from now on. JobNotFoundError on entering.
        UnavailableError ends it; following on behind the last position that was seen loses nothing.
        """
        async with self._signals.listen(Topic.EVENTS) as listener:
            after = await self.beginning(query)
            async with aclosing(self._batches(query, after, listener, heartbeat_seconds)) as batches:
                yield batches

    async def beginning(self, query: EventsQuery) -> int:
        """The position behind which following begins: `query.after`, if it has one. JobNotFoundError."""
        async with self._unit_of_work(write=False) as work:
            if query.job_id is not None:
                await work.jobs.get(query.job_id)
                return query.after or 0
            return query.after if query.after is not None else await work.events.last_position()

    async def _batches(
        self, query: EventsQuery, after: int, listener: ChangeListener, heartbeat_seconds: float
    ) -> AsyncGenerator[tuple[Event, ...], None]:
        clock = asyncio.get_running_loop().time
        quiet_until = clock() + heartbeat_seconds
        while True:
            ended = await self._has_ended(query)  # asked before the events: so the last one is among them
            async with self._unit_of_work(write=False) as work:
                events = await work.events.list(after=after, limit=_BATCH, job_id=query.job_id, run_id=query.run_id)
            if events:
                after = events[-1].position
                yield tuple(events)
            elif ended:
                return
            elif await listener.wait(max(0.0, quiet_until - clock())) and clock() < quiet_until:
                continue  # something happened, and perhaps elsewhere
            else:
                yield ()
            quiet_until = clock() + heartbeat_seconds

    async def _has_ended(self, query: EventsQuery) -> bool:
        if query.job_id is None:
            return False
        async with self._unit_of_work(write=False) as work:
            try:
                return (await work.jobs.get(query.job_id)).status.is_final
            except JobNotFoundError:  # deleted with its run
                return True


def parse_position(text: str, *, field: str) -> int:
    """A position as Last-Event-ID or cursor: digits. CursorError."""
    if not (text.isascii() and text.isdigit()) or len(text) > 19 or int(text) > _LARGEST:
        raise CursorError(f"{text[:100]!r} is not the position of an event; expected a whole number", field=field)
    return int(text)
