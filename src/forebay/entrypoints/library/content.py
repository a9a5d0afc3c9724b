"""The bytes of a stored file."""

from collections.abc import AsyncIterator

from forebay.entrypoints.library.results import File


class FileContent:
    """Chunks of at most 1 MiB, once: `async for chunk in content`, or what is left of them with `read()`."""

    def __init__(self, file: File, chunks: AsyncIterator[bytes]) -> None:
        self.file = file
        self._chunks = chunks

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        return await anext(self._chunks)

    async def read(self) -> bytes:
        """All that is left, in memory."""
        return b"".join([chunk async for chunk in self._chunks])
