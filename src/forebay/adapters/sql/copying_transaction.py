"""A transaction whose errors say of which of two databases they speak."""

from forebay.adapters.sql.errors import domain_errors
from forebay.adapters.sql.transaction import Database, Outcome, Parameters, Statement, Transaction
from forebay.domain.errors import DatabaseUnavailableError

_SETTING = "FOREBAY_DATABASE_URL"


class NamedTransaction:
    """What is said of the setting is said of the database, by its kind and where it is."""

    def __init__(self, database: Database, *, write: bool) -> None:
        self._transaction = database.transaction(write=write)
        self._label = database.label

    async def execute(self, statement: Statement, values: Parameters) -> Outcome:
        try:
            with domain_errors():
                return await self._transaction.execute(statement, values)
        except DatabaseUnavailableError as error:
            raise named(error, self._label) from error

    async def commit(self) -> None:
        try:
            with domain_errors():
                await self._transaction.commit()
        except DatabaseUnavailableError as error:
            raise named(error, self._label) from error

    async def close(self) -> None:
        await self._transaction.close()


def named(error: DatabaseUnavailableError, label: str) -> DatabaseUnavailableError:
    """With the label instead of the setting, or before it all."""
    if _SETTING in error.message:
        return DatabaseUnavailableError(error.message.replace(_SETTING, label))
    return DatabaseUnavailableError(f"{label}: {error.message}")


def _fits(transaction: NamedTransaction) -> Transaction:
    return transaction
