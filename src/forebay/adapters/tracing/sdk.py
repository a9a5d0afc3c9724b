"""OpenTelemetry's SDK for a program of our own: set up by its standard variables, and closed within a time.

Nothing global is set. Spans are sent by a thread of the SDK, whose queue is bounded: when it is full, they are dropped.
"""

import asyncio
import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Timer

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

_TALKATIVE = ("opentelemetry.exporter.otlp.proto.http.trace_exporter", "opentelemetry.sdk._shared_internal")


class Delivery:
    """Makes spans and sends them over OTLP/HTTP, from now on until close(). ValueError for variables that cannot be."""

    def __init__(self, *, service: str, version: str) -> None:
        os.environ.setdefault("OTEL_SEMCONV_STABILITY_OPT_IN", "http")  # else requests are told in words of 2021
        with _said_without_headers():
            exporter = OTLPSpanExporter()
        self._exporter = _Exporter(exporter)
        try:
            self.provider = TracerProvider(resource=_resource(service, version))
            self.provider.add_span_processor(BatchSpanProcessor(self._exporter))
        except ValueError:
            self._exporter.shutdown()
            self._exporter.be_quiet_no_more()
            raise

    async def close(self, seconds: float) -> None:
        """Sends what there is, for so long at most."""
        timer = Timer(seconds, self._exporter.shutdown)
        timer.daemon = True
        timer.start()
        try:
            await asyncio.to_thread(self.provider.shutdown)
        finally:
            timer.cancel()
            self._exporter.be_quiet_no_more()


class _Exporter(SpanExporter):
    """Another one, whose trouble is said once until it is over."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter
        self._trouble = _SaidOnce()
        for name in _TALKATIVE:
            logging.getLogger(name).addFilter(self._trouble)

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        result = self._exporter.export(spans)
        if result is SpanExportResult.SUCCESS:
            self._trouble.is_said = False
        return result

    def shutdown(self) -> None:
        self._exporter.shutdown()

    def be_quiet_no_more(self) -> None:
        for name in _TALKATIVE:
            logging.getLogger(name).removeFilter(self._trouble)


class _SaidOnce(logging.Filter):
    """The SDK would say it again with each attempt at each batch."""

    is_said = False

    def filter(self, record: logging.LogRecord) -> bool:
        if self.is_said or record.levelno < logging.WARNING:
            return False
        self.is_said = True
        reason = record.getMessage()
        record.msg = "traces are not delivered, which is said once until they are again: %s"
        record.args = (reason,)
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True


@contextmanager
def _said_without_headers() -> Iterator[None]:
    """The SDK would log a header that it cannot read, as it stands: with the password that it may be."""
    logger = logging.getLogger("opentelemetry.util.re")
    logger.addFilter(_without_value)
    try:
        yield
    finally:
        logger.removeFilter(_without_value)


def _without_value(record: logging.LogRecord) -> bool:
    record.msg = "OTEL_EXPORTER_OTLP_HEADERS: expected name=value, and commas between several; a part of it is left out"
    record.args = ()
    return True


def _resource(service: str, version: str) -> Resource:
    """What OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say wins."""
    said = Resource.create()
    ours = {SERVICE_VERSION: version, SERVICE_NAME: service}
    unsaid = {
        name: value
        for name, value in ours.items()
        if str(said.attributes.get(name, "unknown_service")).startswith("unknown_service")
    }
    return said.merge(Resource(unsaid))
