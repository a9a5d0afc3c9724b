"""What upload() takes: a path, bytes, a binary file, or an iterator of bytes."""

import asyncio
import inspect
import io
import os
import stat
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Iterable
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from pathlib import Path
from typing import Protocol, TypeGuard

from forebay.application.cancellation import to_the_end
from forebay.application.ports.blobs import Buffer
from forebay.application.ports.sources import Room, UploadDetails, UploadSource
from forebay.domain.errors import ForebayError, InvalidInputError
from forebay.domain.intake.errors import UploadInterruptedError
from forebay.domain.intake.filename import parse_file_name
from forebay.entrypoints.library.path_reader import PathReader

_CHUNK = 1024 * 1024


class BinaryFile(Protocol):
    """Anything to read bytes from: an open file, BytesIO, GzipFile, an HTTP response."""

    def read(self, size: int, /) -> bytes: ...


class AsyncBinaryFile(Protocol):
    """The same to await: the uploaded files of web frameworks, files of aiofiles and anyio."""

    async def read(self, size: int, /) -> bytes: ...


BlockingContent = str | os.PathLike[str] | Buffer | BinaryFile | Iterable[Buffer]
Content = BlockingContent | AsyncBinaryFile | AsyncIterable[Buffer]


class ByteReader(Protocol):
    """Bytes on their way in. `size`: how many there will be, when that is known."""

    @property
    def size(self) -> int | None: ...

    async def read(self, room: Room) -> int:
        """Fills some of the room, which it asks for when bytes are there, and says how much; 0 at the end."""
        ...


class LibrarySource:
    """Bytes and fields as ReceiveUpload wants to see them: all fields are known before the first byte.

    Whatever stops the bytes before their end is UploadInterruptedError with the cause, so that the run says why.
    """

    def __init__(self, reader: ByteReader, *, file_name: str, details: UploadDetails) -> None:
        self._reader = reader
        self.file_name = file_name
        self.details = details
        self.size_hint = reader.size

    async def read(self, room: Room) -> int:
        try:
            return await self._reader.read(room)
        except ForebayError:
            raise
        except Exception as error:
            raise UploadInterruptedError(
                f"the bytes could not be read to their end: {type(error).__name__}: {error}"
            ) from error


@asynccontextmanager
async def open_source(content: Content, *, name: str | None, details: UploadDetails) -> AsyncIterator[UploadSource]:
    """Opens paths and closes them, and closes asynchronous generators; leaves files that the caller opened open.

    OSError for a path that cannot be opened, TypeError for what is none of the kinds.
    """
    async with AsyncExitStack() as stack:
        file_name = parse_file_name(name or _name_of(content), field="name")
        reader: ByteReader
        if isinstance(content, str | os.PathLike):
            path = await stack.enter_async_context(PathReader(Path(content)))
            reader = path
            if path.size is None:
                reader = ChunkReader(await stack.enter_async_context(aclosing(path.pieces())), size=None)
        else:
            chunks = _chunks_of(content)
            if isinstance(chunks, AsyncGenerator):
                await stack.enter_async_context(aclosing(chunks))
            reader = ChunkReader(aiter(chunks), size=_size_of(content))
        yield LibrarySource(reader, file_name=file_name, details=details)


class ChunkReader:
    """Bytes that come in pieces of any size."""

    def __init__(self, chunks: AsyncIterator[Buffer], *, size: int | None) -> None:
        self._chunks = chunks
        self._rest = memoryview(b"")
        self.size = size

    async def read(self, room: Room) -> int:
        while not self._rest:
            try:
                chunk: object = await anext(self._chunks)
            except StopAsyncIteration:
                return 0
            if not isinstance(chunk, bytes | bytearray | memoryview):
                raise InvalidInputError(
                    f"got {type(chunk).__name__} where bytes were expected; open files with 'rb', encode text",
                    field="content",
                )
            self._rest = memoryview(chunk).cast("B")
        buffer = room()
        filled = min(len(self._rest), len(buffer))
        buffer[:filled] = self._rest[:filled]
        self._rest = self._rest[filled:]
        return filled


def _chunks_of(
    content: Buffer | BinaryFile | AsyncBinaryFile | Iterable[Buffer] | AsyncIterable[Buffer],
) -> AsyncIterable[Buffer]:
    if isinstance(content, bytes | bytearray | memoryview):
        return _one(content)
    if _is_awaited_when_read(content):
        return _read_awaiting(content)
    if _is_read(content):
        return _read(content)
    if isinstance(content, AsyncIterable):
        return content
    if isinstance(content, Iterable):
        return _iterate(content)
    raise TypeError(
        f"cannot upload {type(content).__name__}; expected a path, bytes, a binary file or an iterator of bytes"
    )


async def _one(data: Buffer) -> AsyncGenerator[Buffer]:
    yield data


async def _read(file: BinaryFile) -> AsyncGenerator[Buffer]:
    """In a thread, and to the end even when cancelled: the caller may close the file as soon as upload() is over."""
    while data := await to_the_end(asyncio.to_thread(file.read, _CHUNK)):
        yield data


async def _read_awaiting(file: AsyncBinaryFile) -> AsyncGenerator[Buffer]:
    while data := await file.read(_CHUNK):
        yield data


async def _iterate(chunks: Iterable[Buffer]) -> AsyncGenerator[Buffer]:
    iterator = iter(chunks)
    while (chunk := await to_the_end(asyncio.to_thread(next, iterator, None))) is not None:
        yield chunk


def _is_read(content: object) -> TypeGuard[BinaryFile]:
    """Asked by hand: isinstance() with a protocol does not see what tempfile's wrappers pass on."""
    return callable(getattr(content, "read", None))


def _is_awaited_when_read(content: object) -> TypeGuard[AsyncBinaryFile]:
    return inspect.iscoroutinefunction(getattr(content, "read", None))


def _name_of(content: Content) -> str | None:
    if isinstance(content, str | os.PathLike):
        return Path(content).name
    given = getattr(content, "name", None)  # of a file that was opened by path; a descriptor's is a number
    return Path(given).name if isinstance(given, str) else None


def _size_of(content: object) -> int | None:
    """Only where it is certain: a decompressing file, say, yields more than the file beneath it has."""
    if isinstance(content, bytes | bytearray | memoryview):
        return memoryview(content).nbytes
    if isinstance(content, io.BytesIO):
        return max(len(content.getbuffer()) - content.tell(), 0)
    if isinstance(content, io.BufferedReader | io.BufferedRandom) and isinstance(content.raw, io.FileIO):
        found = os.fstat(content.fileno())
        return max(found.st_size - content.tell(), 0) if stat.S_ISREG(found.st_mode) else None
    return None


def _proof(source: LibrarySource, chunks: ChunkReader, path: PathReader) -> tuple[UploadSource, ByteReader, ByteReader]:
    """What mypy must agree to."""
    return source, chunks, path
