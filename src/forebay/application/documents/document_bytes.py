"""Where a document's bytes are: in a blob, or within an archive."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from forebay.application.intake.read_file import ReadableFile, ReadFile
from forebay.application.ports.archives import RangeSource
from forebay.application.ports.spool import Spool
from forebay.domain.documents.document import Document


class _Readable:
    """A file that can be read from anywhere."""

    def __init__(self, file: ReadableFile) -> None:
        self._file = file

    @property
    def name(self) -> str:
        return self._file.file.path

    @property
    def size_bytes(self) -> int:
        return self._file.file.size_bytes

    def open(self, *, start: int = 0, stop: int | None = None) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        return self._file.open(start=start, stop=stop)


class DocumentBytes:
    """Opens a document. A member of an archive is unpacked once, on to the spool, since readers jump about in it."""

    def __init__(self, *, read_file: ReadFile, spool: Spool) -> None:
        self._read_file = read_file
        self._spool = spool

    @asynccontextmanager
    async def open(self, document: Document) -> AsyncIterator[RangeSource]:
        """Errors of ReadFile and of the archive."""
        file = await self._read_file(document.file_id)
        if file.member is None:
            yield _Readable(file)
            return
        async with file.open() as chunks, self._spool.keep(file.file.path, chunks) as source:
            yield source


def _fits(file: _Readable) -> RangeSource:
    return file
