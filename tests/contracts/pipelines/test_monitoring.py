"""The three adapters of clients, pipelines, alerts and where reports come from, held to one contract."""

import pytest

from forebay.adapters.memory.unit_of_work import MemoryDatabase, MemoryUnitOfWorkFactory
from forebay.adapters.sql.transaction import Database
from forebay.adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from forebay.application.ports.pipelines import PipelinesUnitOfWorkFactory
from forebay.testing.monitoring_contract import MonitoringContract


@pytest.mark.adapter("memory")
class TestMemory(MonitoringContract):
    one_writer = True

    @pytest.fixture
    def open_work(self, memory: MemoryDatabase) -> PipelinesUnitOfWorkFactory:
        return MemoryUnitOfWorkFactory(memory)


@pytest.mark.adapter("sqlite")
class TestSqlite(MonitoringContract):
    one_writer = True

    @pytest.fixture
    def open_work(self, sqlite: Database) -> PipelinesUnitOfWorkFactory:
        return SqlUnitOfWorkFactory(sqlite)


@pytest.mark.adapter("postgres")
class TestPostgres(MonitoringContract):
    @pytest.fixture
    def open_work(self, postgres: Database) -> PipelinesUnitOfWorkFactory:
        return SqlUnitOfWorkFactory(postgres)
