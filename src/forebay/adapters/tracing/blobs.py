"""A blob store each of whose operations is a span. Keys are left out: they name a run and its owner."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from opentelemetry.trace import Span, Tracer

from forebay.adapters.tracing.spans import Attributes, InnerSpans, note
from forebay.application.ports.blobs import BlobStore, BlobWriter, Buffer, ObjectInfo
from forebay.domain.intake.blob import ObjectKey

SIZE = "forebay.blob.size"


class TracedBlobStore:
    """Behaves as the store it wraps. Writing and reading are spans from the first byte to the last.

    `backend`: its kind. There is no convention for blob stores; one for S3 is about requests, of which one operation
    here may be several.
    """

    def __init__(self, store: BlobStore, tracer: Tracer, *, backend: str) -> None:
        self._store = store
        self._spans = InnerSpans(tracer)
        self._attributes: Attributes = {"forebay.blob.backend": backend}

    async def create(self, key: ObjectKey, *, size_hint: int | None = None) -> BlobWriter:
        span = self._spans.begin("blob write", self._attributes)
        try:
            return _TracedWriter(await self._store.create(key, size_hint=size_hint), span)
        except BaseException as error:
            note(span, error)
            span.end()
            raise

    async def put(self, key: ObjectKey, data: Buffer) -> None:
        with self._spans.within("blob put", {**self._attributes, SIZE: len(data)}):
            await self._store.put(key, data)

    @asynccontextmanager
    async def open(
        self, key: ObjectKey, *, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        span = self._spans.begin("blob read", self._attributes)
        read = _Read()
        try:
            async with self._store.open(key, start=start, stop=stop) as chunks:
                yield read.counting(chunks)
        except BaseException as error:
            note(span, error)
            raise
        finally:
            span.set_attribute(SIZE, read.size)
            span.end()

    async def stat(self, key: ObjectKey) -> ObjectInfo:
        with self._spans.within("blob stat", self._attributes):
            return await self._store.stat(key)

    async def delete(self, key: ObjectKey) -> None:
        with self._spans.within("blob delete", self._attributes):
            await self._store.delete(key)

    def list_objects(self) -> AsyncIterator[ObjectInfo]:
        """Of sweeps, which belong to no trace."""
        return self._store.list_objects()


class _TracedWriter:
    def __init__(self, writer: BlobWriter, span: Span) -> None:
        self._writer = writer
        self._span = span
        self._size = 0

    async def write(self, data: Buffer) -> None:
        size = len(data)
        await self._writer.write(data)
        self._size += size

    async def commit(self) -> None:
        try:
            await self._writer.commit()
        except BaseException as error:
            note(self._span, error)
            raise
        self._end("committed")

    async def abort(self) -> None:
        try:
            await self._writer.abort()
        finally:
            self._end("aborted")

    def _end(self, outcome: str) -> None:
        if self._span.is_recording():
            self._span.set_attributes({SIZE: self._size, "forebay.blob.outcome": outcome})
            self._span.end()


class _Read:
    """How much was read of one object."""

    size = 0

    async def counting(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        async for chunk in chunks:
            self.size += len(chunk)
            yield chunk


def _fits(store: TracedBlobStore, writer: _TracedWriter) -> tuple[BlobStore, BlobWriter]:
    return store, writer
