"""Batches of reports: as Forebay records them, beside the least that PostgreSQL needs for the same rows."""

from __future__ import annotations

import gc
import json
import random
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import psycopg

from benchmarks.pipelines_rows import NEWEST, PIPELINES, RUN, MadeRun, Row, pipeline_id, report_fields
from benchmarks.rows import time_ordered_id
from forebay.adapters.sql.unit_of_work import SqlUnitOfWorkFactory
from forebay.adapters.system.ids import SystemIds
from forebay.application.pipelines.recording import PipelineReport, record_reports
from forebay.domain.pipelines.report import RunReport
from forebay.domain.pipelines.run import Verdict

RECORDS = 10_000
FIRST_TIME, REPLAY = "first time", "replay"
_COLUMNS = ", ".join(RUN)
_GIVEN = "CREATE TEMPORARY TABLE given (LIKE pipeline_runs) ON COMMIT DROP"
_COPY = f"COPY given ({_COLUMNS}) FROM STDIN"
_INSERT = (
    f"INSERT INTO pipeline_runs ({_COLUMNS}) SELECT {_COLUMNS} FROM given"
    " ON CONFLICT (pipeline_id, external_run_id) DO NOTHING"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Seconds for a batch of RECORDS records."""

    who: str
    what: str
    seconds: float


def fields_of(number: int, name: str) -> list[tuple[uuid.UUID, dict[str, object]]]:
    """Records about pipelines in an order without a pattern, of runs that nobody has reported yet."""
    source = random.Random(f"{name} {number}")
    made = []
    for record in range(RECORDS):
        fields = report_fields(number * RECORDS + record + 1, source)
        fields["external_run_id"] = f"{fields['external_run_id']}__{name}"
        made.append((pipeline_id(source.randrange(PIPELINES)), fields))
    return made


async def ours(open_work: SqlUnitOfWorkFactory, number: int) -> list[Batch]:
    """From values to a commit: reports are made of them and recorded, and their pipelines are to be looked at."""
    given, ids, results = fields_of(number, "forebay"), SystemIds(), []
    gc.collect()
    gc.freeze()  # what the benchmark itself keeps is not looked through again and again
    for what, verdict in ((FIRST_TIME, Verdict.CREATED), (REPLAY, Verdict.UNCHANGED)):
        started = time.perf_counter()
        async with open_work() as work:
            reports = [PipelineReport(of, RunReport(**fields)) for of, fields in given]  # type: ignore[arg-type]  # as the fields are called
            recorded = await record_reports(work, reports, ids=ids, at=NEWEST)
            await work.commit()
        results.append(Batch(who="forebay", what=what, seconds=time.perf_counter() - started))
        if any(one.verdict is not verdict for one in recorded):
            raise RuntimeError(f"a batch was not {verdict} as a whole")
    return results


def bare(connection: psycopg.Connection[tuple[object, ...]], number: int) -> list[Batch]:
    """COPY of lines that were made beforehand, then one INSERT; nothing is said of what was there."""
    results = []
    made = [MadeRun(of, RunReport(**fields)) for of, fields in fields_of(number, "bare")]  # type: ignore[arg-type]  # as the fields are called
    for what, count in ((FIRST_TIME, RECORDS), (REPLAY, 0)):
        lines = copy_lines([
            one.row(time_ordered_id(one.report.finished_at or NEWEST, uuid.uuid4().int >> 70), NEWEST) for one in made
        ])  # fmt: skip
        started = time.perf_counter()
        with connection.transaction(), connection.cursor() as cursor:
            cursor.execute(_GIVEN)
            with cursor.copy(_COPY.encode()) as copy:
                copy.write(lines)
            inserted = cursor.execute(_INSERT.encode()).rowcount
        results.append(Batch(who="bare", what=what, seconds=time.perf_counter() - started))
        if inserted != count:
            raise RuntimeError(f"{inserted} rows were inserted instead of {count}")
    return results


def copy_lines(rows: Sequence[Row]) -> bytes:
    """As COPY reads text; nothing in these rows needs escaping."""
    return "".join("\t".join(map(_text, row)) + "\n" for row in rows).encode()


def _text(value: object) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, bytes):
        return f"\\\\x{value.hex()}"
    return value.isoformat() if isinstance(value, datetime) else str(value)


def records_ndjson(given: Sequence[tuple[uuid.UUID, dict[str, object]]]) -> bytes:
    """The same batch as POST /v1/pipeline-runs:batch takes it."""
    lines = (
        json.dumps(
            {
                "pipeline_id": str(of),
                **{name: value for name, value in fields.items() if value is not None},
                "payload": json.loads(str(fields["payload"])),
            },
            default=lambda value: value.isoformat(),
        )
        for of, fields in given
    )
    return "\n".join(lines).encode()
