"""PostgreSQL that goes away, is slow or refuses: errors of the domain, and all is well once it is back."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import make_url

from forebay.adapters.sql.engine import open_database, wait_for_database
from forebay.adapters.sql.migrate import check_schema, current, upgrade
from forebay.adapters.sql.probe import DatabaseProbe
from forebay.adapters.sql.transaction import Database
from forebay.adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from forebay.domain.errors import DatabaseUnavailableError, SchemaOutdatedError
from forebay.testing.intake_examples import Records, a_run
from tests.services import PostgresServer, postgres

pytestmark = pytest.mark.adapter("postgres")


@asynccontextmanager
async def opened(url: str, *, pool_size: int = 4, wait_seconds: float = 30.0) -> AsyncIterator[Database]:
    database = open_database(url, pool_size=pool_size, wait_seconds=wait_seconds)
    try:
        yield database
    finally:
        await database.dispose()


async def test_a_server_that_dies_is_unavailable_and_is_found_again(postgres_server: PostgresServer) -> None:
    assert postgres_server.source  # the run has a PostgreSQL; this test opens another, which it may kill
    with postgres() as server, server.database() as url:
        upgrade(url)
        async with opened(url) as database:
            open_work, probe = SqlUnitOfWorkFactory(database), DatabaseProbe(database)
            records, kept = Records(open_work), a_run()
            await asyncio.gather(records.add(kept), *(records.ids() for _ in range(8)))  # fills the pool
            async with open_work() as work:
                await work.runs.add(a_run())
                server.kill()
                with pytest.raises(DatabaseUnavailableError):
                    await work.commit()
            async with open_work() as work:
                with pytest.raises(DatabaseUnavailableError):
                    await work.runs.add(a_run())
            with pytest.raises(DatabaseUnavailableError, match="FOREBAY_DATABASE_URL"):
                await records.ids()
            with pytest.raises(DatabaseUnavailableError):
                await probe.check()
            with pytest.raises(DatabaseUnavailableError):
                current(url)
            pauses: list[float] = []
            with pytest.raises(DatabaseUnavailableError):
                await wait_for_database(database, limit_seconds=2, on_retry=lambda _error, pause: pauses.append(pause))
            assert pauses[:2] == [0.1, 0.2]
            server.start()
            await wait_for_database(database, limit_seconds=60)
            assert await records.ids() == [kept.id]
            assert await asyncio.gather(*(records.add(a_run()) for _ in range(8))) == [None] * 8


async def test_connections_that_the_server_cut_are_replaced(migrated_postgres_url: str) -> None:
    async with opened(migrated_postgres_url) as database, opened(migrated_postgres_url) as other:
        open_work = SqlUnitOfWorkFactory(database)
        records = Records(open_work)
        await asyncio.gather(*(records.ids() for _ in range(4)))
        cut = other.transaction(write=True)
        from sqlalchemy import text  # noqa: PLC0415

        async with open_work() as work:
            await work.runs.add(a_run())
            await cut.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                    " AND datname = current_database()"
                ),
                None,
            )
            await cut.close()
            with pytest.raises(DatabaseUnavailableError):
                await work.runs.add(a_run())
        assert await records.ids() == []
        await records.add(a_run())


async def test_a_pool_without_a_free_connection_is_unavailable_after_the_wait(migrated_postgres_url: str) -> None:
    async with opened(migrated_postgres_url, pool_size=1, wait_seconds=0.2) as database:
        open_work = SqlUnitOfWorkFactory(database)
        async with open_work() as work:
            await work.runs.add(a_run())
            with pytest.raises(DatabaseUnavailableError):
                await Records(open_work).ids()


async def test_a_lock_that_is_not_released_is_unavailable_after_the_wait(migrated_postgres_url: str) -> None:
    async with opened(migrated_postgres_url) as patient, opened(migrated_postgres_url, wait_seconds=0.2) as database:
        run = a_run()
        await Records(SqlUnitOfWorkFactory(patient)).add(run)
        async with SqlUnitOfWorkFactory(patient)() as holder:
            await holder.runs.get(run.id, for_update=True)
            async with SqlUnitOfWorkFactory(database)() as work:
                with pytest.raises(DatabaseUnavailableError, match=r"busy.*lock timeout"):
                    await work.runs.get(run.id, for_update=True)


async def test_of_two_in_a_deadlock_one_is_told_to_try_again(migrated_postgres_url: str) -> None:
    async with opened(migrated_postgres_url) as database:
        open_work = SqlUnitOfWorkFactory(database)
        runs = [a_run(), a_run()]
        await Records(open_work).add(*runs)
        both_hold_one = asyncio.Barrier(2)

        async def lock(first: int, second: int) -> None:
            async with open_work() as work:
                await work.runs.get(runs[first].id, for_update=True)
                await both_hold_one.wait()
                await work.runs.get(runs[second].id, for_update=True)
                await work.commit()

        outcomes = await asyncio.gather(lock(0, 1), lock(1, 0), return_exceptions=True)
        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["DatabaseUnavailableError", "NoneType"]
        assert any("busy" in str(outcome) for outcome in outcomes), "and not that the server is down"


async def test_no_error_has_the_password(postgres_url: str) -> None:
    secret = "s3cr3t-of-mine"
    url = make_url(postgres_url).set(password=secret).render_as_string(hide_password=False)
    async with opened(url) as database:
        with pytest.raises(DatabaseUnavailableError) as caught:
            await DatabaseProbe(database).check()
        assert secret not in str(caught.value) + database.label + repr(caught.value.__cause__)


async def test_the_probe_says_what_and_where(postgres_url: str, postgres_server: PostgresServer) -> None:
    async with opened(postgres_url) as database:
        where = make_url(postgres_url)
        said = await DatabaseProbe(database).check()
        assert said == f"postgresql {postgres_server.version()} at {where.host}:{where.port}/{where.database}"


async def test_a_database_without_the_schema_says_so(postgres_url: str) -> None:
    async with opened(postgres_url) as database:
        records = Records(SqlUnitOfWorkFactory(database))
        with pytest.raises(SchemaOutdatedError, match="forebay migrate"):
            await records.ids()
        with pytest.raises(SchemaOutdatedError, match="forebay migrate"):
            await records.add(a_run())
        with pytest.raises(SchemaOutdatedError, match="forebay migrate"):
            check_schema(postgres_url)


async def test_times_do_not_depend_on_the_zone_of_the_database(migrated_postgres_url: str) -> None:
    async with opened(migrated_postgres_url + "?options=-c%20timezone%3DAsia/Kathmandu") as database:
        run = a_run()
        records = Records(SqlUnitOfWorkFactory(database))
        await records.add(run)
        assert await records.run(run.id) == run
