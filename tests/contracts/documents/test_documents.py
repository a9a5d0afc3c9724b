"""The three adapters of the unit of work of documents, held to one contract."""

import pytest

from forebay.adapters.memory.unit_of_work import MemoryDatabase, MemoryUnitOfWorkFactory
from forebay.adapters.sql.transaction import Database
from forebay.adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from forebay.application.ports.documents import DocumentsUnitOfWorkFactory
from forebay.testing.library_contract import LibraryContract


@pytest.mark.adapter("memory")
class TestMemory(LibraryContract):
    @pytest.fixture
    def open_work(self, memory: MemoryDatabase) -> DocumentsUnitOfWorkFactory:
        return MemoryUnitOfWorkFactory(memory)


@pytest.mark.adapter("sqlite")
class TestSqlite(LibraryContract):
    @pytest.fixture
    def open_work(self, sqlite: Database) -> DocumentsUnitOfWorkFactory:
        return SqlUnitOfWorkFactory(sqlite)


@pytest.mark.adapter("postgres")
class TestPostgres(LibraryContract):
    @pytest.fixture
    def open_work(self, postgres: Database) -> DocumentsUnitOfWorkFactory:
        return SqlUnitOfWorkFactory(postgres)
