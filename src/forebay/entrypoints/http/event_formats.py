"""Events as JSON pages, as lines of JSON, and as Server-Sent Events (the WHATWG's HTML standard, section 9.2)."""

from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import replace

import msgspec

from forebay.application.processing.follow_events import EventsQuery, ListEvents
from forebay.domain.paging import MAX_LIMIT, Page
from forebay.domain.processing.event import Event
from forebay.entrypoints.http.schemas.events import EventBody

JSON = "application/json"
NDJSON = "application/x-ndjson"
SSE = "text/event-stream"

_RETRY_MILLISECONDS = 2000
_BEAT = b": heartbeat\n\n"


def line(event: Event) -> bytes:
    return msgspec.json.encode(EventBody.of(event)) + b"\n"


def frame(event: Event) -> bytes:
    """Its position as id, its code as event, and all of it as data, which JSON keeps on one line."""
    name = " ".join(str(event.code).split())
    return f"id: {event.position}\nevent: {name}\ndata: ".encode() + line(event) + b"\n"


async def lines_of(batches: AsyncIterator[tuple[Event, ...]]) -> AsyncGenerator[bytes]:
    """Nothing for a heartbeat: a line without an object would surprise who reads them."""
    async for batch in batches:
        if batch:
            yield b"".join(line(event) for event in batch)


async def frames_of(batches: AsyncIterator[tuple[Event, ...]], *, beginning: int) -> AsyncGenerator[bytes]:
    """`beginning`: the position that they are behind, where the client comes back to when it has seen none of them."""
    yield f"retry: {_RETRY_MILLISECONDS}\nid: {beginning}\n\n".encode()
    async for batch in batches:
        yield b"".join(frame(event) for event in batch) or _BEAT


async def all_so_far(list_events: ListEvents, query: EventsQuery, first: Page[Event]) -> AsyncGenerator[bytes]:
    """Page by page, behind the first."""
    page = first
    while True:
        yield b"".join(line(event) for event in page.items)
        if page.next_cursor is None:
            return
        page = await list_events(replace(query, after=int(page.next_cursor), limit=MAX_LIMIT))
