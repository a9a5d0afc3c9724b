"""uvicorn's HTTP protocol with the ability of DirectBody (entrypoints/http/direct_body.py).

It leans on attributes of uvicorn's protocol and cycle that are not promised to stay. With a uvicorn that nobody has
tried it on, or for a request whose cycle looks different, there is no DirectBody: bodies come through `receive()`.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import httptools
import uvicorn
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from forebay.application.ports.sources import Room
from forebay.bootstrap.head_limits import HeadLimitedProtocol
from forebay.entrypoints.http.direct_body import EXTENSION, DirectBody, Filled

KNOWN = ("0.54",)  # releases of uvicorn that the tests have seen
_LARGE = 1024 * 1024  # below it nothing is gained
_NEEDED = ("body", "more_body", "disconnected")
_NOTHING = memoryview(b"")
_LEND_SECONDS = 0.25  # after that the memory goes back, full or not: the sender may have fallen silent


def fitting_protocol(release: str = uvicorn.__version__) -> type[HeadLimitedProtocol]:
    """The protocol for this uvicorn: one that it has not been tried on may mean something else by the same names."""
    return DirectProtocol if release.rpartition(".")[0] in KNOWN else HeadLimitedProtocol


class DirectProtocol(HeadLimitedProtocol):
    """Lets the rest of a body pass by the HTTP parser, which starts afresh behind it."""

    _length = 0
    _parsed = 0
    _passing = False
    left = 0  # bytes of the body that pass by and have not come yet

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        self._parsed = 0
        # of a chunked body the length is not known, and the parser refuses a request that has both
        self._length = next((int(value) for name, value in self.headers if name == b"content-length"), 0)
        if self._length >= _LARGE and self._is_plain():
            extensions: dict[str, Any] = {**(self.scope.get("extensions") or {})}
            extensions[EXTENSION] = _UvicornBody(self, self.cycle)
            self.scope["extensions"] = extensions

    def _is_plain(self) -> bool:
        """Neither TLS, nor behind another request of this connection, nor about to become something else than HTTP."""
        return (
            self.transport.get_extra_info("sslcontext") is None
            and not self.pipeline
            and not self.parser.should_upgrade()
            and all(hasattr(self.cycle, name) for name in _NEEDED)
        )

    def on_body(self, body: bytes) -> None:
        self._parsed += len(body)
        super().on_body(body)

    def data_received(self, data: bytes) -> None:
        if self._passing:
            body, data = data[: self.left], data[self.left :]
            self.left -= len(body)
            super().on_body(body)
            self.end_passing_when_complete()
        if data:
            super().data_received(data)

    def begin_passing(self) -> None:
        """From here on the parser sees nothing of this body. Idempotent."""
        if not self._passing:
            self._passing, self.left = True, self._length - self._parsed

    def end_passing_when_complete(self) -> None:
        if self._passing and self.left == 0:
            self._passing = False
            self.on_message_complete()
            self.parser = httptools.HttpRequestParser(self)
            self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn makes its own


class _UvicornBody(asyncio.BufferedProtocol):
    """Takes the protocol's place at the transport from the first fill() to the end of the body, or to release()."""

    def __init__(self, protocol: DirectProtocol, cycle: RequestResponseCycle) -> None:
        self._protocol = protocol
        self._cycle = cycle
        self._attached = False
        self._room: Room = _no_room
        self._space = _NOTHING
        self._size = 0
        self._arrived: Callable[[int], None] = _ignore
        self._awaited: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None

    async def fill(self, room: Room, arrived: Callable[[int], None]) -> Filled:
        size = 0
        if self._cycle.body:
            size = self._take_parsed(room())
            arrived(size)
        elif self._cycle.more_body and not self._cycle.disconnected:
            self._protocol.begin_passing()
            size = await self._filled(room, arrived)
        if self._cycle.disconnected:
            raise ConnectionResetError
        if self._attached and self._protocol.left == 0:
            self.release()
            self._protocol.end_passing_when_complete()
            self._protocol.flow.resume_reading()  # for what the client does next
        return Filled(size, more=self._cycle.more_body or len(self._cycle.body) > 0)

    def release(self) -> None:
        if self._attached:
            self._attached = False
            self._protocol.flow.pause_reading()
            self._protocol.transport.set_protocol(self._protocol)

    def get_buffer(self, sizehint: int) -> memoryview:
        """Asked when bytes are there."""
        if not self._space:
            self._space = self._room()[: self._protocol.left]
            self._timer = self._protocol.loop.call_later(_LEND_SECONDS, self._wake)
        return self._space

    def buffer_updated(self, nbytes: int) -> None:
        self._space = self._space[nbytes:]
        self._size += nbytes
        self._protocol.left -= nbytes
        self._arrived(nbytes)
        if not self._space:
            self._protocol.flow.pause_reading()
            self._wake()

    def eof_received(self) -> None:
        """The transport closes, as it does under uvicorn."""

    def connection_lost(self, exc: Exception | None) -> None:
        self._attached = False
        self._protocol.connection_lost(exc)
        self._wake()

    def pause_writing(self) -> None:
        self._protocol.pause_writing()

    def resume_writing(self) -> None:
        self._protocol.resume_writing()

    def _take_parsed(self, buffer: memoryview) -> int:
        """What the parser had handed on before fill() was called."""
        size = min(len(self._cycle.body), len(buffer))
        buffer[:size] = self._cycle.body[:size]
        del self._cycle.body[:size]
        return size

    async def _filled(self, room: Room, arrived: Callable[[int], None]) -> int:
        flow, transport = self._protocol.flow, self._protocol.transport
        self._room, self._arrived, self._size = room, arrived, 0
        self._awaited = self._protocol.loop.create_future()
        if not self._attached:
            self._attached = True
            flow.pause_reading()  # transports look at what kind of protocol they have when they start to read
            transport.set_protocol(self)
        flow.resume_reading()
        try:
            await self._awaited
        finally:
            flow.pause_reading()
            if self._timer is not None:
                self._timer.cancel()
            self._room, self._space, self._arrived = _no_room, _NOTHING, _ignore
            self._awaited, self._timer = None, None
        return self._size

    def _wake(self) -> None:
        if self._awaited is not None and not self._awaited.done():
            self._awaited.set_result(None)


def _no_room() -> memoryview:
    """Nobody waits."""
    return _NOTHING


def _ignore(size: int) -> None:
    """Nobody waits."""


def _proof(body: _UvicornBody) -> DirectBody:
    return body
