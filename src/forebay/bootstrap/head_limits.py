"""uvicorn's HTTP protocol with limits on the size and the time of a request's head, of which it has none."""

import asyncio
import socket
import struct
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import structlog
from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from forebay.entrypoints.http.presence import EXTENSION as CUT_OFF
from forebay.entrypoints.http.problems import PROBLEM_JSON, encode_problem

_LINGER_SECONDS = 2.0  # closing at once would reset the connection, and the reset can overtake the answer
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER on, for 0 seconds
_log = structlog.get_logger("forebay.http")


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadLimits:
    """A head is at most `bytes` long and complete within `seconds` of its first byte."""

    bytes: int = 64 * 1024
    seconds: float = 30.0


class HeadLimitedProtocol(HttpToolsProtocol):
    """Refuses what does not become a request: nobody may fill memory, or hold a connection, without asking anything.

    The size is that of whatever came since a head was complete or a part of a body was seen, so it holds for trailers
    and chunk extensions too. It counts from the packet behind the one that ended an earlier request.
    """

    limits = HeadLimits()

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._in_head = True  # also before its first byte
        self._head_begun = False
        self._understood = False
        self._pending_bytes = 0
        self._refused = False
        self._patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._expect_within(self.timeout_keep_alive)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        room = self.limits.bytes - self._pending_bytes
        if self._in_head and len(data) > room:
            self._feed(data[:room])
            data = data[room:]
        self._feed(data)

    def _feed(self, data: bytes) -> None:
        if self._refused:
            return
        self._understood = False
        super().data_received(data)
        self._pending_bytes = 0 if self._understood else self._pending_bytes + len(data)
        if self._pending_bytes >= self.limits.bytes:
            detail = f"the request's head is larger than {self.limits.bytes} bytes"
            self._refuse(431, code="head_too_large", detail=detail)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head_begun = True
        self._expect_within(self.limits.seconds)

    def on_headers_complete(self) -> None:
        self._stop_waiting()
        self._in_head, self._head_begun, self._understood = False, False, True
        super().on_headers_complete()
        extensions: dict[str, Any] = {**(self.scope.get("extensions") or {}), CUT_OFF: self._cut_off}
        self.scope["extensions"] = extensions

    def on_body(self, body: bytes) -> None:
        self._understood = True
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._in_head, self._understood = True, True
        super().on_message_complete()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not self.transport.is_closing():
            self._expect_within(self.limits.seconds if self._head_begun else self.timeout_keep_alive)

    def send_400_response(self, msg: str) -> None:
        """What uvicorn answers to bytes that are no HTTP, as a problem detail like every other refusal."""
        self._refuse(400, code="invalid_request", detail=msg)

    def _expect_within(self, seconds: float) -> None:
        """The next head, or what is left of it. uvicorn's own timer ends with the first byte, whatever that is."""
        self._stop_waiting()
        self._patience = self.loop.call_later(seconds, self._close_unless_answering)

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _is_answering(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle  # None before the first request, whatever uvicorn declares
        return cycle is not None and not cycle.response_complete

    def _close_unless_answering(self) -> None:
        if not self._is_answering():  # else the end of that answer starts the wait again
            self.transport.close()

    def _cut_off(self) -> None:
        """Resets the connection: transport and kernel would go on trying to send what a client does not take."""
        connection: socket.socket | None = self.transport.get_extra_info("socket")
        if connection is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self.transport.abort()

    def _refuse(self, status: int, *, code: str, detail: str) -> None:
        if self._refused or self.transport.is_closing():
            return
        self._refused = True
        self._unset_keepalive_if_required()
        self._stop_waiting()
        if self._is_answering():  # to an earlier request: a second answer would become a part of the first
            self.transport.close()
            return
        request_id = str(uuid4())
        _log.info("request refused", status=status, code=code, request_id=request_id)
        self.transport.write(_answer(status, code=code, detail=detail, request_id=request_id))
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self._patience = self.loop.call_later(_LINGER_SECONDS, self.transport.close)


def with_limits(protocol: type[HeadLimitedProtocol], limits: HeadLimits) -> type[HttpToolsProtocol]:
    """uvicorn makes the protocol itself, so that limits other than the usual ones need a class of their own."""
    return type(protocol.__name__, (protocol,), {"limits": limits})


def _answer(status: int, *, code: str, detail: str, request_id: str) -> bytes:
    body = encode_problem(status=status, code=code, detail=detail, instance="", request_id=request_id)
    headers = (
        f"content-type: {PROBLEM_JSON}\r\ncontent-length: {len(body)}\r\nx-request-id: {request_id}\r\n"
        "connection: close\r\n\r\n"
    )
    return STATUS_LINE[status] + headers.encode() + body
