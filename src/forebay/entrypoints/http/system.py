"""Health, readiness, metrics, and what this Forebay is."""

import asyncio

from litestar import MediaType, Response, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from prometheus_client import exposition

from forebay.application.use_cases import UseCases
from forebay.entrypoints.http.alert_metrics import alert_metrics
from forebay.entrypoints.http.metrics import HttpMetrics
from forebay.entrypoints.http.options import HttpOptions
from forebay.entrypoints.http.queue_metrics import queue_metrics
from forebay.entrypoints.http.schemas.installation import SystemBody
from forebay.entrypoints.http.schemas.system import AliveBody, HealthBody
from forebay.entrypoints.http.system_metrics import system_metrics


@get(
    "/health",
    operation_id="health",
    summary="Health of each part",
    description="Always 200; look at `status` and at each part.",
    tags=["system"],
)
async def health(use_cases: NamedDependency[UseCases], options: NamedDependency[HttpOptions]) -> HealthBody:
    return HealthBody.of(await use_cases.system.check_health(), options.version)


@get(
    "/v1/system",
    operation_id="getSystem",
    summary="What this Forebay is, and what goes on in it",
    description="Versions, kinds of parts, settings in force (secrets masked), optional parts, jobs that wait, and "
    "workers that hold jobs. Answers also while the database does not; `GET /health` says which part fails.",
    tags=["system"],
)
async def get_system(use_cases: NamedDependency[UseCases]) -> SystemBody:
    return SystemBody.of(await use_cases.system.describe())


@get("/healthz", operation_id="live", summary="Liveness: the process answers", tags=["system"])
async def healthz() -> AliveBody:
    return AliveBody()


@get(
    "/readyz",
    operation_id="ready",
    summary="Readiness: every part works",
    description="503 names the part that does not.",
    tags=["system"],
    responses={503: ResponseSpec(HealthBody, description="A part does not work", generate_examples=False)},
)
async def readyz(use_cases: NamedDependency[UseCases], options: NamedDependency[HttpOptions]) -> Response[HealthBody]:
    body = HealthBody.of(await use_cases.system.check_health(), options.version)
    return Response(body, status_code=200 if body.status == "ok" else 503)


@get(
    "/metrics",
    operation_id="metrics",
    summary="Metrics in Prometheus' text format",
    tags=["system"],
    media_type=MediaType.TEXT,
)
async def metrics(
    http_metrics: NamedDependency[HttpMetrics],
    use_cases: NamedDependency[UseCases],
    options: NamedDependency[HttpOptions],
) -> Response[bytes]:
    asked = await asyncio.gather(
        queue_metrics(use_cases.processing.queue_status),
        alert_metrics(use_cases.alerts.count_open),
        system_metrics(use_cases.system, options.version),
    )
    text = b"".join((exposition.generate_latest(http_metrics.registry), *asked))
    return Response(text, media_type=exposition.CONTENT_TYPE_LATEST)
