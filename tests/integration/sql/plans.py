"""What a database does for the last query that was sent to it, or the last that contains some words."""

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

import psycopg
from sqlalchemy import event

from forebay.adapters.sql.engine import open_database, sqlite_path
from forebay.adapters.sql.postgres import PostgresDatabase
from forebay.adapters.sql.sqlite import SqliteDatabase


def last(seen: Sequence[tuple[str, Any]], containing: str) -> tuple[str, Any]:
    statement, parameters = next(one for one in reversed(seen) if containing in one[0])
    return statement, parameters


class SqlitePlans:
    """Explains the queries of readers."""

    def __init__(self, url: str) -> None:
        database = open_database(url)
        assert isinstance(database, SqliteDatabase)
        self.database = database
        self._url = url
        self.seen: list[tuple[str, Any]] = []

        for engine in (database._readers, database._writing):

            @event.listens_for(engine.sync_engine, "before_cursor_execute")
            def hear(_c: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
                if statement.startswith(("SELECT", "DELETE", "UPDATE")):
                    self.seen.append((statement, parameters))

    def of_last(self, containing: str = "") -> str:
        statement, parameters = last(self.seen, containing)
        connection = sqlite3.connect(sqlite_path(self._url))
        try:
            return " | ".join(row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters))
        finally:
            connection.close()


class PostgresPlans:
    """Explains the queries of everybody, on a database that has been analysed."""

    def __init__(self, url: str) -> None:
        database = open_database(url)
        assert isinstance(database, PostgresDatabase)
        self.database = database
        self._url = url
        self.seen: list[tuple[str, Any]] = []

        for engine in (database._engine, database._reading):

            @event.listens_for(engine.sync_engine, "before_cursor_execute")
            def hear(_c: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
                if statement.startswith(("SELECT", "DELETE", "UPDATE")):
                    self.seen.append((statement, parameters))

    def analyse(self) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")

    def of_last(self, containing: str = "") -> str:
        """As JSON text: node types, the indexes they use and their conditions."""
        statement, parameters = last(self.seen, containing)
        with psycopg.connect(self._url) as connection:
            row = connection.execute(f"EXPLAIN (FORMAT JSON) {statement}".encode(), parameters).fetchone()
        assert row is not None
        return json.dumps(row[0])
