"""The application of `celery -A forebay.entrypoints.worker.celery_app`, wired."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
from celery import Celery

from forebay.adapters.celery.redis_transport import use_for_redis
from forebay.application.ports.blobs import Probe
from forebay.application.use_cases import UseCases
from forebay.bootstrap.celery import celery_of
from forebay.bootstrap.logs import configure_logs
from forebay.bootstrap.runtime import Replacements, open_use_cases
from forebay.bootstrap.schemes import choose_queue
from forebay.bootstrap.settings import Settings, load_settings, mask
from forebay.bootstrap.worker_parts import count_in, make_registry, open_working, show_counts_in
from forebay.bootstrap.working import is_local, worker_name
from forebay.domain.errors import SettingError
from forebay.entrypoints.worker.job_process import JobProcess
from forebay.entrypoints.worker.life import WorkerLife
from forebay.entrypoints.worker.services import WorkerServices
from forebay.entrypoints.worker.tasks import add_tasks
from forebay.version import __version__


def create_worker_app() -> Celery:
    """On the settings of the environment. SettingError when they name no broker."""
    settings = load_settings()
    choose_queue(settings)
    if is_local(settings):
        raise SettingError(
            f"FOREBAY_QUEUE_URL is {mask(settings.queue_url)}; Celery workers need a broker that the server uses, too, "
            "such as redis://host:6379/0; without one, start `forebay worker`",
            field="FOREBAY_QUEUE_URL",
        )
    use_for_redis()
    app = celery_of(settings)
    app.conf.worker_concurrency = settings.worker_concurrency or None  # None: as many as there are cores
    parts = _Parts(settings)
    services = WorkerServices(
        version=__version__,
        grace_seconds=settings.shutdown_grace_seconds,
        recovery_interval_seconds=settings.recovery_interval_seconds,
        alert_interval_seconds=settings.alert_interval_seconds,
        name_worker=worker_name,
        configure_logs=lambda: configure_logs(settings.log_format, settings.log_level),
        open_use_cases=parts.open_working,
        open_health=parts.open_health,
    )
    process = JobProcess(services)
    add_tasks(app, services, process)
    WorkerLife(services, process).connect(app)
    return app


class _Parts:
    """What the processes of a worker open. What the main process counts stays in memory; a pool's goes into files."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._registry = make_registry()

    @asynccontextmanager
    async def open_working(self, folder: Path | None) -> AsyncIterator[UseCases]:
        if folder is None:
            opened = open_working(self._settings, self._registry)
        else:
            one_at_a_time = msgspec.structs.replace(self._settings, worker_concurrency=1)
            opened = open_working(one_at_a_time, count_in(folder))
        async with opened as use_cases:
            yield use_cases

    @asynccontextmanager
    async def open_health(self, folder: Path, probe: Probe) -> AsyncIterator[str]:
        from forebay.bootstrap.worker_health import answering, bind_health  # noqa: PLC0415 - not for `celery inspect`

        with bind_health(self._settings) as listening:
            show_counts_in(folder, self._registry)
            async with (
                open_use_cases(self._settings, Replacements(probes=(probe,))) as use_cases,
                answering(self._settings, listening, use_cases, self._registry) as url,
            ):
                yield url
