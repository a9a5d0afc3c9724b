"""Alerts on a SQLite file and on a PostgreSQL database with the schema."""

from collections.abc import AsyncIterator

import pytest

from forebay.adapters.sql.engine import open_database
from forebay.adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from forebay.application.ports.pipelines import PipelinesUnitOfWorkFactory
from tests.contracts.conftest import (  # noqa: F401 - fixtures
    migrated_postgres,
    migrated_sqlite,
    postgres_copy_url,
    sqlite_copy_url,
)

DATABASES = [
    pytest.param("sqlite_copy_url", marks=pytest.mark.adapter("sqlite")),
    pytest.param("postgres_copy_url", marks=pytest.mark.adapter("postgres")),
]


@pytest.fixture(params=DATABASES, ids=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    url: str = request.getfixturevalue(request.param)
    return url


@pytest.fixture
async def units(database_url: str) -> AsyncIterator[PipelinesUnitOfWorkFactory]:
    database = open_database(database_url, pool_size=10)
    try:
        yield SqlUnitOfWorkFactory(database)
    finally:
        await database.dispose()
