"""A collector of traces: it takes what is sent over OTLP/HTTP, as Jaeger, Tempo and the OpenTelemetry Collector do."""

import gzip
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.proto.common.v1.common_pb2 import KeyValue

PATIENCE_SECONDS = 90.0
AT_ONCE = {"OTEL_BSP_SCHEDULE_DELAY": "100"}  # milliseconds


@dataclass(frozen=True, slots=True)
class Received:
    """One span. `parent` is empty for the first of a trace; `error`: what its status says, if it failed."""

    trace: str
    id: str
    parent: str
    name: str
    kind: str
    service: str
    attributes: dict[str, str | int]
    error: str | None
    began: int
    ended: int


class Collector:
    """`status`: what it answers from now on. `asked`: how often somebody has sent something."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.status = 200
        self.asked = 0
        self.spans: list[Received] = []
        self._changed = Condition()

    @property
    def settings(self) -> dict[str, str]:
        return {"OTEL_EXPORTER_OTLP_ENDPOINT": self.url, **AT_ONCE}

    def take(self, spans: Sequence[Received]) -> int:
        with self._changed:
            self.asked += 1
            if self.status == 200:
                self.spans.extend(spans)
            self._changed.notify_all()
            return self.status

    def of(self, trace: str) -> list[Received]:
        return [span for span in self.spans if span.trace == trace]

    def wait_for(self, found: Callable[[], bool], otherwise: str) -> None:
        with self._changed:
            if not self._changed.wait_for(found, PATIENCE_SECONDS):
                names = [(span.service, span.name) for span in self.spans]
                raise AssertionError(f"{otherwise}; what came: {names}")

    def wait_for_messages(self, count: int) -> None:
        self.wait_for(lambda: self.asked >= count, f"fewer than {count} messages came")

    def wait_for_span(self, name: str, *, trace: str | None = None) -> Received:
        """The newest of that name."""

        def those() -> list[Received]:
            return [span for span in self.spans if span.name == name and trace in {None, span.trace}]

        self.wait_for(lambda: bool(those()), f"no span {name!r} came")
        return those()[-1]


@contextmanager
def collecting() -> Iterator[Collector]:
    collector = Collector("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            status = collector.take([*_spans(ExportTraceServiceRequest.FromString(body))])
            answer = ExportTraceServiceResponse().SerializeToString()
            self.send_response(status)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class calls it so
            """Not on the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    collector.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield collector
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _spans(request: ExportTraceServiceRequest) -> Iterator[Received]:
    for resource in request.resource_spans:
        service = str(_values(resource.resource.attributes)["service.name"])
        for scope in resource.scope_spans:
            for span in scope.spans:
                yield Received(
                    trace=span.trace_id.hex(),
                    id=span.span_id.hex(),
                    parent=span.parent_span_id.hex(),
                    name=span.name,
                    kind=span.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_"),
                    service=service,
                    attributes=_values(span.attributes),
                    error=span.status.message if span.status.code == span.status.STATUS_CODE_ERROR else None,
                    began=span.start_time_unix_nano,
                    ended=span.end_time_unix_nano,
                )


def _values(attributes: Sequence[KeyValue]) -> dict[str, str | int]:
    return {item.key: item.value.string_value or item.value.int_value for item in attributes}
