"""A worker inside this process, and its place in /health."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import structlog

from forebay.adapters.metered.background import BackgroundMetrics
from forebay.application.cancellation import until_done
from forebay.application.ports.blobs import Probe
from forebay.application.system.installation import OwnWorker
from forebay.application.use_cases import ProcessingUseCases
from forebay.bootstrap.schemes import scheme_of
from forebay.bootstrap.settings import Settings
from forebay.domain.errors import ForebayError, UnavailableError

_PAUSE_SECONDS = 1.0


class WorkerHost:
    """Keeps a worker running, and announces again what got lost. A worker that fell over is started again."""

    name = "worker"

    def __init__(self, settings: Settings, *, worker_name: str) -> None:
        self._settings = settings
        self._worker_name = worker_name
        self._stopping = asyncio.Event()
        self._failure = ""
        self._log = structlog.get_logger("forebay.worker")

    @property
    def described(self) -> OwnWorker:
        return OwnWorker(name=self._worker_name, concurrency=self._settings.worker_concurrency)

    async def check(self) -> str:
        if self._failure:
            raise UnavailableError(f"the worker fell over and is started again: {self._failure}")
        return f"{self._worker_name}, {self._settings.worker_concurrency} jobs at a time"

    def stop(self) -> None:
        """Nothing new is begun from now on."""
        self._stopping.set()

    @asynccontextmanager
    async def running(
        self, processing: ProcessingUseCases, metrics: BackgroundMetrics | None = None
    ) -> AsyncIterator[None]:
        """Leaving lets go of all jobs: at the end of their steps, or when the grace time is over."""
        worker = asyncio.create_task(self._work(processing))
        recovery = asyncio.create_task(recover(processing, self._settings, metrics))
        try:
            yield
        finally:
            self.stop()
            recovery.cancel()
            await until_done(asyncio.gather(recovery, worker, return_exceptions=True))

    async def _work(self, processing: ProcessingUseCases) -> None:
        while not self._stopping.is_set():
            try:
                await processing.worker(
                    name=self._worker_name,
                    concurrency=self._settings.worker_concurrency,
                    stopping=self._stopping,
                    grace_seconds=self._settings.shutdown_grace_seconds,
                )
            except Exception as error:  # noqa: BLE001 - a defect must not leave jobs lying until somebody notices
                self._failure = f"{type(error).__name__}: {error}"
                self._log.exception("the worker fell over")
                await asyncio.sleep(_PAUSE_SECONDS)
                self._failure = ""


@asynccontextmanager
async def recovering(
    processing: ProcessingUseCases, settings: Settings, metrics: BackgroundMetrics | None = None
) -> AsyncIterator[None]:
    """For a server without a worker: it still announces again what got lost."""
    recovery = asyncio.create_task(recover(processing, settings, metrics))
    try:
        yield
    finally:
        recovery.cancel()
        await until_done(recovery)


def is_local(settings: Settings) -> bool:
    """Whether workers find jobs without a broker."""
    return scheme_of(settings.queue_url) in {"local", "memory"}


def worker_name() -> str:
    """Tells workers apart in events and leases: host and process."""
    return f"{socket.gethostname()}:{os.getpid()}"


async def recover(processing: ProcessingUseCases, settings: Settings, metrics: BackgroundMetrics | None = None) -> None:
    """For ever: what could have been claimed for a while and was not is announced again."""
    log = structlog.get_logger("forebay.recovery")
    interval = settings.recovery_interval_seconds
    while True:
        await asyncio.sleep(interval)
        ok = False
        try:
            report = await processing.recover_jobs(grace=timedelta(seconds=interval))
        except ForebayError as error:
            log.warning("recovery failed", code=error.code, detail=error.message)
        except Exception:  # a defect must not leave lost jobs lying until somebody notices
            log.exception("recovery failed with an error that was not foreseen")
        else:
            ok = True
            if report.announced:
                log.info("announced again", jobs=report.announced)
        if metrics is not None:
            metrics.ended("recovery", ok=ok)


def _fits(host: WorkerHost) -> Probe:
    return host
