"""`forebay worker`: jobs in a process of their own, found in the database that the server uses."""

import asyncio
import os
import signal
import sys

import msgspec
import uvicorn

from forebay.adapters.metered.background import BackgroundMetrics
from forebay.bootstrap.alert_watch import AlertWatch
from forebay.bootstrap.logs import configure_logs
from forebay.bootstrap.schemes import scheme_of
from forebay.bootstrap.settings import Settings, mask
from forebay.bootstrap.sync_timer import SyncTimer
from forebay.bootstrap.worker_health import answering, bind_health
from forebay.bootstrap.worker_parts import background_intervals, make_registry, open_working
from forebay.bootstrap.working import WorkerHost, worker_name
from forebay.domain.errors import SettingError
from forebay.version import __version__

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


def run_worker(settings: Settings, *, concurrency: int | None = None, name: str | None = None) -> int:
    """Works until it is told to stop (SIGTERM, SIGINT), then lets go of its jobs at the end of their steps; 0.

    Told a second time it lets go of them at once, and a third time it does not even do that; 128 and the signal's
    number. SettingError before anything is opened.
    """
    chosen = _chosen(settings, concurrency)
    configure_logs(chosen.log_format, chosen.log_level)
    loop_factory = uvicorn.Config("", loop="auto", log_config=None).get_loop_factory()
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        return runner.run(_work(chosen, name or worker_name()))


async def _work(settings: Settings, name: str) -> int:
    registry = make_registry()
    host, timer, watch = WorkerHost(settings, worker_name=name), SyncTimer(settings), AlertWatch(settings)
    background = BackgroundMetrics(registry, background_intervals(settings, sweeps=False))
    probes = (host, *((timer,) if timer.is_on else ()), watch)
    with bind_health(settings) as listening, _Stop() as stop:
        try:
            async with (
                open_working(settings, registry, probes=probes) as use_cases,
                answering(settings, listening, use_cases, registry) as url,
                timer.running(use_cases.pipelines.schedule_syncs, background),
                watch.running(use_cases.alerts.watch),
                host.running(use_cases.processing, background),
            ):
                sys.stdout.write(_announcement(settings, name, url))
                sys.stdout.flush()
                await stop.wait()
        except asyncio.CancelledError:
            if not stop.is_told:
                raise
    return stop.code


class _Stop:
    """What signals ask for: the first ends wait(), the second cancels all tasks, the third ends the process.

    Before wait() is reached, while the parts are opened, the first cancels the task that was to do so.
    """

    def __init__(self) -> None:
        self.code = 0
        self._count = 0
        self._loop = asyncio.get_running_loop()
        self._opening = asyncio.current_task()
        self._told = asyncio.Event()

    def __enter__(self) -> "_Stop":
        for number in _SIGNALS:
            self._loop.add_signal_handler(number, self._on_signal, number)
        return self

    def __exit__(self, *_: object) -> None:
        for number in _SIGNALS:
            self._loop.remove_signal_handler(number)

    @property
    def is_told(self) -> bool:
        return self._count > 0

    async def wait(self) -> None:
        self._opening = None
        await self._told.wait()

    def _on_signal(self, number: int) -> None:
        self._count += 1
        if self._count == 1:
            sys.stdout.write(
                "stopping: jobs are let go of at the end of their steps; again to let go of them at once\n"
            )
            sys.stdout.flush()
            self._told.set()
            if self._opening is not None:
                self._opening.cancel()
            return
        self.code = 128 + number
        if self._count > 2:
            os._exit(self.code)
        for task in asyncio.all_tasks(self._loop):
            task.cancel()


def _chosen(settings: Settings, concurrency: int | None) -> Settings:
    if scheme_of(settings.database_url) == "memory":
        raise SettingError(
            "FOREBAY_DATABASE_URL is memory:, which no other process sees; a worker needs the database of the server",
            field="FOREBAY_DATABASE_URL",
        )
    jobs = settings.worker_concurrency if concurrency is None else concurrency
    if jobs < 1:
        raise SettingError(
            f"this worker would work on {jobs} jobs at a time; expected at least 1 (--concurrency, or "
            "FOREBAY_WORKER_CONCURRENCY)",
            field="FOREBAY_WORKER_CONCURRENCY",
        )
    return msgspec.structs.replace(settings, worker_concurrency=jobs)


def _announcement(settings: Settings, name: str, url: str) -> str:
    return (
        f"Forebay {__version__} worker {name} works on {settings.worker_concurrency} jobs at a time\n"
        f"  database: {mask(settings.database_url)}\n"
        f"  blobs:    {mask(settings.blob_url)}\n"
        f"  answers:  {url} (/healthz, /readyz, /metrics)\n"
    )
