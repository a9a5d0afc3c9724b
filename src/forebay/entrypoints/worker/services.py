"""What a Celery worker needs from bootstrap."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path

from forebay.application.ports.blobs import Probe
from forebay.application.use_cases import UseCases

OpenUseCases = Callable[[Path | None], AbstractAsyncContextManager[UseCases]]
OpenHealth = Callable[[Path, Probe], AbstractAsyncContextManager[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerServices:
    """`open_use_cases`: for a process that works on jobs; with the folder through which a child of a pool shares its

    metrics, None in the main process. `open_health`: answers /healthz, /readyz and /metrics in the main process as long
    as it is open, for itself and those children, with a probe more, and gives the URL where it does.
    """

    version: str
    grace_seconds: float
    recovery_interval_seconds: float
    alert_interval_seconds: float
    name_worker: Callable[[], str]
    configure_logs: Callable[[], None]
    open_use_cases: OpenUseCases
    open_health: OpenHealth
