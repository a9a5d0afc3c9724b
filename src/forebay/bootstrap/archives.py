"""The archive reader: warm child processes, started when they are first needed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from forebay.adapters.archives.reader import ReaderOptions, open_archive_reader
from forebay.application.ports.archives import ArchiveReader
from forebay.bootstrap.settings import Settings


@asynccontextmanager
async def open_archives(settings: Settings) -> AsyncIterator[ArchiveReader]:
    """A process for each job at a time; downloads of members have some of their own."""
    options = ReaderOptions(
        catalogue_processes=max(1, settings.worker_concurrency),
        memory_bytes=settings.archive_memory_bytes,
        spool_dir=Path(settings.spool_dir) if settings.spool_dir else None,
    )
    async with open_archive_reader(options) as reader:
        yield reader
