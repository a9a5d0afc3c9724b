"""Traces, where somebody takes them: the standard variables of OpenTelemetry say so. Else nothing of it is loaded."""

import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import structlog

from forebay.application.ports.blobs import BlobStore
from forebay.application.ports.tracing import StatementTracer, WorkTracer
from forebay.bootstrap.optional_parts import is_installed
from forebay.entrypoints.http.secret_paths import shown_path
from forebay.version import __version__

AsgiApp = Callable[[Any, Any, Any], Awaitable[None]]
API, WORKER = "forebay-api", "forebay-worker"
_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_PROTOCOL = "http/protobuf"
_LONGEST_CLOSING = 5.0  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracing:
    """What tells of its doings, and how the rest is made to."""

    work: WorkTracer
    statements: StatementTracer
    wrap_blobs: Callable[[BlobStore, str], BlobStore]  # the store, and its kind
    wrap_app: Callable[[AsgiApp], AsgiApp]
    close: Callable[[float], Awaitable[None]]  # within so many seconds

    @asynccontextmanager
    async def closing(self, grace_seconds: float) -> AsyncIterator[None]:
        """Sends at the end what there is, within the grace time and a few seconds."""
        try:
            yield
        finally:
            await self.close(min(grace_seconds, _LONGEST_CLOSING))


def is_wanted(environ: Mapping[str, str] = os.environ) -> bool:
    """An endpoint is named, and neither the SDK nor traces are switched off."""
    if environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return False
    if environ.get("OTEL_TRACES_EXPORTER", "").strip().lower() == "none":
        return False
    return any(environ.get(name, "").strip() for name in _ENDPOINTS)


def begin_tracing(service: str) -> Tracing | None:
    """For a process of our own; after a fork, not before. None if nobody wants it or it cannot be: the log says why."""
    if not is_wanted():
        return None
    if reason := _why_not():
        structlog.get_logger("forebay.tracing").warning(
            f"nothing is traced: an endpoint for traces is set, but {reason}"
        )
        return None
    from opentelemetry.trace import TracerProvider  # noqa: PLC0415 - an extra

    names = ", ".join(sorted(name for name in os.environ if name.startswith("OTEL_")))
    try:  # some variables are read by modules of the SDK when they are loaded
        from forebay.adapters.tracing.http import TracedApp  # noqa: PLC0415 - an extra
        from forebay.adapters.tracing.sdk import Delivery  # noqa: PLC0415 - an extra

        delivery = Delivery(service=service, version=__version__)
    except ValueError as error:
        structlog.get_logger("forebay.tracing").warning(
            f"nothing is traced: OpenTelemetry does not take what one of {names} says: {error}"
        )
        return None
    provider: TracerProvider = delivery.provider
    return _tracing(provider, lambda app: TracedApp(app, provider, shown_path=shown_path), delivery.close)


def joined_tracing() -> Tracing | None:
    """Of a program that embeds us: into its own traces, if it has loaded the SDK. Nothing is set up or closed."""
    if "opentelemetry.sdk.trace" not in sys.modules:
        return None
    from opentelemetry.trace import get_tracer_provider  # noqa: PLC0415 - an extra

    async def leave_open(seconds: float) -> None:
        """It belongs to the program."""

    return _tracing(get_tracer_provider(), lambda app: app, leave_open)


def log_processors() -> list[structlog.typing.Processor]:
    """Log lines say in which trace and span they were written."""
    if not is_wanted() or _why_not():
        return []
    from opentelemetry.trace import get_current_span  # noqa: PLC0415 - an extra

    def add_trace(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        context = get_current_span().get_span_context()
        if context.is_valid:
            event["trace_id"], event["span_id"] = f"{context.trace_id:032x}", f"{context.span_id:016x}"
        return event

    return [add_trace]


def _why_not() -> str:
    protocol = os.environ.get("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL") or os.environ.get("OTEL_EXPORTER_OTLP_PROTOCOL", "")
    if protocol.strip() not in {"", _PROTOCOL}:
        return f"OTEL_EXPORTER_OTLP_PROTOCOL is {protocol!r}; {_PROTOCOL}, which is spoken here, most take at port 4318"
    if not is_installed("otel"):
        return "OpenTelemetry is not installed; install it with: pip install 'forebay[otel]'"
    return ""


def _tracing(
    provider: Any, wrap_app: Callable[[AsgiApp], AsgiApp], close: Callable[[float], Awaitable[None]]
) -> Tracing:
    from forebay.adapters.tracing.blobs import TracedBlobStore  # noqa: PLC0415 - an extra
    from forebay.adapters.tracing.statements import StatementSpans  # noqa: PLC0415 - an extra
    from forebay.adapters.tracing.work import WorkSpans  # noqa: PLC0415 - an extra

    tracer = provider.get_tracer("forebay", __version__)
    return Tracing(
        work=WorkSpans(tracer),
        statements=StatementSpans(tracer),
        wrap_blobs=lambda store, backend: TracedBlobStore(store, tracer, backend=backend),
        wrap_app=wrap_app,
        close=close,
    )
