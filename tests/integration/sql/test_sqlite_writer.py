"""SQLite's one writer: who shares a commit, who waits, and what happens when something goes wrong."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import event

from forebay.adapters.sql.engine import open_database, sqlite_path
from forebay.adapters.sql.group_commit import WriterLimits
from forebay.adapters.sql.sqlite import SqliteDatabase
from forebay.adapters.sql.sqlite_connection import OneHopConnection
from forebay.adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from forebay.domain.errors import DatabaseUnavailableError, SchemaOutdatedError
from forebay.testing.intake_examples import Records, a_blob, a_run

pytestmark = pytest.mark.adapter("sqlite")


@asynccontextmanager
async def opened(
    url: str, *, wait_seconds: float = 30.0, writer: WriterLimits | None = None
) -> AsyncIterator[SqliteDatabase]:
    database = open_database(url, wait_seconds=wait_seconds, writer=writer)
    assert isinstance(database, SqliteDatabase)
    try:
        yield database
    finally:
        await database.dispose()


def records_of(database: SqliteDatabase) -> Records:
    return Records(SqlUnitOfWorkFactory(database))


def on_statement(database: SqliteDatabase, hear: Callable[[str], None]) -> None:
    """Hears every statement of the writer before it is executed."""

    @event.listens_for(database._writing.sync_engine, "before_cursor_execute")
    def before(_c: object, _cursor: object, statement: str, *_: object) -> None:
        hear(statement)


async def test_those_who_wait_together_share_a_commit_and_hear_of_it_afterwards(sqlite_url: str) -> None:
    async with opened(sqlite_url) as database:
        tasks: list[asyncio.Task[None]] = []
        done_at_commit: list[int] = []
        commits_before_done: list[int] = []

        def hear(statement: str) -> None:
            if statement == "COMMIT":
                done_at_commit.append(sum(task.done() for task in tasks))
                commits_before_done.append(len(tasks))

        on_statement(database, hear)
        tasks += [asyncio.create_task(records_of(database).add(a_run())) for _ in range(30)]
        await asyncio.gather(*tasks)
        assert done_at_commit == [0]
        assert len(await records_of(database).ids()) == 30


async def test_a_group_is_at_most_as_large_as_its_limit(sqlite_url: str) -> None:
    async with opened(sqlite_url, writer=WriterLimits(group=8)) as database:
        commits: list[str] = []
        on_statement(database, lambda statement: commits.append(statement) if statement == "COMMIT" else None)
        await asyncio.gather(*(records_of(database).add(a_run()) for _ in range(30)))
        assert len(commits) == 4


async def test_when_the_commit_fails_it_fails_for_all_who_share_it(sqlite_url: str) -> None:
    async with opened(sqlite_url) as database:
        broken = True

        def hear(statement: str) -> None:
            nonlocal broken
            if statement == "COMMIT" and broken:
                broken = False
                raise sqlite3.OperationalError("disk I/O error")

        on_statement(database, hear)
        records = records_of(database)
        outcomes = await asyncio.gather(*(records.add(a_run()) for _ in range(10)), return_exceptions=True)
        assert {type(outcome) for outcome in outcomes} == {DatabaseUnavailableError}
        assert await records.ids() == []
        run = a_run()
        await records.add(run)
        assert await records.ids() == [run.id]


async def test_on_a_full_disk_what_was_acknowledged_is_there_and_nothing_else(sqlite_url: str) -> None:
    async with opened(sqlite_url) as database:

        @event.listens_for(database._writing.sync_engine, "connect")
        def limit(connection: sqlite3.Connection, _: object) -> None:
            connection.cursor().execute("PRAGMA max_page_count = 120")

        records = records_of(database)
        runs = [a_run(notes="x" * 9_000) for _ in range(60)]

        outcomes = await asyncio.gather(*(records.upload(run, a_blob()) for run in runs), return_exceptions=True)
        failures = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
        assert failures
        assert {type(failure) for failure in failures} == {DatabaseUnavailableError}
        assert all("disk is full" in str(failure) for failure in failures)
        kept = {run.id for run, outcome in zip(runs, outcomes, strict=True) if outcome not in failures}
        assert set(await records.ids()) == kept
        assert len(await records.files(*runs)) == len(kept)


async def test_who_stays_open_too_long_is_rolled_back_and_the_rest_go_on(sqlite_url: str) -> None:
    async with opened(sqlite_url, writer=WriterLimits(turn=1)) as database:
        open_work = SqlUnitOfWorkFactory(database)
        async with open_work() as work:
            await work.runs.add(a_run())
            other = a_run()
            await records_of(database).add(other)  # returns only because the first was put out
            with pytest.raises(DatabaseUnavailableError, match=r"open for 1 s"):
                await work.commit()
        assert await records_of(database).ids() == [other.id]


async def test_who_waits_too_long_for_the_writer_is_told(sqlite_url: str) -> None:
    async with opened(sqlite_url, writer=WriterLimits(wait=1)) as database:
        open_work = SqlUnitOfWorkFactory(database)
        first = a_run()
        async with open_work() as work:
            await work.runs.add(first)
            with pytest.raises(DatabaseUnavailableError, match=r"waited 1 s"):
                await records_of(database).add(a_run())
            await work.commit()
        assert await records_of(database).ids() == [first.id]


async def test_another_process_that_writes_is_waited_for(sqlite_url: str) -> None:
    other = sqlite3.connect(sqlite_path(sqlite_url), isolation_level=None, check_same_thread=False)
    try:
        other.execute("BEGIN IMMEDIATE")
        async with opened(sqlite_url) as database:
            begun = asyncio.Event()
            on_statement(database, lambda statement: begun.set() if statement == "BEGIN IMMEDIATE" else None)
            run = a_run()
            task = asyncio.create_task(records_of(database).add(run))
            await begun.wait()
            other.execute("COMMIT")
            await task
            assert await records_of(database).ids() == [run.id]
    finally:
        other.close()


async def test_another_process_that_does_not_end_is_an_error_after_the_wait(sqlite_url: str) -> None:
    other = sqlite3.connect(sqlite_path(sqlite_url), isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        async with opened(sqlite_url, wait_seconds=0.1, writer=WriterLimits()) as database:
            records = records_of(database)
            outcomes = await asyncio.gather(*(records.add(a_run()) for _ in range(3)), return_exceptions=True)
            assert {type(outcome) for outcome in outcomes} == {DatabaseUnavailableError}
            assert "locked" in str(outcomes[0])
            assert await records.ids() == []  # reading goes on
            other.execute("ROLLBACK")
            await records.add(a_run())
    finally:
        other.close()


async def test_two_programs_write_to_one_file(sqlite_url: str) -> None:
    async with opened(sqlite_url) as one, opened(sqlite_url) as two:
        runs = [a_run() for _ in range(60)]
        await asyncio.gather(
            *(records_of(two if place % 2 else one).upload(run, a_blob("same")) for place, run in enumerate(runs))
        )
        assert set(await records_of(one).ids()) == {run.id for run in runs}


async def test_closing_ends_who_is_at_work_and_who_waits(sqlite_url: str) -> None:
    async with opened(sqlite_url) as database:
        open_work = SqlUnitOfWorkFactory(database)
        async with open_work() as work:
            await work.runs.add(a_run())
            waiting = asyncio.create_task(records_of(database).add(a_run()))
            await asyncio.sleep(0)
            await database.dispose()
            with pytest.raises(DatabaseUnavailableError):
                await work.commit()
            with pytest.raises(DatabaseUnavailableError, match="closed"):
                await waiting
            with pytest.raises(DatabaseUnavailableError, match="closed"):
                await records_of(database).add(a_run())
    async with opened(sqlite_url) as again:
        assert await records_of(again).ids() == []


async def test_a_loop_that_ends_does_not_leave_the_file_locked(sqlite_url: str) -> None:
    def abandon() -> None:
        async def begin() -> None:
            database = open_database(sqlite_url)
            work = SqlUnitOfWorkFactory(database)()
            await work.runs.add(a_run())
            asyncio.current_task().cancel()  # type: ignore[union-attr]  # inside a task there is one
            try:
                await asyncio.sleep(0)
            finally:
                await asyncio.shield(asyncio.ensure_future(database.dispose()))

        with pytest.raises(asyncio.CancelledError):
            asyncio.run(begin())

    await asyncio.to_thread(abandon)
    async with opened(sqlite_url) as database:
        await records_of(database).add(a_run())


async def test_a_file_that_cannot_be_opened_is_unavailable(tmp_path: object) -> None:
    async with opened(f"sqlite:///{tmp_path}/no/such/folder/forebay.db") as database:
        with pytest.raises(DatabaseUnavailableError, match="unable to open database file"):
            await records_of(database).ids()
        with pytest.raises(DatabaseUnavailableError, match="unable to open database file"):
            await records_of(database).add(a_run())


async def test_a_file_without_the_schema_says_so(tmp_path: object) -> None:
    async with opened(f"sqlite:///{tmp_path}/empty.db") as database:
        with pytest.raises(SchemaOutdatedError, match="forebay migrate"):
            await records_of(database).ids()
        with pytest.raises(SchemaOutdatedError, match="forebay migrate"):
            await records_of(database).add(a_run())


async def test_a_file_that_is_no_database_is_unavailable(tmp_path: object) -> None:
    path = sqlite_path(f"sqlite:///{tmp_path}/text.db")
    path.write_text("this is not a database, and longer than a header of one hundred bytes would be " * 3)
    async with opened(f"sqlite:///{path}") as database:
        with pytest.raises(DatabaseUnavailableError, match="not a database"):
            await records_of(database).ids()


async def test_a_statement_crosses_to_the_thread_of_its_connection_once(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    crossings: list[object] = []
    cross = OneHopConnection._execute

    async def count(self: OneHopConnection, work: Callable[..., object], *arguments: object) -> object:
        crossings.append(work)
        return await cross(self, work, *arguments)  # type: ignore[no-untyped-call]  # aiosqlite leaves it untyped

    async with opened(sqlite_url) as database:
        records, run = records_of(database), a_run()
        await records.add(a_run())
        await records.ids()  # both connections are open from here on
        monkeypatch.setattr(OneHopConnection, "_execute", count)
        await records.add(run)
        assert len(crossings) == 3  # BEGIN, INSERT, COMMIT
        crossings.clear()
        await records.run(run.id)
        assert len(crossings) == 1
        monkeypatch.undo()
