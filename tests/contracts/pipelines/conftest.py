"""One database of each kind, twice where another process could open it too."""

from collections.abc import AsyncIterator

import pytest

from forebay.adapters.memory.unit_of_work import MemoryDatabase
from forebay.adapters.sql.engine import open_database
from forebay.adapters.sql.transaction import Database


@pytest.fixture
def memory() -> MemoryDatabase:
    return MemoryDatabase()


@pytest.fixture
async def sqlite(sqlite_copy_url: str) -> AsyncIterator[Database]:
    database = open_database(sqlite_copy_url)
    yield database
    await database.dispose()


@pytest.fixture
async def other_sqlite(sqlite_copy_url: str) -> AsyncIterator[Database]:
    database = open_database(sqlite_copy_url)
    yield database
    await database.dispose()


@pytest.fixture
async def postgres(postgres_copy_url: str) -> AsyncIterator[Database]:
    database = open_database(postgres_copy_url)
    yield database
    await database.dispose()


@pytest.fixture
async def other_postgres(postgres_copy_url: str) -> AsyncIterator[Database]:
    database = open_database(postgres_copy_url)
    yield database
    await database.dispose()
