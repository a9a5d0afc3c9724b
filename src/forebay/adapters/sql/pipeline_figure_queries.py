"""The questions about many runs. Each is built once; the databases differ in percentiles and buckets of time."""

from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Double,
    Join,
    Select,
    and_,
    bindparam,
    func,
    literal_column,
    null,
    select,
    type_coerce,
)

from forebay.adapters.sql.batches import among
from forebay.adapters.sql.column_types import RowId, UtcTime
from forebay.adapters.sql.pipelines_tables import clients, pipeline_runs, pipelines
from forebay.adapters.sql.schema import newest_first
from forebay.adapters.sql.transaction import Dialect, Values
from forebay.application.ports.pipeline_figures import SHORT_MESSAGE, Extent
from forebay.domain.pipelines.figures import DURATION_EDGES, Bucket, Window
from forebay.domain.pipelines.report import ReportedStatus

Query = Select[*tuple[Any, ...]]
TELLING = frozenset({ReportedStatus.SUCCESS, ReportedStatus.FAILED})

_run, _pipeline, _client = pipeline_runs.c, pipelines.c, clients.c
_CUT = {
    "payload": null().label("payload"),
    "error_message": func.substr(_run.error_message, 1, SHORT_MESSAGE).label("error_message"),
}
_SHORT = [_CUT.get(column.name, column) for column in pipeline_runs.columns]
_FAILED = _run.status == ReportedStatus.FAILED.value
_IS_TELLING = _run.status.in_(sorted(TELLING))
_IS_FINAL = _run.status != ReportedStatus.RUNNING.value
_WITHIN = and_(
    _run.effective_at >= bindparam("since", type_=UtcTime()),
    _run.effective_at < bindparam("until", type_=UtcTime()),
)
_WITH_PIPELINE = pipeline_runs.join(pipelines, _pipeline.id == _run.pipeline_id)
_WITH_CLIENT = _WITH_PIPELINE.join(clients, _client.id == _pipeline.client_id)
_LABELS = {Bucket.HOUR: (13, ":00:00.000000Z"), Bucket.DAY: (10, "T00:00:00.000000Z")}


class Scope(NamedTuple):
    """Which runs a question is about."""

    source: Join
    where: ColumnElement[bool]

    def select(self, *columns: Any) -> Query:
        return select(*columns).select_from(self.source).where(self.where)


def kind_of(extent: Extent) -> str:
    """One question is built for each kind."""
    return f"{'client' if extent.client_id else ''}{'pipeline' if extent.pipeline_id else ''}"


def values_of(extent: Extent, window: Window) -> Values:
    asked = {"client": extent.client_id, "pipeline": extent.pipeline_id}
    return {
        "since": window.since,
        "until": window.until,
        **{name: value for name, value in asked.items() if value is not None},
    }


def _scope(kind: str, source: Join = _WITH_PIPELINE) -> Scope:
    conditions: list[ColumnElement[bool]] = [_WITHIN]
    if "client" in kind:
        conditions.append(_pipeline.client_id == bindparam("client", type_=RowId()))
    if "pipeline" in kind:
        conditions.append(_pipeline.id == bindparam("pipeline", type_=RowId()))
        return Scope(source, and_(*conditions))
    conditions.append(_pipeline.is_active)
    if not kind:
        return Scope(_WITH_CLIENT, and_(_client.is_active, *conditions))
    return Scope(source, and_(*conditions))


def _first(column: str, *, telling: bool) -> ColumnElement[Any]:
    """The id of the first of a pipeline's runs in the order of an index."""
    one = pipeline_runs.alias(column).c
    by_start = (newest_first(one.started_at), newest_first(one.finished_at), one.id.desc())
    return (
        select(one.id)
        .where(one.pipeline_id == _pipeline.id, *([one.status.in_(sorted(TELLING))] if telling else []))
        .order_by(*((one.effective_at.desc(), one.id.desc()) if telling else by_start))
        .limit(1)
        .correlate(pipelines)
        .scalar_subquery()
    )


# For each pipeline the first entry of ix_pipeline_runs_latest, then the run by its id; beside it the id of the run that
# tells how the pipeline is, the last of ix_pipeline_runs_effective_at that succeeded or failed.
LATEST: Query = (
    select(*_SHORT, _first("telling", telling=True).label("telling_id"))
    .join_from(pipelines, pipeline_runs, _run.id == _first("latest", telling=False))
    .where(among(_pipeline.id))
)
BY_ID: Query = select(*_SHORT).where(among(_run.id))


