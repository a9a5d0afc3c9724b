"""What a child and its parent say to each other, over one socket, in frames of a length and that many bytes.

The parent sends a job, then answers each request for bytes, in order, with some of them or, at the end of the source,
with none. The child sends requests, results of the kinds that its duty has, and at the end how it went.
"""

import socket
import struct

import msgspec

HELLO, REQUEST, DONE, FAILED = b"H", b"R", b"E", b"X"  # the other letters are free for results
NEXT = -1  # a request for what follows the last answer
MOST_REQUESTS = 4  # unanswered ones
MAX_CHUNK = 1 << 20
MAX_FRAME = 8 << 20
LENGTH = struct.Struct(">I")
OFFSET = struct.Struct(">q")


class Outcome(msgspec.Struct, frozen=True):
    """How a job ended, and the most memory that the process ever had resident (None where that is not known).

    `fit`: whether the process may be given another job.
    """

    peak_bytes: int | None = None
    code: str | None = None
    message: str = ""
    fit: bool = False


class ParentGoneError(Exception):
    """The other end of the socket was closed."""


class ChildSocket:
    """The child's end: it waits."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock

    def send(self, kind: bytes, *parts: bytes) -> None:
        body = b"".join(parts)
        try:
            self._socket.sendall(LENGTH.pack(len(body) + 1) + kind + body)
        except OSError as error:
            raise ParentGoneError from error

    def receive(self) -> bytes:
        return self._exactly(LENGTH.unpack(self._exactly(LENGTH.size))[0])

    def _exactly(self, count: int) -> bytes:
        if not count:
            return b""
        try:
            data = self._socket.recv(count, socket.MSG_WAITALL)
        except OSError as error:
            raise ParentGoneError from error
        while len(data) < count:  # a signal may cut MSG_WAITALL short
            more = self._socket.recv(count - len(data), socket.MSG_WAITALL)
            if not more:
                raise ParentGoneError
            data += more
        return data
