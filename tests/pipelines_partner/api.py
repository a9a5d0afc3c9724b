"""A partner's API over real HTTP, in threads of the test's process."""

import json
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

TOKEN = "s3cret-of-the-partner"
PATIENCE_SECONDS = 60.0
Record = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request as it came in."""

    path: str
    pipeline: str
    cursor: str | None
    limit: int
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """`cut_at`: the connection is cut behind so many bytes of the body. `stalls`: nothing more comes until the end."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut_at: int | None = None
    stalls: bool = False

    @classmethod
    def of(cls, value: object, **more: Any) -> "Reply":
        return cls(body=json.dumps(value).encode(), **more)


class PartnerApi:
    """`records`: by external id of the pipeline, in the order in which they are told. A cursor is a position in it.

    `script`: how the next requests are answered, one after the other; None: as usual. `answers`: asked behind the
    script. Requests for a pipeline that is not known are answered 404, those without the token 401.
    """

    def __init__(self) -> None:
        self.records: dict[str, list[Any]] = {}
        self.script: deque[Reply | None] = deque()
        self.answers: Callable[[Asked], Reply | None] = lambda asked: None
        self.asked: list[Asked] = []
        self.url = ""
        self.ended = threading.Event()
        self._changed = threading.Condition()

    def reply(self, asked: Asked) -> Reply:
        with self._changed:
            self.asked.append(asked)
            scripted = self.script.popleft() if self.script else None
            self._changed.notify_all()
        return scripted or self.answers(asked) or self.page(asked)

    def page(self, asked: Asked) -> Reply:
        """As usual."""
        if asked.headers.get("authorization") != f"Bearer {TOKEN}":
            return Reply.of({"message": f"what is {asked.headers.get('authorization')}?"}, status=401)
        if asked.pipeline not in self.records:
            return Reply(status=404)
        records = self.records[asked.pipeline]
        start = int(asked.cursor or 0)
        stop = start + asked.limit
        following = str(stop) if stop < len(records) else None
        return Reply.of({"items": records[start:stop], "next_cursor": following})

    def wait_for(self, look: Callable[[Asked], bool]) -> None:
        """Returns once there was such a request."""
        with self._changed:
            assert self._changed.wait_for(lambda: any(look(one) for one in self.asked), PATIENCE_SECONDS), self.asked

    def cursors(self, pipeline: str | None = None) -> list[str | None]:
        return [one.cursor for one in self.asked if pipeline in {None, one.pipeline}]


@contextmanager
def running_api() -> Iterator[PartnerApi]:
    api = PartnerApi()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            _answer(self, api)

        def log_message(self, *_: object) -> None:
            """Not on the screen."""

    server = _Server(("127.0.0.1", 0), Handler)
    api.url = f"http://127.0.0.1:{server.server_port}/api"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield api
    finally:
        api.ended.set()
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Clients may go away as they please."""


def _answer(handler: BaseHTTPRequestHandler, api: PartnerApi) -> None:
    parts = urlsplit(handler.path)
    query = parse_qs(parts.query)
    segments = parts.path.split("/")
    asked = Asked(
        path=parts.path,
        pipeline=unquote(segments[3]) if len(segments) > 3 else "",
        cursor=query.get("cursor", [None])[0],
        limit=int(query.get("limit", ["100"])[0]),
        headers={name.lower(): value for name, value in handler.headers.items()},
    )
    reply = api.reply(asked)
    try:
        _send(handler, api, reply)
    except (BrokenPipeError, ConnectionResetError):
        handler.close_connection = True


def _send(handler: BaseHTTPRequestHandler, api: PartnerApi, reply: Reply) -> None:
    headers = {"Content-Type": "application/json", "Content-Length": str(len(reply.body)), **reply.headers}
    handler.send_response(reply.status)
    for name, value in headers.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(reply.body[: reply.cut_at])
    if reply.stalls:
        handler.wfile.flush()
        api.ended.wait(PATIENCE_SECONDS)
    if reply.cut_at is not None or reply.stalls:
        handler.close_connection = True


def run_of(number: int, status: str = "success", **more: Any) -> Record:
    """A record as a partner has it."""
    minute = f"{number // 60 % 24:02}:{number % 60:02}"
    return {
        "id": f"run-{number}",
        "status": status,
        "started_at": f"2026-01-{1 + number // 1440:02}T{minute}:00Z",
        **more,
    }
