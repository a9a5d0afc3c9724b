"""The reader that works in processes of its own, held to the contract."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from forebay.adapters.archives.reader import ProcessArchiveReader, open_archive_reader
from forebay.testing.archive_contract import ArchiveContract


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def archives() -> AsyncIterator[ProcessArchiveReader]:
    """One reader for all tests, as in life: what one leaves behind the next one meets."""
    async with open_archive_reader() as reader:
        yield reader


@pytest.mark.asyncio(loop_scope="module")
class TestProcesses(ArchiveContract):
    pass
