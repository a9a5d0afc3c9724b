"""Where a document's bytes are: in a blob, or within an archive."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from types import TracebackType
from uuid import UUID

from forebay.application.intake.read_file import ReadableFile, ReadFile
from forebay.application.ports.archives import RangeSource
from forebay.application.ports.spool import Spool
from forebay.domain.documents.document import Document
from forebay.domain.errors import ForebayError, UnavailableError
from forebay.domain.intake.member import Member

Opening = AbstractAsyncContextManager[RangeSource]


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

    def in_turn(
        self, documents: Sequence[Document]
    ) -> AbstractAsyncContextManager[AsyncIterator[tuple[Document, Opening]]]:
        """Each of the documents with what opens it as open() does, before the next one is asked for or not at all.

        Archives come first, one after the other and each in its own order, so that it is read once for all that is
        wanted of it. The others follow in the order that they are given in: messages before what is attached to them.
        """
        return aclosing(self._turns(documents))

    async def _turns(self, documents: Sequence[Document]) -> AsyncGenerator[tuple[Document, Opening]]:
        uploads: dict[UUID, dict[UUID, tuple[Document, Member]]] = {}
        others: list[Document] = []
        for document in documents:
            member = await self._member(document)
            if member is None:
                others.append(document)
            else:
                uploads.setdefault(member.file_id, {})[member.id] = document, member
        for wanted in uploads.values():
            async with aclosing(self._of_upload(wanted)) as turns:
                async for turn in turns:
                    yield turn
        for document in others:
            yield document, self.open(document)

    async def _member(self, document: Document) -> Member | None:
        """Where it lies within an archive. None when it lies elsewhere, or nowhere, as open() will say."""
        try:
            return (await self._read_file(document.file_id)).member
        except UnavailableError:
            raise
        except ForebayError:
            return None

    async def _of_upload(self, wanted: dict[UUID, tuple[Document, Member]]) -> AsyncGenerator[tuple[Document, Opening]]:
        """A pass that ends with an error is begun again for those behind, unless it came to none: they all have it."""
        left = dict(wanted)
        while left:
            before = len(left)
            try:
                async with self._read_file.open_members([member for _, member in left.values()]) as members:
                    async for member, chunks in members:
                        document, _ = left.pop(member.id)
                        yield document, self._spool.keep(member.path, chunks)
                    return
            except UnavailableError:
                raise
            except ForebayError as error:
                refused = error if len(left) == before else None
            if refused is not None:
                for document, _ in left.values():
                    yield document, _Refused(refused)
                return


class _Refused:
    """A document that cannot be opened."""

    def __init__(self, error: ForebayError) -> None:
        self._error = error

    async def __aenter__(self) -> RangeSource:
        raise self._error.with_traceback(None)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Was never entered."""


def _fits(file: _Readable) -> RangeSource:
    return file
