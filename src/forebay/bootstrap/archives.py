"""The archive reader: warm child processes, started when they are first needed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from forebay.adapters.archives.reader import open_archive_reader
from forebay.application.ports.archives import ArchiveReader
from forebay.bootstrap.settings import Settings


@asynccontextmanager
async def open_archives(settings: Settings) -> AsyncIterator[ArchiveReader]:
    """As many readers as jobs, and one for downloads beside them."""
    async with open_archive_reader(processes=settings.worker_concurrency + 1) as reader:
        yield reader
