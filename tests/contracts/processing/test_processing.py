"""The three adapters of processing's unit of work, held to one contract."""

import pytest

from forebay.adapters.memory.unit_of_work import MemoryDatabase, MemoryUnitOfWorkFactory
from forebay.adapters.sql.transaction import Database
from forebay.adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from forebay.application.ports.processing import ProcessingUnitOfWorkFactory
from forebay.testing.processing_contract import ProcessingContract


@pytest.mark.adapter("memory")
class TestMemory(ProcessingContract):
    one_writer = True

    @pytest.fixture
    def open_work(self, memory: MemoryDatabase) -> ProcessingUnitOfWorkFactory:
        return MemoryUnitOfWorkFactory(memory)


@pytest.mark.adapter("sqlite")
class TestSqlite(ProcessingContract):
    one_writer = True

    @pytest.fixture
    def open_work(self, sqlite: Database) -> ProcessingUnitOfWorkFactory:
        return SqlUnitOfWorkFactory(sqlite)


@pytest.mark.adapter("postgres")
class TestPostgres(ProcessingContract):
    @pytest.fixture
    def open_work(self, postgres: Database) -> ProcessingUnitOfWorkFactory:
        return SqlUnitOfWorkFactory(postgres)
