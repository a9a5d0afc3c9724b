"""An upload as multipart/form-data (RFC 7578, the quoting of the HTML standard), a piece at a time."""

import secrets
from collections.abc import AsyncIterator, Callable

from forebay.domain.intake.errors import InvalidFileNameError
from forebay.entrypoints.cli.gateway import UploadRequest

_CHUNK_BYTES = 256 * 1024


class MultipartForm:
    """The fields first, so that the server can judge the file by its first bytes. Holds one chunk in memory.

    `before_chunk` may raise to end the sending.
    """

    def __init__(self, request: UploadRequest, *, before_chunk: Callable[[], None]) -> None:
        self._request = request
        self._before_chunk = before_chunk
        self._boundary = secrets.token_hex(16)
        self._head = self._fields() + self._part("file", f'; filename="{_quoted(request.file_name)}"')
        self._head += b"Content-Type: application/octet-stream\r\n\r\n"
        self._tail = f"\r\n--{self._boundary}--\r\n".encode()

    @property
    def headers(self) -> dict[str, str]:
        headers = {"Content-Type": f"multipart/form-data; boundary={self._boundary}"}
        size = self._request.source.size
        if size is not None:
            headers["Content-Length"] = str(len(self._head) + size + len(self._tail))
        if self._request.idempotency_key is not None:
            headers["Idempotency-Key"] = self._request.idempotency_key
        return headers

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield self._head
        buffer = memoryview(bytearray(_CHUNK_BYTES))
        taken = 0
        while read := await self._request.source.readinto(buffer):
            self._before_chunk()
            yield bytes(buffer[:read])  # a copy: the transport may still hold the last one when the next is read
            taken += read
            self._request.on_progress(taken)
        yield self._tail

    def _fields(self) -> bytes:
        details = self._request.details
        values = {
            "type": details.type,
            "label": details.label,
            "notes": details.notes,
            "owner": details.owner,
            "parent_run_id": details.parent_run_id,
            "documents": "true" if details.documents else None,
            "sha256": details.sha256,
        }
        parts = (
            self._part(name) + b"\r\n" + str(value).encode() + b"\r\n"
            for name, value in values.items()
            if value is not None
        )
        return b"".join(parts)

    def _part(self, name: str, more: str = "") -> bytes:
        return f'--{self._boundary}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n'.encode()


def _quoted(name: str) -> str:
    """A name that holds one of the three escapes of the HTML standard as plain text would arrive as another."""
    if any(escape in name.upper() for escape in ("%22", "%0D", "%0A")):
        raise InvalidFileNameError(
            "an HTTP form cannot carry a file name with %22, %0D or %0A in it; give another with --name", field="file"
        )
    return name.replace('"', "%22")
