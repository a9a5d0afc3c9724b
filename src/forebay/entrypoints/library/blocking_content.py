"""The bytes of a stored file or an artifact, as a file."""

import io
from collections.abc import Callable, Iterator
from typing import Any

from forebay.entrypoints.library.document_results import DocumentText
from forebay.entrypoints.library.job_results import Artifact
from forebay.entrypoints.library.results import File

_BUFFER = 256 * 1024


class BlockingContent(io.BufferedReader):
    """A binary file open for reading, once and forwards: read(), lines, shutil.copyfileobj, tarfile's `r|*`."""

    def __init__(self, next_chunk: Callable[[], bytes]) -> None:
        super().__init__(_ChunkSource(next_chunk), _BUFFER)

    def chunks(self) -> Iterator[bytes]:
        """What is left, in pieces of at most 256 KiB."""
        while chunk := self.read1(_BUFFER):
            yield chunk


class BlockingFileContent(BlockingContent):
    """The bytes of `file`."""

    def __init__(self, file: File, next_chunk: Callable[[], bytes]) -> None:
        super().__init__(next_chunk)
        self.file = file


class BlockingArtifactContent(BlockingContent):
    """The bytes of `artifact`."""

    def __init__(self, artifact: Artifact, next_chunk: Callable[[], bytes]) -> None:
        super().__init__(next_chunk)
        self.artifact = artifact


class BlockingTextContent(BlockingContent):
    """The text of a document, as UTF-8."""

    def __init__(self, text: DocumentText, next_chunk: Callable[[], bytes]) -> None:
        super().__init__(next_chunk)
        self.text = text


class _ChunkSource(io.RawIOBase):
    """Takes the next chunk when it needs one; b"" is the end."""

    def __init__(self, next_chunk: Callable[[], bytes]) -> None:
        self._next_chunk = next_chunk
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # the base class's type for writable memory is not public
        if not self._rest:
            self._rest = memoryview(self._next_chunk())
        filled = min(len(self._rest), len(buffer))
        buffer[:filled] = self._rest[:filled]
        self._rest = self._rest[filled:]
        return filled
