"""The change signals of each database, and those for databases that have none, held to one contract."""

import pytest

from forebay.adapters.memory.unit_of_work import MemoryDatabase, MemoryUnitOfWorkFactory
from forebay.adapters.sql.transaction import Database
from forebay.adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from forebay.adapters.system.polling_signals import PollingSignals
from forebay.application.ports.processing import ProcessingUnitOfWorkFactory
from forebay.application.ports.signals import ChangeSignals
from forebay.testing.job_examples import JobRecords
from forebay.testing.processing_contract import SignalsSuite


@pytest.mark.adapter("memory")
class TestMemory(SignalsSuite):
    quiet_seconds = 0.01

    @pytest.fixture
    def open_work(self, memory: MemoryDatabase) -> ProcessingUnitOfWorkFactory:
        return MemoryUnitOfWorkFactory(memory)

    @pytest.fixture
    def signals(self, memory: MemoryDatabase) -> ChangeSignals:
        return memory.signals

    @pytest.fixture
    def elsewhere(self, memory: MemoryDatabase) -> JobRecords:
        return JobRecords(MemoryUnitOfWorkFactory(memory))  # there is no other process


@pytest.mark.adapter("sqlite")
class TestSqlite(SignalsSuite):
    @pytest.fixture
    def open_work(self, sqlite: Database) -> ProcessingUnitOfWorkFactory:
        return SqlUnitOfWorkFactory(sqlite)

    @pytest.fixture
    def signals(self, sqlite: Database) -> ChangeSignals:
        return sqlite.signals

    @pytest.fixture
    def elsewhere(self, other_sqlite: Database) -> JobRecords:
        return JobRecords(SqlUnitOfWorkFactory(other_sqlite))


@pytest.mark.adapter("postgres")
class TestPostgres(SignalsSuite):
    quiet_seconds = 0.3

    @pytest.fixture
    def open_work(self, postgres: Database) -> ProcessingUnitOfWorkFactory:
        return SqlUnitOfWorkFactory(postgres)

    @pytest.fixture
    def signals(self, postgres: Database) -> ChangeSignals:
        return postgres.signals

    @pytest.fixture
    def elsewhere(self, other_postgres: Database) -> JobRecords:
        return JobRecords(SqlUnitOfWorkFactory(other_postgres))


class TestPolling(SignalsSuite):
    """Reports a change every second, whatever happens: shorter waits in between report none."""

    quiet_seconds = 0.01

    @pytest.fixture
    def open_work(self, memory: MemoryDatabase) -> ProcessingUnitOfWorkFactory:
        return MemoryUnitOfWorkFactory(memory)

    @pytest.fixture
    def signals(self) -> ChangeSignals:
        return PollingSignals()

    @pytest.fixture
    def elsewhere(self, memory: MemoryDatabase) -> JobRecords:
        return JobRecords(MemoryUnitOfWorkFactory(memory))
