"""Another process commits, and this one hears of it; a server that dies is listened to again once it is back."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from forebay.adapters.sql.engine import open_database, sqlite_path, wait_for_database
from forebay.adapters.sql.migrate import upgrade
from forebay.adapters.sql.transaction import Database
from forebay.adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from forebay.application.ports.signals import ChangeListener, Topic
from forebay.testing.job_examples import JobRecords, an_event
from tests.services import PostgresServer, postgres

NOTICE = 60.0
PROGRAM = """
import asyncio, sys
from forebay.adapters.sql.engine import open_database
from forebay.adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from forebay.testing.job_examples import JobRecords, an_event

async def main(url: str) -> None:
    database = open_database(url)
    jobs = JobRecords(SqlUnitOfWorkFactory(database))
    run = await jobs.run()
    for line in sys.stdin:
        await jobs.record(an_event(run, message=line.strip()))
    await database.dispose()

asyncio.run(main(sys.argv[1]))
"""


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    database = open_database(url)
    try:
        yield database
    finally:
        await database.dispose()


async def until(true: Callable[[], bool]) -> None:
    """The server tells of connections a moment after they came and went."""
    async with asyncio.timeout(NOTICE):
        while not true():  # noqa: ASYNC110 - it tells when it is asked
            await asyncio.sleep(0.05)


async def calm(listener: ChangeListener, *, seconds: float = 0.7) -> None:
    while await listener.wait(seconds):
        pass


@pytest.mark.parametrize("which", ["sqlite", "postgres"])
async def test_what_a_real_second_process_commits_is_heard_of(request: pytest.FixtureRequest, which: str) -> None:
    url: str = request.getfixturevalue("sqlite_url" if which == "sqlite" else "migrated_postgres_url")
    other = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, url, stdin=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    assert other.stdin is not None
    try:
        async with opened(url) as database, database.signals.listen(Topic.EVENTS) as listener:
            jobs = JobRecords(SqlUnitOfWorkFactory(database))
            for number in range(3):
                await calm(listener)
                other.stdin.write(f"{number}\n".encode())
                async with asyncio.timeout(NOTICE):
                    while [event.message for event in await jobs.events()] != [str(n) for n in range(number + 1)]:
                        assert await listener.wait(NOTICE)
    finally:
        other.stdin.close()
        _, error = await other.communicate()
    assert (other.returncode, error) == (0, b"")


@pytest.mark.adapter("postgres")
async def test_a_server_that_comes_back_is_listened_to_again(postgres_server: PostgresServer) -> None:
    assert postgres_server.source  # the run has a PostgreSQL; this test opens another, which it may kill
    with postgres() as server, server.database() as url:
        upgrade(url)
        async with opened(url) as database, database.signals.listen(Topic.EVENTS) as listener:
            jobs = JobRecords(SqlUnitOfWorkFactory(database))
            run = await jobs.run()
            await calm(listener)
            server.kill()
            for _ in range(3):  # cannot listen, so that callers had better look
                assert await listener.wait(NOTICE)
            assert not await listener.wait(0)
            server.start()
            await wait_for_database(database, limit_seconds=60)
            await calm(listener, seconds=2.0)  # listens again, else it would report each second
            await jobs.record(an_event(run))
            assert await listener.wait(NOTICE)


@pytest.mark.adapter("postgres")
async def test_a_connection_that_listens_is_opened_for_listeners_only(migrated_postgres_url: str) -> None:
    import psycopg  # noqa: PLC0415

    def listening() -> int:
        with psycopg.connect(migrated_postgres_url) as connection:
            row = connection.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"
            ).fetchone()
        assert row is not None
        return int(row[0])

    async with opened(migrated_postgres_url) as database:
        await JobRecords(SqlUnitOfWorkFactory(database)).run()
        assert listening() == 0
        async with database.signals.listen(Topic.EVENTS) as one, database.signals.listen(Topic.JOBS) as two:
            await asyncio.gather(calm(one), calm(two))
            await until(lambda: listening() == 1)
        await until(lambda: listening() == 0)


@pytest.mark.adapter("sqlite")
async def test_a_file_that_cannot_be_asked_is_looked_at_every_second(sqlite_url: str) -> None:
    path = sqlite_path(sqlite_url)
    missing = f"sqlite:///{path.parent}/no/such/folder.db"
    async with opened(missing) as database, database.signals.listen(Topic.EVENTS) as listener:
        for _ in range(3):
            assert await listener.wait(NOTICE)


@pytest.mark.adapter("sqlite")
async def test_listeners_of_a_database_that_is_closed_are_not_left_waiting(sqlite_url: str) -> None:
    async with opened(sqlite_url) as database, database.signals.listen(Topic.JOBS) as listener:
        await calm(listener)
        waiting = asyncio.create_task(listener.wait(NOTICE))
        await asyncio.sleep(0)
        await database.dispose()
        assert await waiting
        assert await listener.wait(NOTICE)
        async with database.signals.listen(Topic.JOBS) as late:
            assert await late.wait(NOTICE)
