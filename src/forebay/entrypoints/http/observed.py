"""Around every request: its id, one line in the log, and the metrics."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from typing import Any
from uuid import uuid4

import structlog

from forebay.entrypoints.http.metrics import HttpMetrics
from forebay.entrypoints.http.secret_paths import shown_path
from forebay.entrypoints.http.stream_response import OpenStreams

Message = MutableMapping[str, Any]
AsgiApp = Callable[[Any, Any, Any], Awaitable[None]]
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._:/+=-]{1,128}")
_QUIET = {"/healthz", "/readyz", "/metrics"}
_FILES = "/assets/"  # of the web pages: dozens for each page
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class ObservedApp:
    """Wraps the whole application, so that what no route answers is seen as well."""

    def __init__(self, app: AsgiApp, metrics: HttpMetrics, streams: OpenStreams) -> None:
        self._app = app
        self._streams = streams
        self.metrics = metrics
        self._log = structlog.get_logger("forebay.http")
        self._requests = 0
        self._idle = asyncio.Event()
        self._idle.set()

    def end_streams(self) -> None:
        """The server was told to stop: what would go on for ever ends now, and leaves the grace time to others."""
        self._streams.end()

    async def wait_until_idle(self, seconds: float) -> None:
        """Until no request is under way, or the time is over: cancelled uploads still clean up after themselves."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._idle.wait()

    async def __call__(self, scope: Message, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        state = scope.setdefault("state", {})
        state["request_id"] = request_id
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        seen = _Seen()

        async def observed_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen.status = message["status"]
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", request_id.encode())]
            elif message["type"] == "http.response.body":
                seen.sent += len(message.get("body", b""))
            await send(message)

        self.metrics.in_progress.inc()
        self._requests += 1
        self._idle.clear()
        began = time.perf_counter()
        try:
            await self._app(scope, receive, observed_send)
        finally:
            self.metrics.in_progress.dec()
            self._requests -= 1
            if self._requests == 0:
                self._idle.set()
            self._report(scope, state, seen, time.perf_counter() - began)

    def _report(self, scope: Message, state: Message, seen: "_Seen", seconds: float) -> None:
        route = scope.get("path_template") or "unmatched"
        method = scope["method"] if scope["method"] in _METHODS else "other"
        received = state.get("received_bytes", 0)
        self.metrics.requests.labels(method, route, str(seen.status or 499)).inc()
        if not state.get("is_followed"):  # how long a client listens is not how long anything takes
            self.metrics.seconds.labels(method, route).observe(seconds)
        self.metrics.received.inc(received)
        self.metrics.sent.inc(seen.sent)
        if outcome := state.get("upload_outcome"):
            self.metrics.uploads.labels(outcome).inc()
        facts = {
            "method": scope["method"],
            "path": shown_path(scope["path"]),
            "status": seen.status,
            "duration_ms": round(seconds * 1000, 2),
            "bytes_in": received,
            "bytes_out": seen.sent,
        }
        if outcome:
            facts["outcome"] = outcome
        defect = state.get("defect")
        if defect is not None or seen.status is None:
            self._log.error("request failed", **facts, exc_info=defect or True)
        elif scope["path"] in _QUIET or (route.startswith(_FILES) and seen.status < 400):
            self._log.debug("request", **facts)
        else:
            self._log.info("request", **facts)


class _Seen:
    """What was seen of the answer."""

    __slots__ = ("sent", "status")

    def __init__(self) -> None:
        self.status: int | None = None
        self.sent = 0


def _request_id(scope: Message) -> str:
    """The client's X-Request-Id if it is harmless, else a new one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _REQUEST_ID.fullmatch(value):
            return str(value.decode())
    return str(uuid4())
