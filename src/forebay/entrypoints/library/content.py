"""The bytes of a stored file or an artifact."""

from collections.abc import AsyncIterator

from forebay.entrypoints.library.document_results import DocumentText
from forebay.entrypoints.library.job_results import Artifact
from forebay.entrypoints.library.results import File


class Chunks:
    """Of at most 1 MiB, once: `async for chunk in content`, or what is left of them with `read()`."""

    def __init__(self, chunks: AsyncIterator[bytes]) -> None:
        self._chunks = chunks

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        return await anext(self._chunks)

    async def read(self) -> bytes:
        """All that is left, in memory."""
        return b"".join([chunk async for chunk in self._chunks])


class FileContent(Chunks):
    """The bytes of `file`."""

    def __init__(self, file: File, chunks: AsyncIterator[bytes]) -> None:
        super().__init__(chunks)
        self.file = file


class ArtifactContent(Chunks):
    """The bytes of `artifact`."""

    def __init__(self, artifact: Artifact, chunks: AsyncIterator[bytes]) -> None:
        super().__init__(chunks)
        self.artifact = artifact


class TextContent(Chunks):
    """The text of a document, as UTF-8."""

    def __init__(self, text: DocumentText, chunks: AsyncIterator[bytes]) -> None:
        super().__init__(chunks)
        self.text = text
