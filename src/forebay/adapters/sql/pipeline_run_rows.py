"""Between rows and runs of pipelines."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any

from forebay.adapters.sql.column_types import RowId, UtcTime, sqlite_time
from forebay.adapters.sql.pipelines_tables import pipeline_runs
from forebay.adapters.sql.rows import AnyRow, checked
from forebay.adapters.sql.transaction import Dialect, Values
from forebay.domain.pipelines.report import ReportedStatus, ReportKey
from forebay.domain.pipelines.run import PipelineRun

_IDS = [place for place, column in enumerate(pipeline_runs.columns, 1) if isinstance(column.type, RowId)]
_TIMES = [place for place, column in enumerate(pipeline_runs.columns, 1) if isinstance(column.type, UtcTime)]
_NAMES = [column.name for column in pipeline_runs.columns]
_STATUSES = {status.value: status for status in ReportedStatus}
_NOTHING: Mapping[str, ReportKey] = MappingProxyType({})


def run_rows(runs: Sequence[PipelineRun], dialect: Dialect) -> Sequence[tuple[object, ...]]:
    """With their ordinals before the columns of pipeline_runs, in their order, as the driver takes them."""
    rows = [(ordinal, *_values(run)) for ordinal, run in enumerate(runs)]
    return rows if dialect == "postgresql" else _for_sqlite(rows)


def key_rows(runs: Sequence[PipelineRun], dialect: Dialect) -> Sequence[tuple[object, ...]]:
    """Ordinal, pipeline_id, external_run_id and report_digest of each, as the driver takes them."""
    if dialect == "postgresql":
        return [(place, run.pipeline_id, run.external_run_id, run.key.digest) for place, run in enumerate(runs)]
    return [(place, run.pipeline_id.bytes, run.external_run_id, run.key.digest) for place, run in enumerate(runs)]


def _values(run: PipelineRun) -> tuple[object, ...]:
    return (
        run.id,
        run.pipeline_id,
        checked(run.external_run_id, "external_run_id"),
        run.status.value,
        run.started_at,
        run.finished_at,
        run.duration_seconds,
        run.rows_processed,
        run.effective_at,
        run.elapsed_seconds,
        run.key.as_of,
        run.key.digest,
        _kept_text(run.kept) if run.kept else None,
        run.created_at,
        run.ingested_at,
        checked(run.status_reason, "status_reason"),
        checked(run.error_message, "error_message"),
        checked(run.payload, "payload"),
    )


def _for_sqlite(rows: Sequence[tuple[object, ...]]) -> Sequence[tuple[object, ...]]:
    texts = cache(lambda value: None if value is None else sqlite_time(value))  # many have the same times
    converted: list[tuple[object, ...]] = []
    for row in rows:
        values: list[Any] = [*row]
        for place in _IDS:
            values[place] = values[place].bytes
        for place in _TIMES:
            values[place] = texts(values[place])
        converted.append(tuple(values))
    return converted


def run_values(run: PipelineRun) -> Values:
    return dict(zip(_NAMES, _values(run), strict=True))


def run_of(row: AnyRow) -> PipelineRun:
    status = _STATUSES[row.status]
    return PipelineRun(
        id=row.id,
        pipeline_id=row.pipeline_id,
        external_run_id=row.external_run_id,
        status=status,
        started_at=row.started_at,
        finished_at=row.finished_at,
        duration_seconds=row.duration_seconds,
        rows_processed=row.rows_processed,
        error_message=row.error_message,
        status_reason=row.status_reason,
        payload=row.payload,
        key=ReportKey.of(status, row.reported_as_of, row.report_digest),
        kept=_kept_of(row.kept) if row.kept is not None else _NOTHING,
        created_at=row.created_at,
        ingested_at=row.ingested_at,
    )


def _kept_text(kept: Mapping[str, ReportKey]) -> str:
    """A key is [final, as of, severity, digest]."""
    fields = {name: (key.final, key.as_of, key.severity, key.digest.hex()) for name, key in sorted(kept.items())}
    return json.dumps(fields, separators=(",", ":"))


def _kept_of(text: str) -> Mapping[str, ReportKey]:
    fields: Mapping[str, tuple[bool, int, int, str]] = json.loads(text)
    return {
        name: ReportKey(final, as_of, severity, bytes.fromhex(digest))
        for name, (final, as_of, severity, digest) in fields.items()
    }
