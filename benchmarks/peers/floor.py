"""The floor in Python, for machines where floor.c does not compile: same stages, same durability, same answer.

One thread receives into page-aligned blocks, one hashes, one writes with O_DIRECT where the file system takes it; then
fsync, rename, fsync of the folder. hashlib, os.write and recv_into release the GIL, so large files run as fast as in C;
small ones do not. Usage: `python -m benchmarks.peers.floor PORT FOLDER`.
"""

from __future__ import annotations

import fcntl
import hashlib
import itertools
import mmap
import os
import queue
import re
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path

BLOCK = 4 * 1024 * 1024
SMALL = 64 * 1024
RING = 4
O_DIRECT: int = getattr(os, "O_DIRECT", 0)

Filled = queue.SimpleQueue["tuple[int, int] | None"]


def write_all(out: int, data: memoryview) -> None:
    while len(data):
        data = data[os.write(out, data) :]


def drop_direct(out: int) -> None:
    fcntl.fcntl(out, fcntl.F_SETFL, fcntl.fcntl(out, fcntl.F_GETFL) & ~O_DIRECT)


def write_block(out: int, data: memoryview) -> None:
    aligned = len(data) & ~(mmap.PAGESIZE - 1)
    try:
        write_all(out, data[:aligned])
    except OSError:
        drop_direct(out)
        write_all(out, data[:aligned])
    if aligned < len(data):  # O_DIRECT takes whole pages only
        drop_direct(out)
        write_all(out, data[aligned:])


class Pipeline:
    """A ring of blocks between the receiver and the two threads that hash and write them."""

    def __init__(self, out: int) -> None:
        self.digest = hashlib.sha256()
        self._ring = mmap.mmap(-1, RING * BLOCK)
        self._free = threading.Semaphore(RING)
        self._users = [0] * RING
        self._lock = threading.Lock()
        self._queues: list[Filled] = [queue.SimpleQueue(), queue.SimpleQueue()]
        self._error: Exception | None = None
        work: tuple[Callable[[memoryview], None], ...] = (self.digest.update, lambda data: write_block(out, data))
        self._threads = [
            threading.Thread(target=self._stage, args=pair) for pair in zip(self._queues, work, strict=True)
        ]
        for thread in self._threads:
            thread.start()

    def _stage(self, filled: Filled, work: Callable[[memoryview], None]) -> None:
        view = memoryview(self._ring)
        while (item := filled.get()) is not None:
            slot, length = item
            try:
                work(view[slot * BLOCK : slot * BLOCK + length])
            except OSError as error:
                self._error = error
            with self._lock:
                self._users[slot] -= 1
                if not self._users[slot]:
                    self._free.release()

    def receive(self, connection: socket.socket, first: bytes, rest: int) -> None:
        view = memoryview(self._ring)
        have = len(first)
        view[:have] = first  # the first block is free: nobody else has seen the ring yet
        for number in itertools.count():
            if not rest and not have:
                break
            slot = number % RING
            self._free.acquire()
            want = min(rest, BLOCK - have)
            receive_into(connection, view[slot * BLOCK + have : slot * BLOCK + have + want])
            rest -= want
            self._users[slot] = 2
            for filled in self._queues:
                filled.put((slot, have + want))
            have = 0

    def close(self) -> None:
        for filled in self._queues:
            filled.put(None)
        for thread in self._threads:
            thread.join()
        if self._error is not None:
            raise self._error


def receive_into(connection: socket.socket, view: memoryview) -> None:
    while len(view):
        got = connection.recv_into(view, len(view), socket.MSG_WAITALL)
        if not got:
            raise ConnectionError("closed in mid-body")
        view = view[got:]


class Connection(threading.Thread):
    """Serves one keep-alive connection."""

    names = itertools.count()

    def __init__(self, connection: socket.socket, folder: Path, folder_fd: int) -> None:
        super().__init__(daemon=True)
        self._connection, self._folder, self._folder_fd = connection, folder, folder_fd

    def run(self) -> None:
        with self._connection:
            while self._serve():
                pass

    def _serve(self) -> bool:
        data = b""
        while not (part := re.search(rb"\r\n\r\n(.*filename=.*?\r\n\r\n)", data, re.DOTALL)):
            more = self._connection.recv(16384)
            if not more:
                return False
            data += more
        request = data[: part.start()]
        said = re.search(rb"\r\ncontent-length: *(\d+)", request, re.IGNORECASE)
        mark = re.search(rb"boundary=([^\r\n; ]+)", request)
        if said is None or mark is None:
            return False
        tail = b"\r\n--" + mark[1] + b"--\r\n"
        digest, size = self._store(data[part.end() :], int(said[1]) - len(part[1]) - len(tail), tail)
        body = f'{{"size_bytes":{size},"sha256":"{digest}"}}'
        head = f"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self._connection.sendall((head + body).encode())
        return True

    def _store(self, first: bytes, size: int, tail: bytes) -> tuple[str, int]:
        final = self._folder / str(next(self.names))
        temporary = final.with_suffix(".part")
        flags = os.O_CREAT | os.O_TRUNC | os.O_WRONLY
        try:
            out = os.open(temporary, flags | (O_DIRECT if size > SMALL else 0), 0o600)
        except OSError:
            out = os.open(temporary, flags, 0o600)
        try:
            digest = self._large(out, first, size, tail) if size > SMALL else self._small(out, first, size, tail)
            os.fsync(out)
        finally:
            os.close(out)
        temporary.rename(final)
        os.fsync(self._folder_fd)
        return digest, size

    def _small(self, out: int, first: bytes, size: int, tail: bytes) -> str:
        body = bytearray(size + len(tail))
        body[: len(first)] = first
        receive_into(self._connection, memoryview(body)[len(first) :])
        assert body.endswith(tail)
        write_all(out, memoryview(body)[:size])
        return hashlib.sha256(memoryview(body)[:size]).hexdigest()

    def _large(self, out: int, first: bytes, size: int, tail: bytes) -> str:
        pipeline = Pipeline(out)
        try:
            pipeline.receive(self._connection, first, size - len(first))
        finally:
            pipeline.close()
        end = bytearray(len(tail))
        receive_into(self._connection, memoryview(end))
        assert end == tail
        return pipeline.digest.hexdigest()


def main() -> None:
    port, folder = int(sys.argv[1]), Path(sys.argv[2])
    folder_fd = os.open(folder, os.O_RDONLY)
    with socket.create_server(("127.0.0.1", port), backlog=128) as listener:
        while True:
            connection, _ = listener.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            Connection(connection, folder, folder_fd).start()


if __name__ == "__main__":
    main()
