"""An upload client that costs as little as possible, run as a process of its own: `python -m benchmarks.client --help`.

Everything but the file's first 512 bytes is prepared before the clock starts; the rest goes from the page cache to the
socket with sendfile. Each connection is one thread with a blocking socket, kept alive from one request to the next.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import os
import resource
import socket
import tarfile
import threading
import time
import uuid
from collections import Counter
from pathlib import Path
from typing import BinaryIO

BOUNDARY = "forebay-bench-7d1f2c"
LEAD = 512  # one tar header block: makes every upload a different file, and a well-formed one
IN_MEMORY = 64 * 1024


def lead(size: int) -> bytes:
    """The header block of a tar whose one member fills the rest of `size` bytes and whose name nobody else has."""
    member = tarfile.TarInfo(f"{uuid.uuid4().hex}.bin")
    member.size = size - LEAD
    return member.tobuf(tarfile.USTAR_FORMAT)


class Source:
    """The bytes that follow the lead: one file, read over and over from its start."""

    def __init__(self, path: Path, size: int) -> None:
        self._file: BinaryIO = path.open("rb")
        self._available = path.stat().st_size
        self.rest = size - LEAD
        self.small = os.pread(self._file.fileno(), self.rest, 0) if size <= IN_MEMORY else b""

    def pieces(self) -> list[tuple[int, int]]:
        """(offset, length) of each sendfile call."""
        whole, last = divmod(self.rest, self._available)
        return [(0, self._available)] * whole + ([(0, last)] if last else [])

    def send(self, connection: socket.socket) -> None:
        for start, length in self.pieces():
            offset, end = start, start + length
            while offset < end:
                offset += os.sendfile(connection.fileno(), self._file.fileno(), offset, end - offset)

    def digest(self, first: bytes) -> str:
        running = hashlib.sha256(first)
        for start, length in self.pieces():
            for offset in range(start, start + length, 1 << 20):
                running.update(os.pread(self._file.fileno(), min(1 << 20, start + length - offset), offset))
        return running.hexdigest()


class Connection:
    """One keep-alive connection; reconnects when the server closed it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None
        self._pending = b""

    def open(self) -> socket.socket:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=600)
            # Python's own timeout would put the descriptor in non-blocking mode, and sendfile needs a blocking one.
            self._socket.settimeout(None)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._pending = b""
        return self._socket

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def answer(self) -> tuple[int, dict[str, str], bytes]:
        """Status, headers (names in lower case) and body; both framings, since servers differ."""
        head = self._until(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        status = int(lines[0].split(" ", 2)[1])
        if "chunked" in headers.get("transfer-encoding", ""):
            body = b""
            while size := int(self._until(b"\r\n"), 16):
                body += self._exactly(size + 2)[:-2]
            self._until(b"\r\n")
        elif status == 204:  # RFC 9110: no content, and no length needed
            body = b""
        else:
            body = self._exactly(int(headers.get("content-length", "0")))
        if headers.get("connection", "").lower() == "close":
            self.close()
        return status, headers, body

    def _more(self) -> None:
        data = self.open().recv(65536)
        if not data:
            raise ConnectionError("the server closed the connection before it answered")
        self._pending += data

    def _until(self, mark: bytes) -> bytes:
        while mark not in self._pending:
            self._more()
        found, _, self._pending = self._pending.partition(mark)
        return found

    def _exactly(self, length: int) -> bytes:
        while len(self._pending) < length:
            self._more()
        found, self._pending = self._pending[:length], self._pending[length:]
        return found


def multipart_frame(path: str, size: int, type_: str) -> tuple[bytes, bytes]:
    """Request head with everything before the file's first byte, and everything after its last."""
    before = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="type"\r\n\r\n{type_}\r\n'
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="bench.tar"\r\n'
        "Content-Type: application/x-tar\r\n\r\n"
    ).encode()
    after = f"\r\n--{BOUNDARY}--\r\n".encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data; boundary={BOUNDARY}\r\n"
        f"Content-Length: {len(before) + size + len(after)}\r\n\r\n"
    ).encode()
    return head + before, after


class Multipart:
    """`POST` of a form with the fields `type` and `file`."""

    def __init__(self, path: str, size: int, type_: str, source: Source) -> None:
        self._size, self._source = size, source
        self._before, self._after = multipart_frame(path, size, type_)

    def __call__(self, connection: Connection) -> tuple[int, bytes, bytes]:
        first = lead(self._size)
        sock = connection.open()
        if self._source.small or not self._source.rest:
            sock.sendall(self._before + first + self._source.small + self._after)
        else:
            sock.sendall(self._before + first, socket.MSG_MORE)
            self._source.send(sock)
            sock.sendall(self._after)
        status, _, body = connection.answer()
        return status, body, first


