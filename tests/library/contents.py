"""Bytes to upload, in every form that upload() takes."""

import gzip
import hashlib
import io
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile

from forebay.application.ports.blobs import Buffer
from forebay.entrypoints.library.sources import BlockingContent, Content

SMALL = b"[default]\nhost = a\n"
LARGE = b"".join(b"line %07d of a configuration\n" % number for number in range(20_000))


def close(content: object) -> None:
    """What the caller opened the caller closes."""
    if callable(closing := getattr(content, "close", None)):
        closing()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class Chunks:
    """An asynchronous iterable that is not a generator."""

    def __init__(self, content: bytes, size: int = 50_000) -> None:
        self._content = content
        self._size = size

    def __aiter__(self) -> AsyncIterator[Buffer]:
        return self._pieces()

    async def _pieces(self) -> AsyncIterator[Buffer]:
        for piece in pieces(self._content, self._size):
            yield piece


def pieces(content: bytes, size: int = 50_000) -> Iterator[Buffer]:
    """Of several kinds, and one that is empty: that is not the end."""
    yield b""
    for start in range(0, len(content), size):
        piece = content[start : start + size]
        yield (piece, bytearray(piece), memoryview(piece))[start // size % 3]


class AwaitedFile:
    """A file as web frameworks hand it over."""

    def __init__(self, content: bytes) -> None:
        self._file = io.BytesIO(content)

    async def read(self, size: int = -1) -> bytes:
        return self._file.read(size)


def _temporary(path: Path, content: bytes) -> BlockingContent:
    file = NamedTemporaryFile(dir=path.parent)  # noqa: SIM115 - the test that asked for it closes it
    file.write(content)
    file.seek(0)
    return file


def _at(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _opened(path: Path, content: bytes) -> io.BufferedReader:
    return _at(path, b"passed over" + content).open("rb")


def _at_some_place(file: io.BufferedReader) -> io.BufferedReader:
    file.seek(len(b"passed over"))
    return file


def _gzip(path: Path, content: bytes) -> gzip.GzipFile:
    return gzip.GzipFile(_at(path, gzip.compress(content)))


BLOCKING: dict[str, Callable[[Path, bytes], BlockingContent]] = {
    "path": _at,
    "path as text": lambda path, content: str(_at(path, content)),
    "bytes": lambda path, content: content,
    "bytearray": lambda path, content: bytearray(content),
    "memoryview": lambda path, content: memoryview(content),
    "open file": lambda path, content: _at_some_place(_opened(path, content)),
    "BytesIO": lambda path, content: io.BytesIO(content),
    "temporary file": _temporary,
    "compressed file": _gzip,
    "iterator": lambda path, content: pieces(content),
    "list": lambda path, content: list(pieces(content)),
}
ASYNCHRONOUS: dict[str, Callable[[Path, bytes], Content]] = {
    "async generator": lambda path, content: Chunks(content)._pieces(),
    "awaited file": lambda path, content: AwaitedFile(content),
    "async iterable": lambda path, content: Chunks(content),
}
