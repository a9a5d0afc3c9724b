"""The three adapters of figures about runs, held to one contract."""

import pytest

from forebay.adapters.memory.unit_of_work import MemoryDatabase, MemoryUnitOfWorkFactory
from forebay.adapters.sql.transaction import Database
from forebay.adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from forebay.application.ports.pipelines import PipelinesUnitOfWorkFactory
from forebay.testing.pipeline_figures_contract import PipelineFiguresContract


@pytest.mark.adapter("memory")
class TestMemory(PipelineFiguresContract):
    @pytest.fixture
    def open_work(self, memory: MemoryDatabase) -> PipelinesUnitOfWorkFactory:
        return MemoryUnitOfWorkFactory(memory)


@pytest.mark.adapter("sqlite")
class TestSqlite(PipelineFiguresContract):
    @pytest.fixture
    def open_work(self, sqlite: Database) -> PipelinesUnitOfWorkFactory:
        return SqlUnitOfWorkFactory(sqlite)


@pytest.mark.adapter("postgres")
class TestPostgres(PipelineFiguresContract):
    @pytest.fixture
    def open_work(self, postgres: Database) -> PipelinesUnitOfWorkFactory:
        return SqlUnitOfWorkFactory(postgres)
