"""Lists are read along an index, in its order: their cost does not grow with the number of runs."""

import sqlite3
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Executable, event

from forebay.adapters.sql.engine import open_database, sqlite_path
from forebay.adapters.sql.sqlite import SqliteDatabase
from forebay.adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from forebay.application.ports.intake import RunFilter
from forebay.domain.intake.run import RunStatus, RunType
from forebay.domain.paging import Position, SortOrder

NOW = datetime(2024, 1, 1, tzinfo=UTC)
PLACE = Position(at=NOW, id=uuid4())


class Plans:
    """Explains the queries that were sent."""

    def __init__(self, url: str) -> None:
        database = open_database(url)
        assert isinstance(database, SqliteDatabase)
        self.database = database
        self._url = url
        self._seen: list[tuple[str, Any]] = []

        @event.listens_for(database._readers.sync_engine, "before_cursor_execute")
        def hear(_c: object, _cursor: Executable, statement: str, parameters: Any, *_: object) -> None:
            self._seen.append((statement, parameters))

    def of_last(self) -> str:
        statement, parameters = self._seen[-1]
        connection = sqlite3.connect(sqlite_path(self._url))
        try:
            return " | ".join(row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters))
        finally:
            connection.close()


@pytest.mark.adapter("sqlite")
@pytest.mark.parametrize("order", list(SortOrder))
@pytest.mark.parametrize("after", [None, PLACE], ids=["first", "deep"])
@pytest.mark.parametrize(
    ("where", "index"),
    [
        (RunFilter(), "ix_ingestion_runs_created_at"),
        (RunFilter(created_after=NOW), "ix_ingestion_runs_created_at"),
        (RunFilter(label="x"), "ix_ingestion_runs_created_at"),
        (RunFilter(type=RunType.ARCHIVE), "ix_ingestion_runs_type"),
        (RunFilter(status=RunStatus.STORED), "ix_ingestion_runs_status"),
        (RunFilter(owner="ann"), "ix_ingestion_runs_owner"),
    ],
    ids=["all", "time", "label", "type", "status", "owner"],
)
async def test_runs_are_listed_along_an_index(
    sqlite_url: str, where: RunFilter, index: str, after: Position | None, order: SortOrder
) -> None:
    plans = Plans(sqlite_url)
    try:
        async with SqlUnitOfWorkFactory(plans.database)(write=False) as work:
            await work.runs.list(where, order=order, after=after, limit=50)
        plan = plans.of_last()
        assert f"USING INDEX {index}" in plan
        assert "TEMP B-TREE" not in plan
    finally:
        await plans.database.dispose()


@pytest.mark.adapter("sqlite")
async def test_stale_runs_and_files_of_a_run_are_found_along_their_indexes(sqlite_url: str) -> None:
    plans = Plans(sqlite_url)
    try:
        async with SqlUnitOfWorkFactory(plans.database)(write=False) as work:
            await work.runs.list_stale(untouched_since=NOW, limit=10)
            assert "USING INDEX ix_ingestion_runs_status" in plans.of_last()
            await work.files.list([uuid4()], role=None, after=uuid4(), limit=10)
            assert "USING INDEX ix_files_run_id (run_id=? AND id>?)" in plans.of_last()
            assert "TEMP B-TREE" not in plans.of_last()
    finally:
        await plans.database.dispose()
