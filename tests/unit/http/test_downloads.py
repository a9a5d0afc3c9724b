"""Downloads of clients that leave, or stop to read: whatever was opened for them is closed at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar
from litestar import get as route
from prometheus_client import CollectorRegistry

from forebay.domain.intake.blob import Sha256
from forebay.entrypoints.http.content import Conditions, Representation, respond_with
from forebay.entrypoints.http.content_response import ContentResponse
from forebay.entrypoints.http.metrics import HttpMetrics
from forebay.entrypoints.http.observed import ObservedApp
from forebay.entrypoints.http.presence import EXTENSION, PIECE_BYTES
from forebay.entrypoints.http.problems import AnyRequest
from forebay.entrypoints.http.stream_response import OpenStreams
from tests.unit.http.asgi_client import Exchange, get, started


class Member:
    """Something whose opening, and whose chunks, may take for ever."""

    def __init__(self, *chunks: bytes | None, opens: bool = True, pause_seconds: float = 0) -> None:
        self.chunks = chunks
        self.pause_seconds = pause_seconds
        self.opens = opens
        self.reached = asyncio.Event()  # where it takes for ever
        self.closed = asyncio.Event()

    @asynccontextmanager
    async def open(self, start: int, stop: int) -> AsyncIterator[AsyncIterator[bytes]]:
        try:
            if not self.opens:
                await self._for_ever()
            await asyncio.sleep(self.pause_seconds)
            yield self._chunks()
        finally:
            self.closed.set()

    async def _chunks(self) -> AsyncIterator[bytes]:
        for chunk in self.chunks:
            if chunk is None:
                await self._for_ever()
            else:
                await asyncio.sleep(self.pause_seconds)
                yield chunk

    async def _for_ever(self) -> None:
        self.reached.set()
        await asyncio.Event().wait()

    def served(self, *, patience_seconds: float = 3600) -> tuple[ObservedApp, CollectorRegistry]:
        found = Representation(
            name="a.txt", media_type="text/plain", size_bytes=10**6, sha256=Sha256("0" * 64), opening=self.open
        )

        @route("/content")
        async def content(request: AnyRequest) -> ContentResponse:
            wanted = Conditions(range=None, if_range=None, if_none_match=None)
            return await respond_with(request, found, wanted, patience_seconds=patience_seconds)

        registry = CollectorRegistry()
        app = Litestar([content], openapi_config=None, logging_config=None)
        return ObservedApp(app, HttpMetrics(registry), OpenStreams()), registry


def counted(registry: CollectorRegistry, status: str) -> float | None:
    labels = {"method": "GET", "route": "/content", "status": status}
    return registry.get_sample_value("forebay_http_requests_total", labels)


async def test_who_leaves_while_it_is_opened_frees_it_at_once() -> None:
    member = Member(opens=False)
    app, registry = member.served()
    async with started(app):
        before = asyncio.all_tasks()
        exchange = get(app, "/content")
        await member.reached.wait()
        exchange.leave()
        await exchange.ended()
        assert member.closed.is_set()
        assert asyncio.all_tasks() == before
    assert counted(registry, "499") == 1


async def test_who_leaves_between_two_chunks_frees_it_at_once() -> None:
    member = Member(b"first", None)
    app, _ = member.served()
    async with started(app):
        before = asyncio.all_tasks()
        exchange = get(app, "/content")
        await exchange.head()
        assert await exchange.chunk() == b"first"
        await member.reached.wait()
        exchange.leave()
        await exchange.ended()
        assert member.closed.is_set()
        assert exchange.messages.empty()  # not even the end of the body
        assert asyncio.all_tasks() == before


async def test_who_leaves_while_it_is_sent_to_frees_it_at_once() -> None:
    member = Member(b"first", None)
    app, _ = member.served()
    async with started(app):
        exchange = get(app, "/content", reads=False)
        await exchange.stuck.wait()
        exchange.leave()
        await exchange.ended()
        assert member.closed.is_set()


async def test_who_stops_to_read_is_cut_off_without_an_end_of_the_body() -> None:
    member = Member(b"first", b"second")
    app, _ = member.served(patience_seconds=0.001)
    async with started(app):
        exchange = get(app, "/content", reads=False)
        await exchange.ended()
        assert member.closed.is_set()
        await exchange.head()
        assert exchange.messages.get_nowait()["body"] == b"first"
        assert exchange.messages.empty()


async def test_a_server_that_can_is_told_to_close_the_connection_once_all_is_free() -> None:
    member = Member(b"first")
    app, _ = member.served(patience_seconds=0.001)
    exchange = Exchange(reads=False)
    closed_then: list[bool] = []

    def cut_off() -> None:
        closed_then.append(member.closed.is_set())
        exchange.leave()

    async def with_extension(scope: Any, receive: Any, send: Any) -> None:
        await app({**scope, "extensions": {EXTENSION: cut_off}}, receive, send)

    async with started(app):
        stuck = get(with_extension, "/content", exchange=exchange)
        await stuck.ended()
    assert closed_then == [True]


async def test_time_that_opening_and_reading_take_is_not_the_clients() -> None:
    app, _ = Member(b"first", b"second", pause_seconds=0.01).served(patience_seconds=0.001)
    async with started(app):
        exchange = get(app, "/content")
        await exchange.head()
        assert [await exchange.chunk() for _ in range(3)] == [b"first", b"second", b""]
        await exchange.ended()


async def test_large_chunks_are_sent_in_pieces() -> None:
    content = bytes(range(256)) * (3 * PIECE_BYTES // 256) + b"rest"
    app, _ = Member(content).served()
    async with started(app):
        exchange = get(app, "/content")
        await exchange.head()
        pieces = [await exchange.chunk() for _ in range(5)]
        assert [len(piece) for piece in pieces] == [PIECE_BYTES] * 3 + [4, 0]
        assert b"".join(pieces) == content
        await exchange.ended()
