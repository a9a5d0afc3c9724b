"""What a database does for the last query that was sent to it, or one so many before."""

import json
import sqlite3
from typing import Any

import psycopg
from sqlalchemy import event

from forebay.adapters.sql.engine import open_database, sqlite_path
from forebay.adapters.sql.postgres import PostgresDatabase
from forebay.adapters.sql.sqlite import SqliteDatabase


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

    def of_last(self, *, before: int = 0) -> str:
        statement, parameters = self.seen[-1 - before]
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

    def of_last(self, *, before: int = 0) -> str:
        """As JSON text: node types, the indexes they use and their conditions."""
        statement, parameters = self.seen[-1 - before]
        with psycopg.connect(self._url) as connection:
            row = connection.execute(f"EXPLAIN (FORMAT JSON) {statement}".encode(), parameters).fetchone()
        assert row is not None
        return json.dumps(row[0])
