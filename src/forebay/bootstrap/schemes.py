"""Which adapter a URL chooses. An outside package adds one through an entry point named for its scheme."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from importlib.metadata import entry_points
from pathlib import Path
from typing import TypeVar
from urllib.parse import unquote, urlsplit

from forebay.adapters.memory.queue import MemoryQueue
from forebay.adapters.system.clock import SystemClock
from forebay.adapters.system.local_queue import LocalQueue
from forebay.bootstrap.parts import BlobParts, DatabaseParts, OpenBlobs, OpenDatabase, OpenQueue, QueueParts
from forebay.bootstrap.settings import Settings
from forebay.domain.documents.starter_categories import starter_categories
from forebay.domain.errors import SettingError

T = TypeVar("T")


@asynccontextmanager
async def open_memory_database(settings: Settings) -> AsyncIterator[DatabaseParts]:
    from forebay.adapters.memory.unit_of_work import MemoryDatabase, MemoryUnitOfWorkFactory  # noqa: PLC0415 - opened on demand

    database = MemoryDatabase()
    unit_of_work = MemoryUnitOfWorkFactory(database)
    async with unit_of_work() as work:  # as the migrations of SQL databases do
        for category in starter_categories(at=SystemClock().now()):
            await work.categories.add(category)
        await work.commit()
    yield DatabaseParts(unit_of_work=unit_of_work, signals=database.signals)


@asynccontextmanager
async def open_sql_database(settings: Settings) -> AsyncIterator[DatabaseParts]:
    from forebay.bootstrap.sql import open_sql  # noqa: PLC0415 - SQLAlchemy is loaded only when it is needed

    async with open_sql(settings) as parts:
        yield parts


@asynccontextmanager
async def open_memory_blobs(settings: Settings) -> AsyncIterator[BlobParts]:
    from forebay.adapters.memory.blobs import MemoryBlobStore  # noqa: PLC0415 - opened on demand

    store = MemoryBlobStore()
    yield BlobParts(store=store, incomplete=store, probe=store)


@asynccontextmanager
async def open_filesystem_blobs(settings: Settings) -> AsyncIterator[BlobParts]:
    from forebay.adapters.filesystem.store import open_filesystem_store  # noqa: PLC0415 - opened on demand

    async with open_filesystem_store(file_path(settings.blob_url)) as store:
        yield BlobParts(store=store, incomplete=store, probe=store)


@asynccontextmanager
async def open_s3_blobs(settings: Settings) -> AsyncIterator[BlobParts]:
    from forebay.adapters.s3.store import open_s3_store  # noqa: PLC0415 - aioboto3 takes long to load

    spool = Path(settings.spool_dir) if settings.spool_dir else None
    async with open_s3_store(settings.blob_url, spool_dir=spool) as store:
        yield BlobParts(store=store, incomplete=store, presigned=store, probe=store)


@asynccontextmanager
async def open_local_queue(settings: Settings) -> AsyncIterator[QueueParts]:
    queue = LocalQueue()
    yield QueueParts(queue=queue, is_local=True, probe=queue)


@asynccontextmanager
async def open_memory_queue(settings: Settings) -> AsyncIterator[QueueParts]:
    queue = MemoryQueue()
    yield QueueParts(queue=queue, is_local=True, probe=queue)


@asynccontextmanager
async def open_celery_queue(settings: Settings) -> AsyncIterator[QueueParts]:
    from forebay.bootstrap.celery import open_celery  # noqa: PLC0415 - Celery is loaded only when it is needed

    async with open_celery(settings) as parts:
        yield parts


DATABASES: Mapping[str, OpenDatabase] = {
    "sqlite": open_sql_database,
    "postgresql": open_sql_database,
    "postgres": open_sql_database,
    "memory": open_memory_database,
}
BLOB_STORES: Mapping[str, OpenBlobs] = {
    "file": open_filesystem_blobs,
    "s3": open_s3_blobs,
    "memory": open_memory_blobs,
}

QUEUES: Mapping[str, OpenQueue] = {
    "local": open_local_queue,
    "memory": open_memory_queue,
    "redis": open_celery_queue,
    "rediss": open_celery_queue,
    "amqp": open_celery_queue,
    "amqps": open_celery_queue,
}


def choose_database(settings: Settings) -> OpenDatabase:
    """The opener for FOREBAY_DATABASE_URL. SettingError names the schemes there are."""
    return _choose(DATABASES, "forebay.databases", settings.database_url, "FOREBAY_DATABASE_URL")


def choose_blobs(settings: Settings) -> OpenBlobs:
    """The opener for FOREBAY_BLOB_URL. SettingError names the schemes there are."""
    return _choose(BLOB_STORES, "forebay.blob_stores", settings.blob_url, "FOREBAY_BLOB_URL")


def choose_queue(settings: Settings) -> OpenQueue:
    """The opener for FOREBAY_QUEUE_URL. SettingError names the schemes there are."""
    return _choose(QUEUES, "forebay.queues", settings.queue_url, "FOREBAY_QUEUE_URL")


def scheme_of(url: str) -> str:
    return url.partition(":")[0].partition("+")[0].lower()


def file_path(url: str) -> Path:
    """The folder that a file: URL names. SettingError for a host or a relative path."""
    parts = urlsplit(url)
    path = unquote(parts.path)
    if parts.netloc not in {"", "localhost"} or not path.startswith("/"):
        raise SettingError(
            f"FOREBAY_BLOB_URL is {url!r}; expected file:///absolute/path (three slashes)", field="FOREBAY_BLOB_URL"
        )
    return Path(path)


def _choose(built_in: Mapping[str, T], group: str, url: str, setting: str) -> T:
    scheme = scheme_of(url)
    if scheme in built_in:
        return built_in[scheme]
    outside = {point.name: point for point in entry_points(group=group)}
    if scheme in outside:
        opener: T = outside[scheme].load()
        return opener
    known = ", ".join(sorted({*built_in, *outside}))
    raise SettingError(f"{setting} has the scheme {scheme!r}; expected one of {known}", field=setting)
