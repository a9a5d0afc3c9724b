"""The unit of work in SQL."""

from types import TracebackType
from typing import Self

from forebay.adapters.sql.intake import SqlBlobs, SqlFiles, SqlIdempotencyKeys, SqlRuns
from forebay.adapters.sql.statements import Statements
from forebay.adapters.sql.transaction import Database
from forebay.application.ports.intake import IntakeUnitOfWork, IntakeUnitOfWorkFactory


class SqlUnitOfWork:
    """One transaction, begun by its first statement. Used by one task, once."""

    def __init__(self, database: Database, *, write: bool) -> None:
        self._transaction = database.transaction(write=write)
        self._statements = Statements(self._transaction, dialect=database.dialect, write=write)
        self.runs = SqlRuns(self._statements)
        self.files = SqlFiles(self._statements)
        self.blobs = SqlBlobs(self._statements)
        self.idempotency = SqlIdempotencyKeys(self._statements)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._transaction.close()

    async def commit(self) -> None:
        await self._statements.commit()


class SqlUnitOfWorkFactory:
    """Opens units of work on one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def __call__(self, *, write: bool = True) -> SqlUnitOfWork:
        return SqlUnitOfWork(self._database, write=write)


def _fits(factory: SqlUnitOfWorkFactory, work: SqlUnitOfWork) -> tuple[IntakeUnitOfWorkFactory, IntakeUnitOfWork]:
    return factory, work
