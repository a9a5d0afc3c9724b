"""Batches of runs on PostgreSQL that are cut short: nothing of them stays, and the connection goes on working."""

import asyncio
from collections.abc import AsyncIterator

import psycopg
import pytest

from forebay.adapters.sql.engine import ask, open_database
from forebay.adapters.sql.pipeline_run_rows import run_rows
from forebay.adapters.sql.pipeline_runs import _PASSING
from forebay.adapters.sql.transaction import Database
from forebay.adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from forebay.adapters.system.clock import SystemClock
from forebay.adapters.system.ids import SystemIds
from forebay.application.pipelines.missing_pipelines import NamedPipeline
from forebay.application.pipelines.record_runs import AddressedReport, RecordRuns, RecordRunsCommand
from forebay.domain.errors import DatabaseUnavailableError, InvalidInputError
from forebay.domain.pipelines.pipeline import Pipeline, Platform
from forebay.testing.pipeline_examples import Monitor
from forebay.testing.pipeline_run_examples import Ledger, a_report, a_run_of

pytestmark = pytest.mark.adapter("postgres")


@pytest.fixture
async def database(migrated_postgres_url: str) -> AsyncIterator[Database]:
    """With one connection for all."""
    database = open_database(migrated_postgres_url, pool_size=1, wait_seconds=20)
    yield database
    await database.dispose()


async def add(database: Database, pipeline: Pipeline, name: str, count: int = 3_000) -> None:
    text = "x" * 500  # so that it takes more than one packet
    await Ledger(SqlUnitOfWorkFactory(database)).add(
        *(a_run_of(pipeline, a_report(f"{name}-{number}", error_message=text)) for number in range(count))
    )


async def test_a_batch_that_is_cancelled_leaves_nothing_behind(database: Database) -> None:
    open_work = SqlUnitOfWorkFactory(database)
    pipeline = await Monitor(open_work).pipeline()
    await add(database, pipeline, "whole", 10)
    cut = 0
    for turns in range(1, 60, 3):
        task = asyncio.create_task(add(database, pipeline, f"cut-{turns}"))
        for _ in range(turns):
            await asyncio.sleep(0)
        if not task.cancel():
            break
        with pytest.raises(asyncio.CancelledError):
            await task
        cut += 1
        assert len(await Ledger(open_work).list(pipeline)) == 10
    assert cut
    await add(database, pipeline, "again", 20)
    assert len(await Ledger(open_work).list(pipeline)) == 30


async def test_a_server_that_goes_away_is_said_to_be_unavailable(
    database: Database, migrated_postgres_url: str
) -> None:
    open_work = SqlUnitOfWorkFactory(database)
    pipeline = await Monitor(open_work).pipeline()
    async with open_work() as work:
        await work.pipeline_runs.add_missing([a_run_of(pipeline) for _ in range(2)])
        with psycopg.connect(migrated_postgres_url, autocommit=True) as other:
            others = "datname = current_database() AND pid <> pg_backend_pid()"
            other.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}".encode())
        with pytest.raises(DatabaseUnavailableError):
            await work.pipeline_runs.add_missing([a_run_of(pipeline) for _ in range(2)])
    await add(database, pipeline, "again", 2)
    assert len(await Ledger(open_work).list(pipeline)) == 2


async def test_what_the_server_refuses_is_an_error_of_the_domain(database: Database) -> None:
    open_work = SqlUnitOfWorkFactory(database)
    pipeline = await Monitor(open_work).pipeline()
    rows = [list(row) for row in run_rows([a_run_of(pipeline), a_run_of(pipeline)], "postgresql")]
    rows[1][3] = "a\0b"  # which is seen to long before, but the server has the last word
    async with open_work() as work:
        with pytest.raises(InvalidInputError):
            await work._statements.bring(_PASSING, [tuple(row) for row in rows])
    await add(database, pipeline, "again", 2)
    assert len(await Ledger(open_work).list(pipeline)) == 2


async def test_connections_are_replaced_before_their_temporary_tables_grow_old(
    migrated_postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No vacuum reaches the temporary table of another connection, whose age would stop the whole database one day."""
    monkeypatch.setattr("forebay.adapters.sql.postgres._RECYCLE_SECONDS", 0)
    database = open_database(migrated_postgres_url, pool_size=1)
    try:
        pids = {await ask(database, "SELECT pg_backend_pid()") for _ in range(3)}
    finally:
        await database.dispose()
    assert len(pids) == 3


async def test_many_who_create_the_same_pipelines_at_once_all_get_them(migrated_postgres_url: str) -> None:
    """Whoever comes second begins again, more than once where each of them shares something with each."""
    database = open_database(migrated_postgres_url, pool_size=6)
    record = RecordRuns(unit_of_work=SqlUnitOfWorkFactory(database), clock=SystemClock(), ids=SystemIds())

    def batch(number: int) -> RecordRunsCommand:
        names = [
            NamedPipeline(f"{'Qq'[(one + number) % 2]}{one}", Platform.DBT, f"{'xX'[one // (number + 1) % 2]}{one}")
            for one in range(300)
        ]
        reports = [AddressedReport(name, a_report("1")) for name in names]
        return RecordRunsCommand(reports=reports, create_missing=True)

    try:
        every = await asyncio.gather(*(record(batch(number)) for number in range(6)))
    finally:
        await database.dispose()
    assert {one.error for verdicts in every for one in verdicts} == {None}
