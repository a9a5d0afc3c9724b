"""The unit of work in SQL."""

from types import TracebackType
from typing import Self

from forebay.adapters.sql.alert_rules import SqlAlertRules
from forebay.adapters.sql.alerts import SqlAlerts
from forebay.adapters.sql.categories import SqlCategories, SqlCorrections, SqlLearnedModels
from forebay.adapters.sql.clients import SqlClients
from forebay.adapters.sql.deliveries import SqlDeliveries
from forebay.adapters.sql.document_index import document_index
from forebay.adapters.sql.documents import SqlDocuments
from forebay.adapters.sql.fixity import SqlFixity
from forebay.adapters.sql.intake import SqlBlobs, SqlFiles, SqlIdempotencyKeys, SqlRuns
from forebay.adapters.sql.jobs import SqlJobs
from forebay.adapters.sql.lineage import SqlLineage
from forebay.adapters.sql.members import SqlMembers
from forebay.adapters.sql.outbox import Outbox
from forebay.adapters.sql.pipeline_checks import SqlPipelineChecks
from forebay.adapters.sql.pipeline_figures import SqlPipelineFigures
from forebay.adapters.sql.pipeline_runs import SqlPipelineRuns
from forebay.adapters.sql.pipelines import SqlPipelines
from forebay.adapters.sql.processing import SqlArtifacts, SqlEvents, SqlModels, SqlSteps
from forebay.adapters.sql.statements import Statements
from forebay.adapters.sql.sync_states import SqlSyncStates
from forebay.adapters.sql.transaction import Database
from forebay.application.ports.documents import DocumentsUnitOfWorkFactory
from forebay.application.ports.intake import IntakeUnitOfWorkFactory
from forebay.application.ports.pipelines import PipelinesUnitOfWorkFactory
from forebay.application.ports.processing import ProcessingUnitOfWorkFactory
from forebay.application.ports.unit_of_work import UnitOfWork, UnitOfWorkFactory


class SqlUnitOfWork:
    """One transaction, begun by its first statement. Used by one task, once."""

    def __init__(self, database: Database, *, write: bool) -> None:
        self._transaction = database.transaction(write=write)
        self._statements = Statements(self._transaction, dialect=database.dialect, write=write)
        self._outbox = Outbox(self._statements)
        self._signals = database.signals
        self.runs = SqlRuns(self._statements, self._outbox)
        self.files = SqlFiles(self._statements)
        self.blobs = SqlBlobs(self._statements)
        self.fixity = SqlFixity(self._statements)
        self.idempotency = SqlIdempotencyKeys(self._statements)
        self.members = SqlMembers(self._statements)
        self.jobs = SqlJobs(self._statements, self._outbox)
        self.steps = SqlSteps(self._statements)
        self.events = SqlEvents(self._statements, self._outbox)
        self.artifacts = SqlArtifacts(self._statements)
        self.models = SqlModels(self._statements)
        self.documents = SqlDocuments(self._statements)
        self.categories = SqlCategories(self._statements)
        self.corrections = SqlCorrections(self._statements)
        self.learned = SqlLearnedModels(self._statements)
        self.index = document_index(self._statements)
        self.clients = SqlClients(self._statements)
        self.pipelines = SqlPipelines(self._statements)
        self.pipeline_runs = SqlPipelineRuns(self._statements)
        self.figures = SqlPipelineFigures(self._statements)
        self.alert_rules = SqlAlertRules(self._statements)
        self.alerts = SqlAlerts(self._statements)
        self.deliveries = SqlDeliveries(self._statements, self._outbox)
        self.checks = SqlPipelineChecks(self._statements, self._outbox)
        self.sync_states = SqlSyncStates(self._statements)
        self.lineage = SqlLineage(self._statements)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._transaction.close()

    async def commit(self) -> None:
        await self._outbox.flush()
        await self._statements.commit()
        self._signals.committed(self._outbox.topics)


class SqlUnitOfWorkFactory:
    """Opens units of work on one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def __call__(self, *, write: bool = True) -> SqlUnitOfWork:
        return SqlUnitOfWork(self._database, write=write)


def _fits(factory: SqlUnitOfWorkFactory, work: SqlUnitOfWork) -> tuple[UnitOfWorkFactory, UnitOfWork]:
    return factory, work


def _fits_each(
    factory: SqlUnitOfWorkFactory,
) -> tuple[
    IntakeUnitOfWorkFactory, ProcessingUnitOfWorkFactory, DocumentsUnitOfWorkFactory, PipelinesUnitOfWorkFactory
]:
    return factory, factory, factory, factory