class Tus:
    """tus 1.0 as its clients speak it unless told otherwise: one POST that creates, one PATCH with all the bytes."""

    def __init__(self, path: str, size: int, source: Source) -> None:
        self._size, self._source = size, source
        self._create = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nTus-Resumable: 1.0.0\r\nUpload-Length: {size}\r\n"
            "Content-Length: 0\r\n\r\n"
        ).encode()

    def __call__(self, connection: Connection) -> tuple[int, bytes, bytes]:
        first = lead(self._size)
        connection.open().sendall(self._create)
        status, headers, body = connection.answer()
        if status != 201:
            return status, body, first
        place = headers["location"].partition("127.0.0.1")[2] or headers["location"]
        patch = (
            f"PATCH {place[place.index('/') :]} HTTP/1.1\r\nHost: 127.0.0.1\r\nTus-Resumable: 1.0.0\r\n"
            f"Upload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: {self._size}\r\n\r\n"
        ).encode()
        sock = connection.open()
        if self._source.small or not self._source.rest:
            sock.sendall(patch + first + self._source.small)
        else:
            sock.sendall(patch + first, socket.MSG_MORE)
            self._source.send(sock)
        status, _, body = connection.answer()
        return (201 if status == 204 else status), body, first


class Load:
    """`count` uploads over `concurrency` connections; the clock runs from the first byte to the last answer."""

    def __init__(self, send: Multipart | Tus, source: Source, *, port: int, count: int, verify: bool) -> None:
        self._send, self._source, self._port, self._count, self._verify = send, source, port, count, verify
        self._tickets = itertools.count()
        self.latencies: list[float] = []
        self.statuses: Counter[str] = Counter()
        self.problem = ""

    def run(self, concurrency: int) -> float:
        ready = threading.Barrier(concurrency + 1)
        threads = [threading.Thread(target=self._work, args=(ready,), daemon=True) for _ in range(concurrency)]
        for thread in threads:
            thread.start()
        ready.wait()
        started = time.perf_counter()
        for thread in threads:
            thread.join()
        return time.perf_counter() - started

    def _work(self, ready: threading.Barrier) -> None:
        connection = Connection(self._port)
        connection.open()
        ready.wait()
        while next(self._tickets) < self._count:
            started = time.perf_counter()
            try:
                status, body, first = self._send(connection)
            except OSError as error:  # includes ConnectionError: count it and go on with a new connection
                status, body, first = 0, repr(error).encode(), b""
                connection.close()
            self.latencies.append(time.perf_counter() - started)
            self.statuses[str(status)] += 1
            if status != 201:
                self.problem = body.decode("utf-8", "replace")[:500]
            elif self._verify and body and self._source.digest(first).encode() not in body:
                self.problem = f"the answer lacks the digest of what was sent: {body.decode('utf-8', 'replace')[:300]}"
        connection.close()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.client", description=__doc__)
    parser.add_argument("--protocol", choices=("multipart", "tus"), default="multipart")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--path", default="/v1/uploads")
    parser.add_argument("--type", default="archive", help="value of the form field `type`")
    parser.add_argument("--base", type=Path, required=True, help="file whose bytes are sent, over and over")
    parser.add_argument("--size", type=int, required=True, help="bytes of one upload, at least 512")
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--concurrency", type=int, default=1)
    parser.add_argument("--verify", action="store_true", help="compute each digest and look for it in the answer")
    return parser.parse_args()


def main() -> None:
    options = arguments()
    source = Source(options.base, options.size)
    send: Multipart | Tus
    if options.protocol == "tus":
        send = Tus(options.path, options.size, source)
    else:
        send = Multipart(options.path, options.size, options.type, source)
    load = Load(send, source, port=options.port, count=options.count, verify=options.verify)
    before = resource.getrusage(resource.RUSAGE_SELF)
    seconds = load.run(options.concurrency)
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    report = {
        "seconds": seconds,
        "cpu_seconds": cpu,
        "latencies": load.latencies,
        "statuses": dict(load.statuses),
        "problem": load.problem,
    }
    print(json.dumps(report))


if __name__ == "__main__":
    main()
