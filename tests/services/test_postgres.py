"""The PostgreSQL that tests get is real, empty, theirs alone, and survives being killed."""

from __future__ import annotations

import psycopg
import pytest

from tests.services.postgres import PostgresServer, postgres


def table_names(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [
            str(row[0]) for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ]


@pytest.mark.parametrize("attempt", [1, 2])
def test_every_test_gets_an_empty_database(postgres_url: str, attempt: int) -> None:
    assert table_names(postgres_url) == []
    with psycopg.connect(postgres_url) as connection:
        connection.execute(f"CREATE TABLE made_by_{attempt} (id int)")
    assert table_names(postgres_url) == [f"made_by_{attempt}"]


def test_text_is_utf_8_and_folds_case_beyond_ascii(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)
        assert connection.execute("SELECT lower('ÄÖÜ')").fetchone() == ("äöü",)


def test_a_database_is_gone_after_use_even_if_somebody_is_still_connected(postgres_server: PostgresServer) -> None:
    with postgres_server.database() as url:
        left_open = psycopg.connect(url)
    try:
        with pytest.raises(psycopg.OperationalError, match="does not exist"):
            psycopg.connect(url)
    finally:
        left_open.close()


def test_a_database_can_be_a_copy_of_a_prepared_one(postgres_server: PostgresServer) -> None:
    with postgres_server.database() as prepared:
        with psycopg.connect(prepared) as connection:
            connection.execute("CREATE TABLE prepared (id int)")
        with postgres_server.database(template=prepared.rpartition("/")[2]) as copy:
            assert table_names(copy) == ["prepared"]


def test_a_wrong_password_is_refused(postgres_url: str) -> None:
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(postgres_url, password="wrong")


def test_the_server_that_tests_share_cannot_be_killed(postgres_server: PostgresServer) -> None:
    with pytest.raises(AssertionError, match="open a server of your own"):
        postgres_server.kill()


def test_a_killed_server_comes_back_with_what_was_committed(postgres_server: PostgresServer) -> None:
    assert postgres_server.source  # the run has a PostgreSQL; this test opens another, which it may kill
    with postgres() as server, server.database() as url:
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE kept (id int)")
        busy = psycopg.connect(url)
        busy.execute("SELECT 1")
        server.kill()
        with pytest.raises(psycopg.OperationalError):
            busy.execute("SELECT 1")
        busy.close()
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(url)
        server.start()
        assert table_names(url) == ["kept"]
