"""Fills a migrated PostgreSQL database with clients, pipelines and the runs that these would have reported."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate

import psycopg

from benchmarks.rows import time_ordered_id
from forebay.domain.pipelines.pipeline import Environment, PipelineType, Platform
from forebay.domain.pipelines.report import ReportedStatus, RunReport

SEED = 20260101
CLIENTS, PIPELINES = 200, 10_000
NEWEST = datetime(2026, 1, 1, tzinfo=UTC)  # when the newest run of all finished
STEP = timedelta(days=7) / 50_000  # between two of them: 50,000 runs, five of each pipeline, are those of a week
FIRST = datetime(2024, 1, 1, tzinfo=UTC)
OF_CLIENT = PIPELINES // CLIENTS

_STATUSES = (ReportedStatus.SUCCESS, ReportedStatus.FAILED, ReportedStatus.CANCELED, ReportedStatus.SKIPPED)
_WEIGHTS = tuple(accumulate((90, 6, 2, 2)))
_PLATFORMS, _TYPES = tuple(Platform), tuple(PipelineType)
_ERROR = "psycopg.errors.ConnectionTimeout: the source did not answer within 30 seconds"
_PAYLOAD = '{"dag_id":"load_orders","queue":"default","try_number":1}'

CLIENT = ("id", "name", "name_folded", "is_active", "revision", "created_at", "updated_at")
PIPELINE = (
    *("id", "client_id", "name", "name_folded", "platform", "external_id", "search_text", "pipeline_type"),
    *("environment", "is_active", "expect_every_seconds", "start_grace_seconds", "finish_grace_seconds"),
    *("enabled_at", "revision", "created_at", "updated_at"),
)
RUN = (
    *("id", "pipeline_id", "external_run_id", "status", "started_at", "finished_at", "duration_seconds"),
    *("rows_processed", "effective_at", "elapsed_seconds", "reported_as_of", "report_digest", "created_at"),
    *("ingested_at", "status_reason", "error_message", "payload"),
)
RUN_TYPES = (
    *("uuid", "uuid", "text", "text", "timestamptz", "timestamptz", "float8", "int8", "timestamptz", "float8"),
    *("int8", "bytea", "timestamptz", "timestamptz", "text", "text", "text"),
)
Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class MadeRun:
    """A run that is over, and the pipeline that it is of."""

    pipeline_id: uuid.UUID
    report: RunReport

    def row(self, run_id: uuid.UUID, at: datetime) -> Row:
        one = self.report
        return (
            *(run_id, self.pipeline_id, one.external_run_id, one.status.value, one.started_at, one.finished_at),
            *(one.duration_seconds, one.rows_processed, one.finished_at, one.duration_seconds, one.key.as_of),
            *(one.key.digest, at, at, one.status_reason, one.error_message, one.payload),
        )


def client_id(number: int) -> uuid.UUID:
    return time_ordered_id(FIRST, number)


def pipeline_id(number: int) -> uuid.UUID:
    return time_ordered_id(FIRST, CLIENTS + number)


def report_fields(number: int, source: random.Random) -> dict[str, object]:
    """What is reported of the run that finished `number` steps after the newest one (before it, if negative)."""
    finished = NEWEST + number * STEP
    seconds = round(source.lognormvariate(5, 1), 3)
    status = source.choices(_STATUSES, cum_weights=_WEIGHTS)[0]
    return {
        "external_run_id": f"scheduled__{finished.isoformat()}__{number}",
        "status": status,
        "started_at": finished - timedelta(seconds=seconds),
        "finished_at": finished,
        "duration_seconds": seconds,
        "rows_processed": source.randrange(1_000_000),
        "error_message": _ERROR if status is ReportedStatus.FAILED else None,
        "payload": _PAYLOAD,
    }


def runs(first: int, last: int) -> Iterator[MadeRun]:
    """From `first` to before `last`, a run of another pipeline each, in an order without a pattern."""
    source = random.Random(f"{SEED} {first}")
    for number in range(first, last):
        of = (number * 7_919) % PIPELINES  # a prime: each pipeline once in PIPELINES runs
        yield MadeRun(pipeline_id(of), RunReport(**report_fields(number, source)))  # type: ignore[arg-type]  # as the fields are called


def fill(url: str, count: int) -> None:
    """The newest `count` runs, by COPY; indexes and keys afterwards; then VACUUM ANALYZE, as autovacuum would have."""
    with psycopg.connect(url, autocommit=True) as connection:
        _copy(connection, "clients", CLIENT, _clients())
        _copy(connection, "pipelines", PIPELINE, _pipelines())
        again = _drop_indexes(connection)
        with connection.cursor().copy(_copy_statement("pipeline_runs", RUN, "(FORMAT BINARY)")) as copy:
            copy.set_types(RUN_TYPES)
            for number, made in enumerate(runs(1 - count, 1)):
                at = made.report.finished_at or NEWEST
                copy.write_row(made.row(time_ordered_id(at, number), at))
        connection.execute("SET maintenance_work_mem = '512MB'")
        for statement in again:
            connection.execute(statement.encode())
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")


def _drop_indexes(connection: psycopg.Connection[tuple[object, ...]]) -> list[str]:
    """The statements that make them again. Keys that other tables refer to stay."""
    again: list[str] = []
    of_table = "WHERE conrelid = 'pipeline_runs'::regclass AND contype IN ('p', 'u', 'f') ORDER BY contype"
    constraints = connection.execute(
        f"SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint {of_table}".encode()
    )
    for name, definition in constraints.fetchall():
        connection.execute(f"ALTER TABLE pipeline_runs DROP CONSTRAINT {name}".encode())
        again.append(f"ALTER TABLE pipeline_runs ADD CONSTRAINT {name} {definition}")
    indexes = connection.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'pipeline_runs'")
    for name, definition in indexes.fetchall():
        connection.execute(f"DROP INDEX {name}".encode())
        again.append(str(definition))
    return again


def _clients() -> Iterator[Row]:
    for number in range(CLIENTS):
        name = f"Client {number}"
        yield client_id(number), name, name.casefold(), True, 1, FIRST, FIRST


def _pipelines() -> Iterator[Row]:
    for number in range(PIPELINES):
        name, external = f"Pipeline {number}", f"dag_{number}"
        yield (
            *(pipeline_id(number), client_id(number // OF_CLIENT), name, name.casefold()),
            *(_PLATFORMS[number % len(_PLATFORMS)], external, f"{name.casefold()}\n{external}"),
            *(_TYPES[number % len(_TYPES)], Environment.PROD, number % 50 != 49),
            *(86_400 if number % 2 else None, 3_600, None, FIRST, 1, FIRST, FIRST),
        )


def _copy(
    connection: psycopg.Connection[tuple[object, ...]], table: str, columns: Sequence[str], rows: Iterator[Row]
) -> None:
    with connection.cursor().copy(_copy_statement(table, columns, "")) as copy:
        for row in rows:
            copy.write_row(row)


def _copy_statement(table: str, columns: Sequence[str], how: str) -> bytes:
    return f"COPY {table} ({', '.join(columns)}) FROM STDIN {how}".encode()
