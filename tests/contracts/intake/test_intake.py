"""The three adapters of intake's unit of work, held to one contract."""

from collections.abc import AsyncIterator

import pytest

from forebay.adapters.memory.unit_of_work import MemoryDatabase, MemoryUnitOfWorkFactory
from forebay.adapters.sql.engine import open_database
from forebay.adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from forebay.application.ports.intake import IntakeUnitOfWorkFactory
from forebay.testing.intake_contract import IntakeContract


class TestIntake(IntakeContract):
    @pytest.fixture(params=["memory", "sqlite", "postgres"])
    async def open_work(self, request: pytest.FixtureRequest) -> AsyncIterator[IntakeUnitOfWorkFactory]:
        if request.param == "memory":
            yield MemoryUnitOfWorkFactory(MemoryDatabase())
            return
        database = open_database(request.getfixturevalue(f"{request.param}_copy_url"))
        try:
            yield SqlUnitOfWorkFactory(database)
        finally:
            await database.dispose()
