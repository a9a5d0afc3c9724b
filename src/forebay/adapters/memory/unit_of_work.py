"""The unit of work in memory: the same rules as in SQL, without a database."""

from types import TracebackType
from typing import Self

from forebay.adapters.memory.alerts import MemoryAlertRules, MemoryAlerts
from forebay.adapters.memory.database import MemoryDatabase
from forebay.adapters.memory.deliveries import MemoryDeliveries, MemoryPipelineChecks
from forebay.adapters.memory.document_index import MemoryIndex
from forebay.adapters.memory.documents import (
    MemoryCategories,
    MemoryCorrections,
    MemoryDocuments,
    MemoryLearnedModels,
)
from forebay.adapters.memory.fixity import MemoryFixity
from forebay.adapters.memory.intake import MemoryBlobs, MemoryFiles, MemoryIdempotencyKeys, MemoryRuns
from forebay.adapters.memory.jobs import MemoryJobs
from forebay.adapters.memory.lineage import MemoryLineage, MemorySyncStates
from forebay.adapters.memory.members import MemoryMembers
from forebay.adapters.memory.pipeline_figures import MemoryPipelineFigures
from forebay.adapters.memory.pipeline_runs import MemoryPipelineRuns
from forebay.adapters.memory.pipelines import MemoryClients, MemoryPipelines
from forebay.adapters.memory.processing import MemoryArtifacts, MemoryEvents, MemoryModels, MemorySteps
from forebay.adapters.memory.work import Work
from forebay.application.ports.documents import DocumentsUnitOfWorkFactory
from forebay.application.ports.intake import IntakeUnitOfWorkFactory
from forebay.application.ports.pipelines import PipelinesUnitOfWorkFactory
from forebay.application.ports.processing import ProcessingUnitOfWorkFactory
from forebay.application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory

__all__ = ["MemoryDatabase", "MemoryUnitOfWork", "MemoryUnitOfWorkFactory"]


class MemoryUnitOfWork:
    """One transaction. Used by one task, once."""

    def __init__(self, database: MemoryDatabase, *, write: bool) -> None:
        self._work = Work(database, write=write)
        self.runs = MemoryRuns(self._work)
        self.files = MemoryFiles(self._work)
        self.blobs = MemoryBlobs(self._work)
        self.fixity = MemoryFixity(self._work)
        self.idempotency = MemoryIdempotencyKeys(self._work)
        self.members = MemoryMembers(self._work)
        self.jobs = MemoryJobs(self._work)
        self.steps = MemorySteps(self._work)
        self.events = MemoryEvents(self._work)
        self.artifacts = MemoryArtifacts(self._work)
        self.models = MemoryModels(self._work)
        self.documents = MemoryDocuments(self._work)
        self.categories = MemoryCategories(self._work)
        self.corrections = MemoryCorrections(self._work)
        self.learned = MemoryLearnedModels(self._work)
        self.index = MemoryIndex(self._work)
        self.clients = MemoryClients(self._work)
        self.pipelines = MemoryPipelines(self._work)
        self.pipeline_runs = MemoryPipelineRuns(self._work)
        self.figures = MemoryPipelineFigures(self._work)
        self.alert_rules = MemoryAlertRules(self._work)
        self.alerts = MemoryAlerts(self._work)
        self.deliveries = MemoryDeliveries(self._work)
        self.checks = MemoryPipelineChecks(self._work)
        self.sync_states = MemorySyncStates(self._work)
        self.lineage = MemoryLineage(self._work)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._work.end()

    async def commit(self) -> None:
        await self._work.commit()


class MemoryUnitOfWorkFactory:
    """Opens units of work on one database."""

    def __init__(self, database: MemoryDatabase) -> None:
        self._database = database

    def __call__(self, *, write: bool = True) -> MemoryUnitOfWork:
        return MemoryUnitOfWork(self._database, write=write)


def _fits(factory: MemoryUnitOfWorkFactory, work: MemoryUnitOfWork) -> tuple[UnitOfWorkFactory, UnitOfWork]:
    return factory, work


def _fits_each(
    factory: MemoryUnitOfWorkFactory,
) -> tuple[
    IntakeUnitOfWorkFactory, ProcessingUnitOfWorkFactory, DocumentsUnitOfWorkFactory, PipelinesUnitOfWorkFactory
]:
    return factory, factory, factory, factory
