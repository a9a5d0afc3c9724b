"""Figures about runs of pipelines, by time, by pipeline, by platform, by duration."""

from datetime import datetime
from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter

from forebay.application.pipelines.show_figures import FiguresQuery
from forebay.application.ports.pipelines import Extent
from forebay.application.use_cases import UseCases
from forebay.domain.ids import parse_id
from forebay.domain.intake.errors import InvalidFieldError
from forebay.domain.paging import MAX_LIMIT
from forebay.domain.pipelines.figures import Bucket
from forebay.entrypoints.http.parameters import OfClient, OfPipeline, Since, Until, utc
from forebay.entrypoints.http.problems import problem_specs
from forebay.entrypoints.http.schemas.pipeline_figures import (
    DurationHistogramBody,
    FailuresOverTimeBody,
    FlakiestBody,
    PlatformRatesBody,
)

_WINDOW = (
    "The last 30 days until now, unless `since` and `until` say otherwise. Of enabled pipelines of enabled clients."
)


@get(
    "/v1/pipelines/failures-over-time",
    operation_id="failuresOverTime",
    summary="How many runs failed, by hour or day",
    description=f"{_WINDOW} Hours and days are those of UTC; at most 10,000 of them.",
    tags=["pipelines"],
    responses=problem_specs(400, 404, 422, 503),
)
async def failures_over_time(
    *,
    use_cases: NamedDependency[UseCases],
    client_id: OfClient = None,
    pipeline_id: OfPipeline = None,
    since: Since = None,
    until: Until = None,
    bucket: FromQuery[Bucket] = Bucket.DAY,
) -> FailuresOverTimeBody:
    query = _query(client_id, pipeline_id, since, until)
    return FailuresOverTimeBody.of(bucket, await use_cases.pipelines.failures_over_time(query, bucket=bucket))


@get(
    "/v1/pipelines/flakiest",
    operation_id="flakiestPipelines",
    summary="Pipelines that go from success to failure and back most often",
    description=_WINDOW,
    tags=["pipelines"],
    responses=problem_specs(400, 404, 422, 503),
)
async def flakiest_pipelines(
    *,
    use_cases: NamedDependency[UseCases],
    client_id: OfClient = None,
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, QueryParameter(ge=1, le=MAX_LIMIT, description="How many at most.")] = 20,
) -> FlakiestBody:
    query = _query(client_id, None, since, until)
    return FlakiestBody.of(await use_cases.pipelines.flakiest(query, limit=limit))


@get(
    "/v1/pipelines/failure-rate-by-platform",
    operation_id="failureRateByPlatform",
    summary="How often runs fail, by platform",
    description=_WINDOW,
    tags=["pipelines"],
    responses=problem_specs(400, 422, 503),
)
async def failure_rate_by_platform(
    use_cases: NamedDependency[UseCases], since: Since = None, until: Until = None
) -> PlatformRatesBody:
    query = _query(None, None, since, until)
    return PlatformRatesBody.of(await use_cases.pipelines.failure_rate_by_platform(query))


@get(
    "/v1/pipelines/duration-histogram",
    operation_id="durationHistogram",
    summary="How long runs took",
    description=_WINDOW,
    tags=["pipelines"],
    responses=problem_specs(400, 404, 422, 503),
)
async def duration_histogram(
    *,
    use_cases: NamedDependency[UseCases],
    client_id: OfClient = None,
    pipeline_id: OfPipeline = None,
    since: Since = None,
    until: Until = None,
) -> DurationHistogramBody:
    query = _query(client_id, pipeline_id, since, until)
    return DurationHistogramBody.of(await use_cases.pipelines.duration_histogram(query))


def _query(
    client_id: str | None, pipeline_id: str | None, since: datetime | None, until: datetime | None
) -> FiguresQuery:
    if client_id is not None and pipeline_id is not None:
        raise InvalidFieldError("a pipeline has one client; give client_id or pipeline_id", field="pipeline_id")
    extent = Extent(
        client_id=parse_id(client_id, field="client_id") if client_id is not None else None,
        pipeline_id=parse_id(pipeline_id, field="pipeline_id") if pipeline_id is not None else None,
    )
    return FiguresQuery(extent=extent, since=utc(since, field="since"), until=utc(until, field="until"))
