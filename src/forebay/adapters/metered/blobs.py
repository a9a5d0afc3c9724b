"""A blob store that counts and times every operation of another one."""

import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from prometheus_client import CollectorRegistry, Counter, Histogram

from forebay.application.ports.blobs import BlobStore, BlobWriter, Buffer, ObjectInfo
from forebay.domain.errors import ForebayError
from forebay.domain.intake.blob import ObjectKey

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class BlobMetrics:
    """One set for each registry. `outcome`: ok, the error's code, cancelled, or defect: what was not foreseen."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._seconds = Histogram(
            "forebay_storage_operation_duration_seconds",
            "Time of operations of the blob store",
            ("operation",),
            buckets=_SECONDS,
            registry=registry,
        )
        self._operations = Counter(
            "forebay_storage_operations", "Operations of the blob store", ("operation", "outcome"), registry=registry
        )
        self._operations.labels("open", "blob_not_found")  # from 0 on, else the first of them is no increase
        self.written = Counter("forebay_storage_written_bytes", "Bytes given to the blob store", registry=registry)
        self.read = Counter("forebay_storage_read_bytes", "Bytes taken from the blob store", registry=registry)

    @contextmanager
    def measure(self, operation: str) -> Iterator[None]:
        began = time.perf_counter()
        outcome = "cancelled"
        try:
            yield
            outcome = "ok"
        except ForebayError as error:
            outcome = error.code
            raise
        except Exception:
            outcome = "defect"
            raise
        finally:
            self._seconds.labels(operation).observe(time.perf_counter() - began)
            self._operations.labels(operation, outcome).inc()


class _MeteredWriter:
    """Another store's writer, measured."""

    def __init__(self, writer: BlobWriter, metrics: BlobMetrics) -> None:
        self._writer = writer
        self._metrics = metrics

    async def write(self, data: Buffer) -> None:
        with self._metrics.measure("write"):
            await self._writer.write(data)
        self._metrics.written.inc(len(data))

    async def commit(self) -> None:
        with self._metrics.measure("commit"):
            await self._writer.commit()

    async def abort(self) -> None:
        with self._metrics.measure("abort"):
            await self._writer.abort()


class MeteredBlobStore:
    """Behaves as the store it wraps; opening a reader is timed until the first bytes can be read."""

    def __init__(self, store: BlobStore, metrics: BlobMetrics) -> None:
        self._store = store
        self._metrics = metrics

    async def create(self, key: ObjectKey, *, size_hint: int | None = None) -> BlobWriter:
        with self._metrics.measure("create"):
            return _MeteredWriter(await self._store.create(key, size_hint=size_hint), self._metrics)

    async def put(self, key: ObjectKey, data: Buffer) -> None:
        with self._metrics.measure("put"):
            await self._store.put(key, data)
        self._metrics.written.inc(len(data))

    @asynccontextmanager
    async def open(
        self, key: ObjectKey, *, start: int = 0, stop: int | None = None
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        opened = self._store.open(key, start=start, stop=stop)
        with self._metrics.measure("open"):
            chunks = await opened.__aenter__()
        try:
            yield self._counted(chunks)
        except BaseException as error:
            if not await opened.__aexit__(type(error), error, error.__traceback__):
                raise
        else:
            await opened.__aexit__(None, None, None)

    async def stat(self, key: ObjectKey) -> ObjectInfo:
        with self._metrics.measure("stat"):
            return await self._store.stat(key)

    async def delete(self, key: ObjectKey) -> None:
        with self._metrics.measure("delete"):
            await self._store.delete(key)

    def list_objects(self) -> AsyncIterator[ObjectInfo]:
        return self._store.list_objects()

    async def _counted(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        async for chunk in chunks:
            self._metrics.read.inc(len(chunk))
            yield chunk


def _fits(store: MeteredBlobStore, writer: _MeteredWriter) -> tuple[BlobStore, BlobWriter]:
    return store, writer
