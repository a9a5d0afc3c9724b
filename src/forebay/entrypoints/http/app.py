"""The HTTP application, built from use cases that are opened when it starts."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from litestar import Litestar, Router
from litestar.datastructures import State
from litestar.di import Provide
from litestar.exceptions import HTTPException, NotFoundException, ValidationException

from forebay.application.use_cases import UseCases
from forebay.domain.errors import ForebayError
from forebay.entrypoints.http.alert_rules import (
    change_alert_rule,
    create_alert_rule,
    disable_alert_rule,
    get_alert_rule,
    list_alert_rules,
)
from forebay.entrypoints.http.alerts import acknowledge_alert, get_alert, list_alerts, mute_alert, unmute_alert
from forebay.entrypoints.http.artifacts import list_artifacts, read_artifact
from forebay.entrypoints.http.categories import (
    change_category,
    create_category,
    delete_category,
    get_category,
    list_categories,
)
from forebay.entrypoints.http.clients import change_client, create_client, disable_client, get_client, list_clients
from forebay.entrypoints.http.docs import docs_asset, docs_page, openapi_alias, openapi_config
from forebay.entrypoints.http.document_content import preview_document, read_document, read_document_text
from forebay.entrypoints.http.document_upload import create_documents
from forebay.entrypoints.http.documents import (
    correct_document,
    delete_document,
    get_document,
    learn,
    list_documents,
    list_learned_models,
)
from forebay.entrypoints.http.events import all_events, job_events
from forebay.entrypoints.http.files import read_file
from forebay.entrypoints.http.ingestion_sync import start_sync, sync_state
from forebay.entrypoints.http.jobs import cancel_job, get_job, list_jobs, parse_run, retry_job, start_job
from forebay.entrypoints.http.lineage import list_lineage_events, receive_lineage_event, receive_lineage_events
from forebay.entrypoints.http.links import open_link
from forebay.entrypoints.http.metrics import HttpMetrics
from forebay.entrypoints.http.models import list_models
from forebay.entrypoints.http.observed import ObservedApp
from forebay.entrypoints.http.options import HttpOptions
from forebay.entrypoints.http.patience import StallLimits
from forebay.entrypoints.http.pipeline_figures import (
    duration_histogram,
    failure_rate_by_platform,
    failures_over_time,
    flakiest_pipelines,
)
from forebay.entrypoints.http.pipeline_health import get_pipeline_health, list_pipelines_health, summarise_client
from forebay.entrypoints.http.pipeline_run_batches import report_runs
from forebay.entrypoints.http.pipeline_runs import (
    get_latest_pipeline_run,
    get_pipeline_run,
    list_pipeline_runs,
    report_run,
)
from forebay.entrypoints.http.pipelines import (
    change_pipeline,
    create_pipeline,
    create_pipeline_of_client,
    disable_pipeline,
    get_pipeline,
    list_pipelines,
    list_pipelines_of_client,
)
from forebay.entrypoints.http.problems import on_defect, on_forebay_error, on_http_error, on_validation_error
from forebay.entrypoints.http.runs import delete_run, get_run, list_files, list_runs
from forebay.entrypoints.http.stream_response import OpenStreams
from forebay.entrypoints.http.system import get_system, health, healthz, metrics, readyz
from forebay.entrypoints.http.uploads import create_upload
from forebay.entrypoints.http.web import WEB, on_not_found
from forebay.entrypoints.http.web_files import INDEX, WebFiles

_CLEAN_UP_SECONDS = 10.0
_PIPELINES = (
    list_clients,
    create_client,
    get_client,
    change_client,
    disable_client,
    list_pipelines_of_client,
    create_pipeline_of_client,
    summarise_client,
    list_pipelines,
    create_pipeline,
    list_pipelines_health,
    failures_over_time,
    flakiest_pipelines,
    failure_rate_by_platform,
    duration_histogram,
    get_pipeline,
    change_pipeline,
    disable_pipeline,
    get_pipeline_health,
    report_run,
    list_pipeline_runs,
    get_latest_pipeline_run,
    get_pipeline_run,
    report_runs,
)
_ALERTS = (
    list_alert_rules,
    create_alert_rule,
    get_alert_rule,
    change_alert_rule,
    disable_alert_rule,
    list_alerts,
    get_alert,
    acknowledge_alert,
    mute_alert,
    unmute_alert,
)
OpenUseCases = Callable[[], AbstractAsyncContextManager[UseCases]]


def build_litestar(
    open_use_cases: OpenUseCases, options: HttpOptions, http_metrics: HttpMetrics, streams: OpenStreams | None = None
) -> Litestar:
    """The application itself; `open_use_cases` is entered when it starts and left when it stops."""

    open_streams = streams or OpenStreams()
    web = WebFiles(options.web_folder)
    stall = StallLimits(seconds=options.upload_stall_seconds, bytes=options.upload_stall_bytes)

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncIterator[None]:
        await web.find(INDEX)  # so that all of the pages are read before the first request
        async with open_use_cases() as use_cases:
            app.state.use_cases = use_cases
            yield

    def provide_use_cases(state: State) -> UseCases:
        use_cases: UseCases = state.use_cases
        return use_cases

    routes = Router(
        path="/",
        route_handlers=[
            *WEB,
            create_upload,
            list_runs,
            get_run,
            list_files,
            delete_run,
            parse_run,
            read_file,
            list_jobs,
            start_job,
            get_job,
            cancel_job,
            retry_job,
            job_events,
            all_events,
            list_artifacts,
            read_artifact,
            list_models,
            create_documents,
            list_documents,
            get_document,
            correct_document,
            delete_document,
            read_document_text,
            read_document,
            preview_document,
            learn,
            open_link,
            list_learned_models,
            list_categories,
            create_category,
            get_category,
            change_category,
            delete_category,
            *_PIPELINES,
            *_ALERTS,
            start_sync,
            sync_state,
            receive_lineage_event,
            receive_lineage_events,
            list_lineage_events,
            get_system,
            health,
            healthz,
            readyz,
            metrics,
            docs_page,
            docs_asset,
            openapi_alias,
        ],
    )
    return Litestar(
        route_handlers=[routes],
        lifespan=[lifespan],
        dependencies={
            "use_cases": Provide(provide_use_cases, sync_to_thread=False),
            "options": Provide(lambda: options, sync_to_thread=False),
            "streams": Provide(lambda: open_streams, sync_to_thread=False),
            "http_metrics": Provide(lambda: http_metrics, sync_to_thread=False),
        },
        exception_handlers={
            ForebayError: on_forebay_error,
            ValidationException: on_validation_error,
            NotFoundException: on_not_found,
            HTTPException: on_http_error,
            Exception: on_defect,
        },
        openapi_config=openapi_config(options.version),
        state=State({"stall": stall, "web": web}),
        logging_config=None,
    )


def build_app(open_use_cases: OpenUseCases, options: HttpOptions, http_metrics: HttpMetrics) -> ObservedApp:
    """The whole application. When it stops, requests that were cut off are waited for before the parts close.

    Whoever serves it calls end_streams() when it is told to stop: else it would wait for streams that do not end.
    """
    streams = OpenStreams()

    @asynccontextmanager
    async def until_idle() -> AsyncIterator[UseCases]:
        async with open_use_cases() as use_cases:
            try:
                yield use_cases
            finally:
                streams.end()
                await app.wait_until_idle(_CLEAN_UP_SECONDS)

    app = ObservedApp(build_litestar(until_idle, options, http_metrics, streams), http_metrics, streams)
    return app
