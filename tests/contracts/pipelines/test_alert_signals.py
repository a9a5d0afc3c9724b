"""The change signals of each database about alerts, held to one contract."""

import pytest

from forebay.adapters.memory.unit_of_work import MemoryDatabase, MemoryUnitOfWorkFactory
from forebay.adapters.sql.transaction import Database
from forebay.adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from forebay.application.ports.pipelines import PipelinesUnitOfWorkFactory
from forebay.application.ports.signals import ChangeSignals
from forebay.testing.monitoring_contract import AlertSignalsSuite
from forebay.testing.pipeline_examples import Monitor


@pytest.mark.adapter("memory")
class TestMemory(AlertSignalsSuite):
    quiet_seconds = 0.01

    @pytest.fixture
    def open_work(self, memory: MemoryDatabase) -> PipelinesUnitOfWorkFactory:
        return MemoryUnitOfWorkFactory(memory)

    @pytest.fixture
    def signals(self, memory: MemoryDatabase) -> ChangeSignals:
        return memory.signals

    @pytest.fixture
    def elsewhere(self, memory: MemoryDatabase) -> Monitor:
        return Monitor(MemoryUnitOfWorkFactory(memory))  # there is no other process


@pytest.mark.adapter("sqlite")
class TestSqlite(AlertSignalsSuite):
    @pytest.fixture
    def open_work(self, sqlite: Database) -> PipelinesUnitOfWorkFactory:
        return SqlUnitOfWorkFactory(sqlite)

    @pytest.fixture
    def signals(self, sqlite: Database) -> ChangeSignals:
        return sqlite.signals

    @pytest.fixture
    def elsewhere(self, other_sqlite: Database) -> Monitor:
        return Monitor(SqlUnitOfWorkFactory(other_sqlite))


@pytest.mark.adapter("postgres")
class TestPostgres(AlertSignalsSuite):
    quiet_seconds = 0.3

    @pytest.fixture
    def open_work(self, postgres: Database) -> PipelinesUnitOfWorkFactory:
        return SqlUnitOfWorkFactory(postgres)

    @pytest.fixture
    def signals(self, postgres: Database) -> ChangeSignals:
        return postgres.signals

    @pytest.fixture
    def elsewhere(self, other_postgres: Database) -> Monitor:
        return Monitor(SqlUnitOfWorkFactory(other_postgres))
