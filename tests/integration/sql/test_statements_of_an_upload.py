"""What it costs to record an upload together with its job and two events: so many statements, and no more."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from forebay.adapters.sql.engine import open_database
from forebay.adapters.sql.postgres import PostgresDatabase
from forebay.adapters.sql.sqlite import SqliteDatabase
from forebay.adapters.sql.transaction import Database
from forebay.adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from forebay.domain.processing.errors import JobNotFoundError
from forebay.testing.intake_examples import a_blob, a_file, a_run
from forebay.testing.job_examples import a_job, an_event


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    database = open_database(url)
    try:
        yield database
    finally:
        await database.dispose()


def hear_of_statements(engine: AsyncEngine) -> list[str]:
    heard: list[str] = []

    @event.listens_for(engine.sync_engine, "before_cursor_execute")
    def hear(_c: object, _cursor: object, statement: str, *_: object) -> None:
        heard.append(statement)

    return heard


async def upload(database: Database, *, with_job: bool) -> None:
    run, blob = a_run(), a_blob()
    async with SqlUnitOfWorkFactory(database)() as work:
        await work.runs.add(run)
        await work.blobs.claim(blob)
        await work.files.add(a_file(run, blob))
        if with_job:
            job = a_job(run)
            await work.jobs.add(job)
            work.events.record(an_event(run))
            work.events.record(an_event(run, job))
        await work.commit()


@pytest.mark.adapter("sqlite")
async def test_on_sqlite_a_job_and_its_events_are_two_statements(sqlite_url: str) -> None:
    async with opened(sqlite_url) as database:
        assert isinstance(database, SqliteDatabase)
        heard = hear_of_statements(database._writing)
        await upload(database, with_job=False)
        plain = len(heard)
        heard.clear()
        await upload(database, with_job=True)
        assert len(heard) == plain + 2
        assert [statement.split()[:3] for statement in heard[-3:-1]] == [
            ["INSERT", "INTO", "jobs"],
            ["INSERT", "INTO", "events"],
        ]


@pytest.mark.adapter("postgres")
async def test_on_postgres_a_job_and_its_events_are_three_statements(migrated_postgres_url: str) -> None:
    async with opened(migrated_postgres_url) as database:
        assert isinstance(database, PostgresDatabase)
        heard = hear_of_statements(database._engine)
        await upload(database, with_job=False)
        plain = len(heard)
        heard.clear()
        await upload(database, with_job=True)
        assert len(heard) == plain + 3
        assert [statement.split("(")[0].split()[:3] for statement in heard[-3:]] == [
            ["INSERT", "INTO", "jobs"],
            ["SELECT", "pg_advisory_xact_lock"],
            ["INSERT", "INTO", "events"],
        ]


@pytest.mark.adapter("sqlite")
async def test_a_broken_reference_among_many_rows_is_named(sqlite_url: str) -> None:
    """SQLite says that a reference is broken, not which: found by asking for each."""
    async with opened(sqlite_url) as database:
        run = a_run()
        there, missing = a_job(run), a_job(run)
        async with SqlUnitOfWorkFactory(database)() as work:
            await work.runs.add(run)
            await work.jobs.add(there)
            work.events.record(an_event(run, there))
            work.events.record(an_event(run, missing))
            with pytest.raises(JobNotFoundError, match=str(missing.id)):
                await work.commit()
