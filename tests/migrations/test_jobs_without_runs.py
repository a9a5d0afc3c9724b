"""Migration 0004 keeps every job, step, event and artifact, and positions of events go on behind those that were."""

from functools import partial
from uuid import uuid4

import pytest
from sqlalchemy import Connection, RowMapping, text

from forebay.adapters.sql.migrate import downgrade, migration_connection, upgrade
from forebay.domain.errors import InternalStateError

RUN, JOB, STEP, MODEL = (uuid4() for _ in range(4))
TABLES = ("jobs", "steps", "events", "artifacts")
AT = "2026-01-01T00:00:00.000000Z"


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """An empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('data') / 'forebay.db'}"
    found: str = request.getfixturevalue("postgres_url")
    return found


def insert(connection: Connection, table: str, **values: object) -> None:
    sqlite = connection.dialect.name == "sqlite"
    shown = {name: getattr(value, "bytes", value) if sqlite else value for name, value in values.items()}
    names, places = ", ".join(shown), ", ".join(f":{name}" for name in shown)
    connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({places})"), shown)


def fill(connection: Connection) -> None:
    insert(connection, "ingestion_runs", id=RUN, type="archive", status="stored", created_at=AT, updated_at=AT)
    insert(connection, "blobs", sha256="a" * 64, size_bytes=3, object_key="_/x", created_at=AT)
    job = {"attempts": 0, "max_attempts": 5, "cancel_requested": False, "run_after": AT, "due_at": AT}
    insert(connection, "jobs", id=JOB, kind="k", run_id=RUN, status="queued", **job, created_at=AT, updated_at=AT)
    insert(connection, "steps", id=STEP, job_id=JOB, ordinal=1, name="s", status="pending", metadata="{}")
    for _ in range(3):
        insert(connection, "events", run_id=RUN, job_id=JOB, at=AT, code="c", level="info", message="m", payload="{}")
    connection.execute(text("DELETE FROM events WHERE position > 1"))
    kind = {"kind": "k", "media_type": "text/plain", "name": "n", "size_bytes": 3, "sha256": "a" * 64}
    insert(connection, "artifacts", id=uuid4(), job_id=JOB, step_id=STEP, **kind, created_at=AT)


def rows(connection: Connection, table: str) -> list[RowMapping]:
    return list(connection.execute(text(f"SELECT * FROM {table}")).mappings())


def test_all_that_was_recorded_is_still_there(url: str) -> None:
    upgrade(url, "0003")
    with migration_connection(url) as opened:
        fill(opened)
        before = {table: rows(opened, table) for table in TABLES}
    for move in (partial(upgrade, url, "0004"), partial(downgrade, url, "0003"), partial(upgrade, url, "0004")):
        move()
        with migration_connection(url) as opened:
            for table in TABLES:
                assert [dict(new) | dict(old) for old, new in zip(before[table], rows(opened, table), strict=True)] == [
                    dict(row) for row in rows(opened, table)
                ]
    with migration_connection(url) as opened:
        insert(opened, "events", job_id=JOB, at=AT, code="c", level="info", message="m", payload="{}")
        assert [row["position"] for row in rows(opened, "events")] == [1, 4]
        assert [(row["subject"]) for row in rows(opened, "jobs")] == [None]
        assert [(row["error_code"], bool(row["is_passing"])) for row in rows(opened, "steps")] == [(None, False)]


def test_going_back_takes_jobs_without_a_run_along_and_no_others(url: str) -> None:
    upgrade(url, "0004")
    with migration_connection(url) as opened:
        fill_now(opened)
    downgrade(url, "0003")
    with migration_connection(url) as opened:
        assert {table: len(rows(opened, table)) for table in ("jobs", "steps", "events")} == {
            "jobs": 1,
            "steps": 1,
            "events": 1,
        }


def fill_now(connection: Connection) -> None:
    """One job of a run and one of a subject, with a step and an event each."""
    insert(connection, "ingestion_runs", id=RUN, type="archive", status="stored", created_at=AT, updated_at=AT)
    for job_id, run_id, subject in ((JOB, RUN, None), (uuid4(), None, "x")):
        add_job(connection, id=job_id, run_id=run_id, subject=subject)
        step = {"ordinal": 1, "name": "s", "status": "pending", "metadata": "{}", "is_passing": False}
        insert(connection, "steps", id=uuid4(), job_id=job_id, **step)
        event = {"at": AT, "code": "c", "level": "info", "message": "m", "payload": "{}"}
        insert(connection, "events", run_id=run_id, job_id=job_id, **event)


def add_job(connection: Connection, **values: object) -> None:
    job = {"kind": "k", "status": "queued", "attempts": 0, "max_attempts": 5, "cancel_requested": False}
    insert(connection, "jobs", **job, run_after=AT, due_at=AT, created_at=AT, updated_at=AT, **values)


@pytest.mark.parametrize(("run_id", "subject"), [(None, None), (RUN, "x")])
def test_the_database_holds_that_a_job_is_of_a_run_or_of_a_subject(
    url: str, run_id: object, subject: str | None
) -> None:
    upgrade(url, "0004")
    with migration_connection(url) as opened:
        insert(opened, "ingestion_runs", id=RUN, type="archive", status="stored", created_at=AT, updated_at=AT)
    with pytest.raises(InternalStateError, match="ck_jobs_run_or_subject"):
        refused(url, run_id, subject)


def refused(url: str, run_id: object, subject: str | None) -> None:
    with migration_connection(url) as opened:
        add_job(opened, id=uuid4(), run_id=run_id, subject=subject)
