"""A receiver of webhooks in a thread, which checks every signature."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Condition, Thread
from typing import Any

from standardwebhooks.webhooks import Webhook

_PATIENCE = 60.0


@dataclass
class WebhookReceiver:
    """`secrets`: by path, set once rules are made. `answer`: the status for a message."""

    url: str = ""
    secrets: dict[str, str] = field(default_factory=dict)
    answer: Callable[[dict[str, Any]], int] = lambda message: 204
    changed: Condition = field(default_factory=Condition)
    attempts: list[tuple[str, dict[str, Any]]] = field(default_factory=list)  # webhook-id and message, accepted or not
    accepted: list[dict[str, Any]] = field(default_factory=list)

    def until(self, enough: Callable[["WebhookReceiver"], bool]) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: enough(self), timeout=_PATIENCE), self.attempts

    def take(self, path: str, headers: dict[str, str], body: bytes) -> int:
        message = Webhook(self.secrets[path]).verify(body, headers)
        with self.changed:
            self.attempts.append((headers["webhook-id"], message))
            status = self.answer(message)
            if 200 <= status < 300:
                self.accepted.append(message)
            self.changed.notify_all()
        return status

    def types(self, pipeline: dict[str, Any]) -> list[str]:
        return [one["type"] for one in self.accepted if one["data"]["pipeline"]["id"] == pipeline["id"]]


@contextmanager
def webhook_receiver() -> Iterator[WebhookReceiver]:
    receiver = WebhookReceiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            self.send_response(receiver.take(self.path, headers, body))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
