"""The little application of workers: liveness, readiness and metrics, nothing else."""

from litestar import Litestar
from litestar.di import Provide
from litestar.exceptions import HTTPException

from forebay.application.use_cases import UseCases
from forebay.domain.errors import ForebayError
from forebay.entrypoints.http.metrics import HttpMetrics
from forebay.entrypoints.http.options import HttpOptions
from forebay.entrypoints.http.problems import on_defect, on_forebay_error, on_http_error
from forebay.entrypoints.http.system import healthz, metrics, readyz


def build_health_app(use_cases: UseCases, options: HttpOptions, http_metrics: HttpMetrics) -> Litestar:
    """On use cases that are open as long as it answers; it has no life span of its own."""
    return Litestar(
        route_handlers=[healthz, readyz, metrics],
        dependencies={
            "use_cases": Provide(lambda: use_cases, sync_to_thread=False),
            "options": Provide(lambda: options, sync_to_thread=False),
            "http_metrics": Provide(lambda: http_metrics, sync_to_thread=False),
        },
        exception_handlers={
            ForebayError: on_forebay_error,
            HTTPException: on_http_error,
            Exception: on_defect,
        },
        openapi_config=None,
        logging_config=None,
    )
