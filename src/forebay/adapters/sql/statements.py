"""Runs the statements of one unit of work; what a driver raises comes out as an error of the domain."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Delete, Insert, Row, Select, Table, TextClause, Update, exc, select

from forebay.adapters.sql.bulk import BY_INDEX, BulkInsert, Passing
from forebay.adapters.sql.errors import constraint_error, domain_errors, is_unnamed_foreign_key
from forebay.adapters.sql.transaction import Dialect, Outcome, Parameters, Rows, Statement, Transaction, Values
from forebay.domain.errors import ForebayError, InternalStateError

Query = Select[*tuple[Any, ...]] | TextClause
Write = Insert | Update | Delete


class DriverInsert(NamedTuple):
    """What SQLAlchemy would send, made without its work for each row."""

    sql: str
    rows: Sequence[Values]


class Statements:
    """After a write that failed, or after commit(), nothing more can be written: the unit of work is void."""

    def __init__(self, transaction: Transaction, *, dialect: Dialect, write: bool) -> None:
        self.dialect = dialect
        self._transaction = transaction
        self._void = "" if write else "it was opened with write=False"

    async def fetch(self, statement: Query, values: Values | None = None) -> Rows:
        with domain_errors(values):
            return (await self._transaction.execute(statement, values)).rows

    async def first(self, statement: Query, values: Values | None = None) -> Row[*tuple[Any, ...]] | None:
        rows = await self.fetch(statement, values)
        return rows[0] if rows else None

    async def write(self, statement: Write, values: Values, *, about: Values | None = None) -> int:
        """How many rows it wrote. `values` has the columns by name; `about`: the whole row, if they are not."""
        return await self._write(statement, statement, values, [about or values])

    async def write_returning(self, statement: Insert, rows: Sequence[Values]) -> Rows:
        """What it returns of the rows that it wrote. Errors may name another than the row that was wrong."""
        return (await self._send(statement, statement, rows, rows)).rows

    async def write_many(
        self, statement: Insert, rows: Sequence[Values], *, driver: DriverInsert | None = None
    ) -> None:
        """All of them in one go. `driver`: the same for the driver, faster with many rows.

        Errors may name another than the row that was wrong.
        """
        if driver is None:
            await self._write(statement, statement, rows, rows)
        else:
            await self._write(statement, driver.sql, driver.rows, rows)

    async def bring(self, passing: Passing, rows: Sequence[tuple[object, ...]]) -> None:
        """Puts rows, and nothing else, into a table that passes away with this unit of work."""
        self.check()
        try:
            with domain_errors():
                if self.dialect == "postgresql":
                    await self._transaction.execute(BY_INDEX, None)
                await self._transaction.execute(passing.create, None)
                await self._transaction.execute(passing.clear, None)
                await self._transaction.execute(BulkInsert(passing.table, rows), None)
        except BaseException:
            self.spoil("a statement in it failed")
            raise

    async def write_from(self, statement: Write, about: Sequence[Values]) -> int:
        """How many rows it wrote of those that were brought; `about`: what refers to other tables in them."""
        return await self._write(statement, statement, {}, about)

    async def _write(self, statement: Write, sent: Statement, values: Parameters, about: Sequence[Values]) -> int:
        return (await self._send(statement, sent, values, about)).written

    async def _send(self, statement: Write, sent: Statement, values: Parameters, about: Sequence[Values]) -> Outcome:
        self.check()
        try:
            with domain_errors(about[0]):
                try:
                    return await self._transaction.execute(sent, values)
                except exc.IntegrityError as error:
                    if is_unnamed_foreign_key(error):
                        raise await self._broken_reference(statement, about) from error
                    raise
        except BaseException:
            self.spoil("a statement in it failed")
            raise

    async def commit(self) -> None:
        self.check()
        self.spoil("it was committed")
        with domain_errors():
            await self._transaction.commit()

    def spoil(self, reason: str) -> None:
        self._void = reason

    def check(self) -> None:
        if self._void:
            raise InternalStateError(f"nothing can be written in this unit of work: {self._void}")

    async def _broken_reference(self, statement: Write, rows: Sequence[Values]) -> ForebayError:
        """SQLite does not say which foreign key it was: the first whose target is not there."""
        table = statement.table
        assert isinstance(table, Table)
        for constraint in sorted(table.foreign_key_constraints, key=lambda key: str(key.name)):
            there: set[tuple[object, ...]] = set()
            for row in rows:
                found = tuple(row.get(element.parent.name) for element in constraint.elements)
                if None in found or found in there:
                    continue
                targets = [element.column for element in constraint.elements]
                matches = [target == value for target, value in zip(targets, found, strict=True)]
                if await self.first(select(*targets).where(*matches)) is None:
                    return constraint_error(str(constraint.name), row)
                there.add(found)
        return constraint_error(None, rows[0])
