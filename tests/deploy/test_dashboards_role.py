"""deploy/postgres/dashboards.sql: who dashboards are to PostgreSQL, tried on a real one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest

from forebay.adapters.sql.migrate import upgrade
from tests.deploy.compose_file import DEPLOY, compose
from tests.services.postgres import postgres
from tests.services.postgres_server import PostgresServer

SCRIPT = (DEPLOY / "postgres" / "dashboards.sql").read_bytes()
ROLE, PASSWORD = "forebay_dashboards", "of'dashboards"


@pytest.fixture(scope="module")
def database(postgres_server: PostgresServer) -> Iterator[str]:
    """The URL of Forebay's on a server of our own: roles belong to a whole server."""
    assert postgres_server.source  # the run has a PostgreSQL; else these tests are skipped, and the summary says so
    with postgres() as server, server.database() as url:
        upgrade(url)
        for _ in range(2):  # as often as the set is started
            words = [f"--set=dashboards_password={PASSWORD}", "--set=metabase_password=of metabase", "--no-psqlrc"]
            server.programs.run("psql", url, *words, "--quiet", "--file=-", stdin=SCRIPT)
        yield url


def enter(url: str, user: str, password: str, *, database: str | None = None) -> psycopg.Connection:
    name = database or url.rpartition("/")[2]
    return psycopg.connect(url, user=user, password=password, dbname=name)


def may(connection: psycopg.Connection, privileges: str, kind: str) -> list[str]:
    """The relations of that kind (r: tables, v: views) on which the role has any of the privileges."""
    query = """SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = %s
               AND has_table_privilege(oid, %s) ORDER BY relname"""
    return [str(name) for [name] in connection.execute(query, (kind, privileges))]


def test_the_role_reads_every_view(database: str) -> None:
    with closing(enter(database, ROLE, PASSWORD)) as connection:
        views = may(connection, "SELECT", "v")
        assert len(views) == 7
        for view in views:
            connection.execute(psycopg.sql.SQL("SELECT * FROM {}").format(psycopg.sql.Identifier(view)))


def test_it_may_do_nothing_else_with_them_nor_anything_with_tables(database: str) -> None:
    with closing(enter(database, ROLE, PASSWORD)) as connection:
        assert may(connection, "INSERT, UPDATE, DELETE", "v") == []
        assert may(connection, "SELECT, INSERT, UPDATE, DELETE", "r") == []
    with closing(psycopg.connect(database)) as connection:
        assert may(connection, "SELECT", "r"), "there are tables"


def test_it_writes_nothing(database: str) -> None:
    with closing(enter(database, ROLE, PASSWORD)) as connection, pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        connection.execute("CREATE TABLE kept (n int)")
    with closing(enter(database, ROLE, PASSWORD)) as connection:
        connection.execute("SET default_transaction_read_only = off")
        connection.commit()
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("CREATE TABLE kept (n int)")


def test_metabase_has_a_database_of_its_own_and_no_other(database: str) -> None:
    with closing(enter(database, "metabase", "of metabase", database="metabase")) as connection:
        connection.execute("CREATE TABLE question (n int)")
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        enter(database, "metabase", "of metabase")
    with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
        enter(database, ROLE, PASSWORD, database="metabase")


def test_compose_gives_what_the_script_asks_for() -> None:
    given = set(compose().services["dashboards"].environment)
    asked = {word.strip('"`').removeprefix("$") for word in SCRIPT.decode().split() if word.startswith('"$')}
    assert asked
    assert asked <= given
