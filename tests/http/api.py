"""What the tests of this folder speak to."""

import gzip
import hashlib
import io
import socket
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import httpx

from tests.server_process import ServerProcess

BOUNDARY = "a-boundary-of-our-own"


@dataclass(frozen=True)
class Api:
    """One running server and a client for it."""

    client: httpx.Client
    server: ServerProcess

    def upload(
        self, content: bytes, *, name: str = "app.tar.gz", headers: dict[str, str] | None = None, **fields: str
    ) -> httpx.Response:
        data = {"type": "app_bundle", **fields}
        return self.client.post("/v1/uploads", data=data, files={"file": (name, content)}, headers=headers)

    def form(self, parts: Iterable[tuple[str, bytes]], *, headers: dict[str, str] | None = None) -> httpx.Response:
        """A form with exactly these parts: (what stands behind `form-data; `, value)."""
        return self.client.post(
            "/v1/uploads",
            content=form_body(parts),
            headers={"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", **(headers or {})},
        )

    def run(self, run_id: str) -> dict[str, Any]:
        response = self.client.get(f"/v1/runs/{run_id}")
        assert response.status_code == 200, response.text
        body: dict[str, Any] = response.json()
        return body

    def runs(self, **query: str | int) -> list[dict[str, Any]]:
        response = self.client.get("/v1/runs", params={"limit": 1000, **query})
        assert response.status_code == 200, response.text
        items: list[dict[str, Any]] = response.json()["items"]
        return items

    def connect(self) -> socket.socket:
        """A raw connection, for what no client library would send."""
        return socket.create_connection(("127.0.0.1", self.server.port), timeout=30)


def form_body(parts: Iterable[tuple[str, bytes]]) -> bytes:
    body = b"".join(
        f"--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n\r\n".encode() + value + b"\r\n"
        for head, value in parts
    )
    return body + f"--{BOUNDARY}--\r\n".encode()


def archive(size: int = 2000, *, seed: str = "a") -> bytes:
    """A real tar.gz with one member; other seeds give other bytes."""
    content = (hashlib.sha256(seed.encode()).hexdigest().encode() * (size // 64 + 1))[:size]
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w") as tar:
        member = tarfile.TarInfo(f"{seed}/default/app.conf")
        member.size = len(content)
        tar.addfile(member, io.BytesIO(content))
    return gzip.compress(raw.getvalue(), compresslevel=0, mtime=0)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def assert_problem(response: httpx.Response, status: int, code: str, *, field: str | None = None) -> dict[str, Any]:
    """A problem detail with this status and code; with `field`, one that names it."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert body["code"] == code, body
    assert body["status"] == status
    assert body["type"] == f"urn:forebay:problem:{code}"
    assert body["detail"]
    assert body["request_id"] == response.headers["x-request-id"]
    if field is not None:
        assert field in [error["field"] for error in body["errors"]], body
        assert field in body["detail"]
    return body
