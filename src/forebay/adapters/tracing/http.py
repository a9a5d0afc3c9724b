"""Requests as spans, by OpenTelemetry's own instrumentation for ASGI, which sees no more of them than it should."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from opentelemetry.context import Context, attach, detach
from opentelemetry.instrumentation.asgi import OpenTelemetryMiddleware
from opentelemetry.metrics import NoOpMeterProvider
from opentelemetry.trace import Span, TracerProvider, get_current_span

from forebay.adapters.tracing.spans import note

Message = MutableMapping[str, Any]
AsgiApp = Callable[[Any, Any, Any], Awaitable[None]]
_QUIET = frozenset({"/healthz", "/readyz", "/metrics"})
_HELD = "forebay.request"


class TracedApp:
    """Spans are named by the route. Queries are not told, and paths by `shown_path`: some are as good as passwords.

    A stream of events is traced until it begins: how long a client listens is not how long anything takes.
    """

    def __init__(self, app: AsgiApp, provider: TracerProvider, *, shown_path: Callable[[str], str]) -> None:
        self._app = app
        self._shown_path = shown_path
        self._middleware = OpenTelemetryMiddleware(
            _within,
            default_span_details=lambda scope: (_method(scope), {}),
            tracer_provider=provider,
            meter_provider=NoOpMeterProvider(),
            exclude_spans=["receive", "send"],
        )

    async def __call__(self, scope: Message, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["path"] in _QUIET:
            await self._app(scope, receive, send)
            return
        request = _Request(self._app, scope, receive, send)
        # servers may begin a request in the middle of the one before it
        token = attach(Context())
        try:
            shown = {**scope, "path": self._shown_path(scope["path"]), "query_string": b"", _HELD: request}
            await self._middleware(shown, receive, send)
        finally:
            detach(token)
        if request.error is not None:
            raise request.error


class _Request:
    """What the middleware does not get to see, on its way around it."""

    def __init__(self, app: AsgiApp, scope: Message, receive: Any, send: Any) -> None:
        self._app = app
        self._scope = scope
        self._receive = receive
        self._send = send
        self.error: Exception | None = None

    async def answer(self, traced_send: Any) -> None:
        """An error is kept: the middleware would tell its message, which may hold what came in."""
        span = get_current_span()
        sends = traced_send

        async def send(message: Message) -> None:
            nonlocal sends
            is_start = message["type"] == "http.response.start"
            if is_start:
                self._describe(span)
            await sends(message)
            if is_start and self._state.get("is_followed"):
                span.end()
                sends = self._send

        try:
            await self._app(self._scope, self._receive, send)
        except Exception as error:  # noqa: BLE001 - raised again once the span is over
            note(span, error)
            self.error = error

    @property
    def _state(self) -> Message:
        state: Message = self._scope.get("state") or {}
        return state

    def _describe(self, span: Span) -> None:
        """The route is known once it was found."""
        route = self._scope.get("path_template")
        if route:
            span.update_name(f"{_method(self._scope)} {route}")
            span.set_attribute("http.route", route)
        if request_id := self._state.get("request_id"):
            span.set_attribute("forebay.request.id", request_id)


async def _within(scope: Message, receive: Any, send: Any) -> None:
    request: _Request = scope[_HELD]
    await request.answer(send)


def _method(scope: Message) -> str:
    method = str(scope["method"])
    return method if method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} else "HTTP"
