"""An upload that stops in the middle until it is told to go on."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from types import TracebackType
from typing import Self

import httpx

from tests.http.api import BOUNDARY, form_body

_PATIENCE = 60.0


class UploadInHalves:
    """Begun by __enter__, in a thread."""

    def __init__(self, url: str, content: bytes) -> None:
        self._url = url
        self._body = form_body(
            [('name="type"', b"app_bundle"), ('name="file"; filename="halves.tar"', content)],
        )
        self._half, self._go = Event(), Event()
        self._pool = ThreadPoolExecutor(1)
        self._answer: Future[httpx.Response] | None = None

    def __enter__(self) -> Self:
        self._answer = self._pool.submit(self._send)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._go.set()
        self._pool.shutdown()

    def wait_until_half_is_sent(self) -> None:
        assert self._half.wait(_PATIENCE), self._answer

    def finish(self) -> str:
        """Sends the rest. The run, which must be acknowledged."""
        assert self._answer is not None
        self._go.set()
        response = self._answer.result(_PATIENCE)
        assert response.status_code == 201, response.text
        return str(response.json()["id"])

    def _send(self) -> httpx.Response:
        headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "Content-Length": str(len(self._body))}
        return httpx.post(f"{self._url}/v1/uploads", content=self._parts(), headers=headers, timeout=_PATIENCE)

    def _parts(self) -> Iterator[bytes]:
        middle = len(self._body) // 2
        yield self._body[:middle]
        self._half.set()
        assert self._go.wait(_PATIENCE)
        yield self._body[middle:]