@cache
def figures(kind: str, dialect: Dialect) -> Query:
    scope = _scope(kind)
    counts = [func.count().filter(_run.status == status.value).label(status.value) for status in ReportedStatus]
    mean = func.avg(_run.elapsed_seconds).filter(_IS_FINAL).label("mean_seconds")
    return scope.select(*counts, mean, _p95(scope, dialect).label("p95_seconds"))


def _p95(scope: Scope, dialect: Dialect) -> ColumnElement[float | None]:
    """Nearest rank."""
    if dialect == "postgresql":
        return func.percentile_disc(0.95).within_group(_run.elapsed_seconds).filter(_IS_FINAL)
    share = func.cume_dist().over(order_by=_run.elapsed_seconds).label("share")
    ranked = scope.select(_run.elapsed_seconds, share).where(_IS_FINAL, _run.elapsed_seconds.is_not(None)).subquery()
    return select(func.min(ranked.c.elapsed_seconds, type_=Double)).where(ranked.c.share >= 0.95).scalar_subquery()


FAILED_COUNTS = (
    select(_run.pipeline_id, func.count().label("failed"))
    .where(among(_run.pipeline_id), _FAILED, _WITHIN)
    .group_by(_run.pipeline_id)
)


@cache
def failures_over_time(kind: str, bucket: Bucket, dialect: Dialect) -> Query:
    at: ColumnElement[Any]
    if dialect == "postgresql":
        at = func.date_trunc(literal_column(f"'{bucket}'"), _run.effective_at, literal_column("'UTC'"))
    else:
        length, rest = _LABELS[bucket]
        at = func.substr(_run.effective_at, literal_column("1"), literal_column(str(length))).op("||")(
            literal_column(f"'{rest}'")
        )
    moment = type_coerce(at, UtcTime()).label("at")
    return _rates(_scope(kind), moment).group_by("at").order_by("at")


def _rates(scope: Scope, *columns: Any) -> Query:
    failed, total = func.count().filter(_FAILED).label("failed"), func.count().label("total")
    return scope.select(*columns, failed, total).where(_IS_TELLING)


@cache
def rate_by_platform() -> Query:
    return _rates(_scope(""), _pipeline.platform).group_by(_pipeline.platform).order_by(_pipeline.platform)


@cache
def flakiest(kind: str, dialect: Dialect) -> Query:
    before = func.lag(_run.status).over(partition_by=_run.pipeline_id, order_by=(_run.effective_at, _run.id))
    scope = _scope(kind, _WITH_CLIENT)
    outcomes = scope.select(_run.pipeline_id, _run.status, before.label("before")).where(_IS_TELLING).subquery()
    flips = func.count().filter(outcomes.c.before != outcomes.c.status).label("flips")
    failed = func.count().filter(outcomes.c.status == ReportedStatus.FAILED.value).label("failed")
    counted = (
        select(outcomes.c.pipeline_id, flips, failed, func.count().label("total"))
        .group_by(outcomes.c.pipeline_id)
        .subquery()
    )
    by_name = _pipeline.name if dialect == "sqlite" else _pipeline.name.collate("C")  # by code point
    return (
        select(
            _pipeline.id, _pipeline.name, _pipeline.client_id, _client.name.label("client_name"),
            counted.c.flips, counted.c.failed, counted.c.total,
        )
        .join_from(counted, pipelines, _pipeline.id == counted.c.pipeline_id)
        .join(clients, _client.id == _pipeline.client_id)
        .where(counted.c.flips > 0)
        .order_by(counted.c.flips.desc(), counted.c.failed.desc(), by_name, _pipeline.id)
        .limit(bindparam("most"))
    )  # fmt: skip


@cache
def duration_histogram(kind: str) -> Query:
    edges = (*DURATION_EDGES, None)
    bins = [
        func.count().filter(
            _run.elapsed_seconds >= start, *([] if end is None else [_run.elapsed_seconds < end])
        ).label(f"bin_{number}")
        for number, (start, end) in enumerate(zip(DURATION_EDGES, edges[1:], strict=True))
    ]  # fmt: skip
    return _scope(kind).select(*bins).where(_IS_FINAL)
