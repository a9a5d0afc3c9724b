"""A receiver of webhooks in the network of the stack, from where this machine may not be reached."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from standardwebhooks.webhooks import Webhook

from tests.stack.compose import run

_PORT = 9000
_PROGRAM = f"""
import json
from http.server import BaseHTTPRequestHandler, HTTPServer

class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        headers = {{name.lower(): value for name, value in self.headers.items()}}
        print(json.dumps({{"headers": headers, "body": body}}), flush=True)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args):
        pass

HTTPServer(("0.0.0.0", {_PORT}), Handler).serve_forever()
"""


@dataclass(frozen=True, slots=True)
class Receiver:
    """A container that writes down what it is sent."""

    name: str

    @property
    def url(self) -> str:
        return f"http://{self.name}:{_PORT}"

    def messages(self, secret: str) -> list[dict[str, Any]]:
        """What has come so far. Each must be signed with the secret."""
        sent = [json.loads(line) for line in run(["docker", "logs", self.name], limit=60).splitlines()]
        return [Webhook(secret).verify(one["body"], one["headers"]) for one in sent]


@contextmanager
def receiver_beside(container: str, *, name: str) -> Iterator[Receiver]:
    """In the first network of that container, and of its image, which has Python."""
    (place,) = json.loads(run(["docker", "inspect", container], limit=60))
    network = next(iter(place["NetworkSettings"]["Networks"]))
    head = ["docker", "run", "--detach", "--name", name, "--network", network, "--read-only"]
    run([*head, place["Image"], "python", "-c", _PROGRAM], limit=60)
    try:
        yield Receiver(name)
    finally:
        run(["docker", "rm", "--force", name], limit=60)
