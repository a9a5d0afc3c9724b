"""The three adapters of what verifying needs, held to one contract."""

from collections.abc import AsyncIterator

import pytest

from forebay.adapters.memory.unit_of_work import MemoryDatabase, MemoryUnitOfWorkFactory
from forebay.adapters.sql.engine import open_database
from forebay.adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from forebay.application.ports.unit_of_work import UnitOfWorkFactory
from forebay.testing.fixity_contract import FixityContract


class TestFixity(FixityContract):
    @pytest.fixture(params=["memory", "sqlite", "postgres"])
    async def open_work(self, request: pytest.FixtureRequest) -> AsyncIterator[UnitOfWorkFactory]:
        if request.param == "memory":
            yield MemoryUnitOfWorkFactory(MemoryDatabase())
            return
        database = open_database(request.getfixturevalue(f"{request.param}_copy_url"))
        try:
            yield SqlUnitOfWorkFactory(database)
        finally:
            await database.dispose()
