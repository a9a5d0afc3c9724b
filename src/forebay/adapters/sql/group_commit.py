"""One SQLite writer for many units of work: those that wait at the same time share one commit.

SQLite has one writer, and a commit waits for the disk. So a single task owns the writing connection: it begins a
transaction, gives each waiting unit of work its turn inside a savepoint, and commits once nobody waits (or the group
is full). Only then does any of them learn that it is durable. Callers never touch the connection, so a cancelled
caller cannot break what others do.
"""

import asyncio
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, auto

from sqlalchemy import exc
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from forebay.adapters.sql.errors import unavailable
from forebay.adapters.sql.transaction import Outcome, Parameters, Statement, execute_on
from forebay.domain.errors import DatabaseUnavailableError

_CLOSED = "the database was closed; nothing can be written any more"


class _End(Enum):
    COMMIT = auto()
    ROLLBACK = auto()
    EVICT = auto()


@dataclass(slots=True)
class _Request:
    """A statement, or how the turn ends, and where the answer goes, if anybody waits for one."""

    what: Statement | _End
    values: Parameters = None
    answer: asyncio.Future[Outcome] | None = None

    @property
    def abandoned(self) -> bool:
        return self.answer is not None and self.answer.cancelled()

    def succeed(self, outcome: Outcome) -> None:
        if self.answer is not None and not self.answer.done():
            self.answer.set_result(outcome)

    def fail(self, error: Exception) -> None:
        if self.answer is not None and not self.answer.done():
            self.answer.set_exception(error)


@dataclass(slots=True, kw_only=True)
class WriterLimits:
    """How many share a commit; how long one waits for its turn; how long a turn may last (seconds)."""

    group: int = 64
    wait: float = 30.0
    turn: float = 30.0


@dataclass(slots=True, eq=False)
class Member:
    """One unit of work's place at the writer (a Transaction). It queues with its first statement."""

    writer: "GroupCommit"
    inbox: asyncio.Queue[_Request] = field(default_factory=asyncio.Queue)
    queued: bool = False
    ended: Exception | None = None
    patience: asyncio.TimerHandle | None = None

    async def execute(self, statement: Statement, values: Parameters) -> Outcome:
        return await self._ask(statement, values)

    async def commit(self) -> None:
        if self.queued:
            await self._ask(_End.COMMIT, None)

    async def close(self) -> None:
        """Not waited for: whatever this unit of work did is behind a savepoint that is rolled back next."""
        if self.queued and self.ended is None:
            self.inbox.put_nowait(_Request(_End.ROLLBACK))

    async def _ask(self, what: Statement | _End, values: Parameters) -> Outcome:
        if self.ended is not None:
            raise self.ended
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self.inbox.put_nowait(_Request(what, values, answer))
        if not self.queued:
            self.queued = True
            self.writer.enqueue(self)
        return await answer

    def evict(self) -> None:
        self.inbox.put_nowait(_Request(_End.EVICT))

    def end(self, error: Exception) -> None:
        """Whatever is asked from now on fails, and so does what was asked already."""
        self.ended = error
        if self.patience is not None:
            self.patience.cancel()
        while not self.inbox.empty():
            self.inbox.get_nowait().fail(error)


