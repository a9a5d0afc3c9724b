"""The bytes of a document, all of them at hand: small ones in memory, large ones in a temporary file without a name."""

import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from forebay.adapters.confinement.remote import RemoteExtent

_IN_MEMORY = 32 << 20
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Content:
    """`data`: the bytes, when they are in memory; `file` has them in any case."""

    size: int
    data: bytes | None
    file: IO[bytes]

    def pieces(self) -> Iterator[bytes]:
        """All of it from the beginning."""
        self.file.seek(0)
        while piece := self.file.read(_PIECE):
            yield piece

    def head(self, count: int) -> bytes:
        self.file.seek(0)
        return self.file.read(count)

    def all(self) -> bytes:
        """MemoryError when that is too much."""
        return self.data if self.data is not None else self.head(self.size)


@contextmanager
def content_of(source: RemoteExtent, spool_dir: str | None) -> Iterator[Content]:
    """Reads the source to its end."""
    if source.size <= _IN_MEMORY:
        data = b"".join(_all(source))
        yield Content(len(data), data, io.BytesIO(data))
        return
    with tempfile.TemporaryFile(dir=spool_dir) as file:
        for piece in _all(source):
            file.write(piece)
        file.flush()
        yield Content(file.tell(), None, file)


def _all(source: RemoteExtent) -> Iterator[bytes | memoryview]:
    offset = 0
    while piece := source.chunk_at(offset):
        offset += len(piece)
        yield piece
