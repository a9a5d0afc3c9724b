"""The three adapters of intake's unit of work, held to one contract."""

from collections.abc import AsyncIterator

import pytest

from forebay.adapters.memory.intake import MemoryDatabase, MemoryIntakeUnitOfWorkFactory
from forebay.adapters.sql.engine import open_database
from forebay.adapters.sql.unit_of_work import SqlIntakeUnitOfWorkFactory
from forebay.application.ports.intake import IntakeUnitOfWorkFactory
from forebay.testing.intake_contract import IntakeContract


class TestIntake(IntakeContract):
    @pytest.fixture(params=["memory", "sqlite", "postgres"])
    async def open_work(self, request: pytest.FixtureRequest) -> AsyncIterator[IntakeUnitOfWorkFactory]:
        if request.param == "memory":
            yield MemoryIntakeUnitOfWorkFactory(MemoryDatabase())
            return
        database = open_database(request.getfixturevalue(f"{request.param}_intake_url"))
        try:
            yield SqlIntakeUnitOfWorkFactory(database)
        finally:
            await database.dispose()
