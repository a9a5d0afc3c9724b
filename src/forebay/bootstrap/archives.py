"""The archive reader: warm child processes, started when they are first needed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from forebay.adapters.archives.reader import ReaderOptions, open_archive_reader
from forebay.application.ports.archives import ArchiveReader
from forebay.bootstrap.settings import Settings

_LEAST_SPOOL_BYTES = 1 << 30  # for lists of members, which may be longer than what few bytes unpack to


@asynccontextmanager
async def open_archives(settings: Settings) -> AsyncIterator[ArchiveReader]:
    async with open_archive_reader(reader_options(settings)) as reader:
        yield reader


def reader_options(settings: Settings) -> ReaderOptions:
    """A process for each job at a time; downloads of members have some of their own.

    A temporary copy of an archive within an archive may be as large as all that this may unpack to.
    """
    return ReaderOptions(
        catalogue_processes=max(1, settings.worker_concurrency),
        memory_bytes=settings.archive_memory_bytes,
        spool_bytes=max(settings.archive_max_bytes, _LEAST_SPOOL_BYTES),
        spool_dir=Path(settings.spool_dir) if settings.spool_dir else None,
    )