class GroupCommit:
    """Runs units of work one after another on one connection, and commits them together."""

    def __init__(self, engine: AsyncEngine, limits: WriterLimits) -> None:
        self._engine = engine
        self._limits = limits
        self._waiting: deque[Member] = deque()
        self._current: Member | None = None
        self._connection: AsyncConnection | None = None
        self._task: asyncio.Task[None] | None = None
        self._closed = False

    def enqueue(self, member: Member) -> None:
        if self._closed:
            member.end(DatabaseUnavailableError(_CLOSED))
            return
        loop = asyncio.get_running_loop()
        member.patience = loop.call_later(self._limits.wait, self._give_up, member)
        self._waiting.append(member)
        if self._task is None or self._task.done():
            self._task = loop.create_task(self._run())

    async def dispose(self) -> None:
        """Ends the unit of work whose turn it is, commits those before it, and closes the connection."""
        self._closed = True
        self._refuse_waiting(_CLOSED)
        if self._current is not None:
            self._current.evict()
        if self._task is not None:
            await asyncio.wait([self._task])
        await self._drop_connection()

    async def _run(self) -> None:
        try:
            while self._waiting:
                await self._group()
        except BaseException as error:
            self._refuse_waiting(unavailable(error).message)
            raise

    async def _group(self) -> None:
        try:
            connection = await self._begin()
        except Exception as error:  # noqa: BLE001  # whatever it is, those who wait must hear of it
            self._refuse_waiting(unavailable(error).message)
            await self._drop_connection()
            return
        landed: list[_Request] = []
        try:
            while self._waiting and len(landed) < self._limits.group:
                request = await self._turn(connection, self._waiting.popleft(), alone=not landed)
                if request is not None:
                    landed.append(request)
                elif not landed:
                    return
            await connection.exec_driver_sql("COMMIT")
        except BaseException as error:
            for request in landed:
                request.fail(unavailable(error))
            await self._drop_connection()
            if not isinstance(error, Exception):
                raise
        else:
            for request in landed:
                request.succeed(Outcome((), 0))

    async def _turn(self, connection: AsyncConnection, member: Member, *, alone: bool) -> _Request | None:
        """The commit request of a unit of work that came to its end; None when it was rolled back.

        Who is `alone` needs no savepoint: the transaction has nothing else in it, and is rolled back whole. The
        others leave their savepoints open, one inside the next, until the commit: that is a statement less for each.
        """
        if member.patience is not None:
            member.patience.cancel()
        self._current = member
        loop = asyncio.get_running_loop()
        clock = loop.call_later(self._limits.turn, member.evict)
        try:
            if not alone:
                await connection.exec_driver_sql("SAVEPOINT turn")
            failure: Exception | None = None
            while True:
                request = await member.inbox.get()
                what = request.what
                if request.abandoned:  # nobody waits: the caller was cancelled and will not commit
                    pass
                elif what is _End.COMMIT:
                    member.end(_over())
                    return request
                elif not isinstance(what, _End):
                    failure = await _serve(connection, what, request)
                    if failure is None:
                        continue
                await _undo(connection, alone=alone, after=failure)
                member.end(self._too_long() if what is _End.EVICT else _over())
                return None
        except BaseException as error:
            member.end(unavailable(error))
            raise
        finally:
            clock.cancel()
            self._current = None

    async def _begin(self) -> AsyncConnection:
        if self._connection is None:
            self._connection = await self._engine.connect()
        await self._connection.exec_driver_sql("BEGIN IMMEDIATE")
        return self._connection

    async def _drop_connection(self) -> None:
        """Closing rolls back whatever is left."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(exc.SQLAlchemyError):
                await connection.invalidate()
                await connection.close()

    def _refuse_waiting(self, reason: str) -> None:
        while self._waiting:
            self._waiting.popleft().end(DatabaseUnavailableError(reason))

    def _give_up(self, member: Member) -> None:
        self._waiting.remove(member)
        member.end(
            DatabaseUnavailableError(f"waited {self._limits.wait:g} s to write to the database; try again later")
        )

    def _too_long(self) -> DatabaseUnavailableError:
        return DatabaseUnavailableError(
            f"the unit of work was open for {self._limits.turn:g} s and was rolled back, so that others can write"
        )


async def _serve(connection: AsyncConnection, statement: Statement, request: _Request) -> Exception | None:
    """What ends the turn: after anything but a broken constraint nobody knows what state there is."""
    try:
        outcome = await execute_on(connection, statement, request.values)
    except exc.IntegrityError as error:
        request.fail(error)
    except Exception as error:  # noqa: BLE001  # it belongs to the caller
        request.fail(error)
        return error
    else:
        request.succeed(outcome)
    return None


async def _undo(connection: AsyncConnection, *, alone: bool, after: Exception | None) -> None:
    """Fails when SQLite has rolled back everything by itself, as it does when the disk is full: with that reason."""
    try:
        if alone:
            await connection.exec_driver_sql("ROLLBACK")
        else:
            await connection.exec_driver_sql("ROLLBACK TO turn")
            await connection.exec_driver_sql("RELEASE turn")
    except exc.SQLAlchemyError as error:
        raise after or error from error


def _over() -> DatabaseUnavailableError:
    return DatabaseUnavailableError("the unit of work has ended; nothing can be done in it any more")
