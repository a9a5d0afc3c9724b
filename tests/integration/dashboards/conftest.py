"""Databases with some clients, pipelines and runs, as dashboards see them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, insert

from forebay.adapters.sql.migrate import migration_connection, upgrade
from forebay.adapters.sql.pipelines_tables import clients, pipeline_runs, pipelines

HOUR = timedelta(hours=1)


def now() -> datetime:
    """Views compare with the database's clock, and a run of all tests takes long: each test asks anew."""
    return datetime.now(UTC)


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Connection]:
    if request.param == "postgres":
        url = str(request.getfixturevalue("postgres_url"))
    else:
        url = f"sqlite:///{tmp_path / 'forebay.db'}"
    upgrade(url)
    with migration_connection(url) as connection:
        yield connection


def add_client(connection: Connection, name: str, *, is_active: bool = True) -> UUID:
    client_id = uuid4()
    row = {"id": client_id, "name": name, "name_folded": name.casefold(), "is_active": is_active, "revision": 1}
    connection.execute(insert(clients), [{**row, "created_at": now(), "updated_at": now()}])
    return client_id


def add_pipeline(connection: Connection, client_id: UUID, name: str, **more: object) -> UUID:
    pipeline_id = uuid4()
    row = {
        "id": pipeline_id,
        "client_id": client_id,
        "name": name,
        "name_folded": name.casefold(),
        "platform": "airflow",
        "external_id": name,
        "search_text": name.casefold(),
        "pipeline_type": "ingestion",
        "environment": "prod",
        "is_active": True,
        "start_grace_seconds": 0,
        "enabled_at": now() - timedelta(days=60),
        "revision": 1,
        "created_at": now() - timedelta(days=60),
        "updated_at": now(),
    }
    connection.execute(insert(pipelines), [{**row, **more}])
    return pipeline_id


def add_run(
    connection: Connection,
    pipeline_id: UUID,
    status: str,
    *,
    ago: timedelta,
    seconds: float | None = 10.0,
    error_message: str | None = None,
) -> UUID:
    """One that ended so long ago; one that is running began then. `seconds` None: nobody said when it began."""
    run_id, at = uuid4(), now() - ago
    running = status == "running"
    started = at if running else None if seconds is None else at - timedelta(seconds=seconds)
    row = {
        "id": run_id,
        "pipeline_id": pipeline_id,
        "external_run_id": str(run_id),
        "status": status,
        "started_at": started,
        "finished_at": None if running else at,
        "effective_at": at,
        "elapsed_seconds": None if running else seconds,
        "reported_as_of": 0,
        "report_digest": run_id.bytes,
        "created_at": now(),
        "ingested_at": now(),
        "error_message": error_message,
    }
    connection.execute(insert(pipeline_runs), [row])
    return run_id
