"""The three adapters of processing's unit of work, held to one contract, and those of SQL also when they are traced."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import pytest

from forebay.adapters.memory.unit_of_work import MemoryDatabase, MemoryUnitOfWorkFactory
from forebay.adapters.sql.traced import TracedDatabase
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


class Asking:
    """A tracer that wants to know each statement."""

    def statement(self, system: str, text: Callable[[], str]) -> AbstractContextManager[object]:
        assert text().split()[0] in {"SELECT", "INSERT", "UPDATE", "DELETE", "COMMIT", "CREATE"}
        return nullcontext()


@pytest.mark.adapter("sqlite")
class TestTracedSqlite(ProcessingContract):
    one_writer = True

    @pytest.fixture
    def open_work(self, sqlite: Database) -> ProcessingUnitOfWorkFactory:
        return SqlUnitOfWorkFactory(TracedDatabase(sqlite, Asking()))


@pytest.mark.adapter("postgres")
class TestTracedPostgres(ProcessingContract):
    @pytest.fixture
    def open_work(self, postgres: Database) -> ProcessingUnitOfWorkFactory:
        return SqlUnitOfWorkFactory(TracedDatabase(postgres, Asking()))


@pytest.mark.adapter("postgres")
class TestPostgres(ProcessingContract):
    @pytest.fixture
    def open_work(self, postgres: Database) -> ProcessingUnitOfWorkFactory:
        return SqlUnitOfWorkFactory(postgres)
