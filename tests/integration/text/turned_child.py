"""What a process that reads documents may turn into once a document has taken it over. The job says what it does."""

import signal
import socket
import struct

import msgspec

LENGTH = struct.Struct(">I")


def main(memory_bytes: int, spool_bytes: int) -> None:
    del memory_bytes, spool_bytes
    parent = socket.socket(fileno=0)
    parent.sendall(frame(b"H"))
    (size,) = LENGTH.unpack(parent.recv(LENGTH.size, socket.MSG_WAITALL))
    job = parent.recv(size, socket.MSG_WAITALL)
    while job == b"flood":
        parent.sendall(frame(b"T") * 100_000)
    if job == b"silence":
        parent.close()
        signal.pause()
    parent.sendall(frame(job))
    parent.recv(1)


def frame(content: bytes) -> bytes:
    return LENGTH.pack(len(content)) + content


def failed(message: str) -> bytes:
    return b"X" + msgspec.msgpack.encode({"code": "document_broken", "message": message})
