"""Fills a migrated database with runs as uploads would have left them: one run, one file, one blob each."""

from __future__ import annotations

import sqlite3
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from psycopg import sql

TYPES = ("ds_etc", "instance_etc", "app_bundle", "single_conf", "document", "archive")
OWNERS = 50
BATCH = 20_000
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
STEP = timedelta(seconds=1)

RUN_COLUMNS = (
    *("id", "type", "status", "label", "label_folded", "owner"),
    *("error_code", "error_detail", "created_at", "updated_at"),
)
BLOB_COLUMNS = ("sha256", "size_bytes", "object_key", "created_at")
FILE_COLUMNS = ("id", "run_id", "path", "role", "media_type", "size_bytes", "sha256", "created_at")

Value = str | bytes | int | datetime | uuid.UUID | None
Row = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Filled:
    """What to ask for afterwards: how many runs there are and when the middle one was made."""

    runs: int
    middle: datetime


def time_ordered_id(at: datetime, number: int) -> uuid.UUID:
    """A UUIDv7 (RFC 9562): milliseconds of `at`, then `number`."""
    milliseconds = int(at.timestamp() * 1000)
    return uuid.UUID(int=milliseconds << 80 | 0x7 << 76 | 0b10 << 62 | number)


def rows(count: int) -> Iterator[tuple[Row, Row, Row]]:
    """Run, blob and file, oldest first. 2 in 100 failed; types and owners come round evenly; one second apart."""
    for number in range(count):
        at = FIRST + number * STEP
        run = time_ordered_id(at, number)
        failed = number % 50 == 7
        label = f"Delivery {number}"
        error = ("upload_interrupted", "the client went away") if failed else (None, None)
        status = "failed" if failed else "stored"
        owner = f"owner-{number % OWNERS}"
        digest = f"{number:064x}"
        yield (
            (run, TYPES[number % len(TYPES)], status, label, label.casefold(), owner, *error, at, at),
            (digest, 1024, f"{owner}/{run}/{number}.tar", at),
            (time_ordered_id(at, number + 2**61), run, "bench.tar", "upload", "application/x-tar", 1024, digest, at),
        )


def batches(count: int) -> Iterator[list[tuple[Row, Row, Row]]]:
    source, batch = rows(count), []
    for row in source:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def filled(count: int) -> Filled:
    return Filled(runs=count, middle=FIRST + count // 2 * STEP)


def fill_sqlite(database: Path, count: int) -> Filled:
    """As the application writes them: ids as 16 bytes, times as ISO 8601 with microseconds and Z."""

    def stored(value: Value) -> str | bytes | int | None:
        if isinstance(value, uuid.UUID):
            return value.bytes
        if isinstance(value, datetime):
            return f"{value.isoformat(timespec='microseconds')[:26]}Z"
        return value

    connection = sqlite3.connect(database, isolation_level=None)
    try:
        connection.execute("PRAGMA synchronous=OFF")
        for batch in batches(count):
            connection.execute("BEGIN")
            for index, (table, columns) in enumerate(tables()):
                marks = ", ".join("?" * len(columns))
                statement = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"
                connection.executemany(statement, (tuple(map(stored, row[index])) for row in batch))
            connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
    return filled(count)


def fill_postgres(url: str, count: int) -> Filled:
    """By COPY; then VACUUM ANALYZE, which autovacuum would have done while the runs came in one by one."""
    with psycopg.connect(url, autocommit=True) as connection:
        for batch in batches(count):
            for index, (table, columns) in enumerate(tables()):
                names = sql.SQL(", ").join(map(sql.Identifier, columns))
                statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
                with connection.cursor().copy(statement) as copy:
                    for row in batch:
                        copy.write_row(row[index])
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")
    time.sleep(1)
    return filled(count)


def tables() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """In the order in which foreign keys allow them to be filled; the order of `rows`."""
    return ("ingestion_runs", RUN_COLUMNS), ("blobs", BLOB_COLUMNS), ("files", FILE_COLUMNS)
