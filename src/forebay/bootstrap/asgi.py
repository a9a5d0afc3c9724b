"""The ASGI application for any server: `uvicorn --factory forebay.bootstrap.asgi:create_app`."""

import json
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from datetime import timedelta

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector

from forebay.adapters.metered.alerts import AlertMetrics
from forebay.adapters.metered.background import BackgroundMetrics
from forebay.adapters.metered.blobs import BlobMetrics, MeteredBlobStore
from forebay.adapters.metered.processing import ProcessingMetrics
from forebay.application.use_cases import UseCases
from forebay.bootstrap.alert_observing import AlertLog, AlertObservers
from forebay.bootstrap.alert_watch import AlertWatch
from forebay.bootstrap.logs import configure_logs
from forebay.bootstrap.observing import Observers, ProcessingLog
from forebay.bootstrap.runtime import Replacements, open_use_cases
from forebay.bootstrap.settings import Settings, load_settings
from forebay.bootstrap.sweeper import Keeping, Sweeper
from forebay.bootstrap.sync_timer import SyncTimer
from forebay.bootstrap.tracing import API, AsgiApp, Tracing, begin_tracing
from forebay.bootstrap.worker_parts import background_intervals
from forebay.bootstrap.working import WorkerHost, is_local, recovering, worker_name
from forebay.domain.errors import InternalStateError
from forebay.entrypoints.http.app import build_app, build_litestar
from forebay.entrypoints.http.metrics import HttpMetrics
from forebay.entrypoints.http.observed import ObservedApp
from forebay.entrypoints.http.options import HttpOptions
from forebay.version import __version__


def create_app() -> AsgiApp:
    """The application on the settings of the environment; its parts open when the server starts it."""
    settings = load_settings()
    configure_logs(settings.log_format, settings.log_level)
    registry = _registry()
    tracing = begin_tracing(API)
    app = build_app(
        lambda: _opened(settings, registry, worker_inside(settings), tracing), _options(settings), HttpMetrics(registry)
    )
    return app if tracing is None else tracing.wrap_app(app)


@asynccontextmanager
async def open_app(
    settings: Settings, worker: WorkerHost | None, tracing: Tracing | None = None
) -> AsyncIterator[ObservedApp]:
    """The application on parts that are open already, so that what is wrong with them is known before it listens.

    It is the caller who wraps it to be traced; `tracing` is closed here, behind everything else.
    """
    registry = _registry()
    async with _opened(settings, registry, worker, tracing) as use_cases:
        yield build_app(lambda: nullcontext(use_cases), _options(settings), HttpMetrics(registry))


@asynccontextmanager
async def _opened(
    settings: Settings, registry: CollectorRegistry, worker: WorkerHost | None, tracing: Tracing | None
) -> AsyncIterator[UseCases]:
    sweeper = Sweeper(
        interval_seconds=settings.sweep_interval_seconds,
        grace_seconds=settings.sweep_grace_seconds,
        keep=Keeping(
            events=timedelta(days=settings.event_retention_days),
            lineage=timedelta(days=settings.lineage_retention_days),
        ),
    )
    sync_timer = SyncTimer(settings)
    alert_watch = AlertWatch(settings)
    metrics = BlobMetrics(registry)
    background = BackgroundMetrics(registry, background_intervals(settings))
    wrapped = Replacements(
        probes=(
            sweeper,
            *((worker,) if worker is not None else ()),
            *((sync_timer,) if sync_timer.is_on else ()),
            alert_watch,
        ),
        wrap_blobs=lambda store: MeteredBlobStore(store, metrics),
        observer=Observers((ProcessingMetrics(registry), ProcessingLog())),
        alert_observer=AlertObservers((AlertMetrics(registry), AlertLog())),
        own_worker=worker.described if worker is not None else None,
        tracing=tracing,
    )
    async with (
        nullcontext() if tracing is None else tracing.closing(settings.shutdown_grace_seconds),
        open_use_cases(settings, wrapped) as use_cases,
        sweeper.running(use_cases, background),
        sync_timer.running(use_cases.pipelines.schedule_syncs, background),
        alert_watch.running(use_cases.alerts.watch),
        worker.running(use_cases.processing, background)
        if worker is not None
        else recovering(use_cases.processing, settings, background),
    ):
        yield use_cases


def worker_inside(settings: Settings) -> WorkerHost | None:
    """The worker of a server process; none where it is switched off, or a broker carries jobs to workers elsewhere."""
    if settings.worker_concurrency == 0 or not is_local(settings):
        return None
    return WorkerHost(settings, worker_name=worker_name())


def openapi_document() -> dict[str, object]:
    """The OpenAPI 3.1 document, without opening anything."""

    def nothing() -> AbstractAsyncContextManager[UseCases]:
        raise InternalStateError("this application only describes itself and is never started")

    app = build_litestar(nothing, _options(Settings()), HttpMetrics(_registry()))
    document: dict[str, object] = app.openapi_schema.to_schema()
    return document


def _options(settings: Settings) -> HttpOptions:
    return HttpOptions(
        version=__version__,
        max_upload_bytes=settings.max_upload_bytes,
        upload_stall_seconds=settings.upload_stall_seconds,
        upload_stall_bytes=settings.upload_stall_bytes,
        lineage_max_bytes=settings.lineage_max_bytes,
        lineage_token=settings.lineage_token,
    )


def _registry() -> CollectorRegistry:
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    return registry


def openapi_text() -> str:
    """The document as stable JSON: sorted, indented, with a newline at the end."""
    return json.dumps(openapi_document(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"
