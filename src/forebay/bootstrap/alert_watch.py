"""The watch over alerts, in servers and workers, and its place in /health."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from forebay.application.cancellation import until_done
from forebay.application.pipelines.watch_alerts import WatchAlerts
from forebay.application.ports.blobs import Probe
from forebay.bootstrap.settings import Settings
from forebay.domain.errors import UnavailableError

_PAUSE_SECONDS = 1.0


class AlertWatch:
    """Keeps the watch as long as the process runs. One that fell over is started again."""

    name = "alerts"

    def __init__(self, settings: Settings) -> None:
        self._interval = settings.alert_interval_seconds
        self._grace_seconds = settings.shutdown_grace_seconds
        self._stopping = asyncio.Event()
        self._failure = ""
        self._watch: WatchAlerts | None = None
        self._log = structlog.get_logger("forebay.alerts")

    async def check(self) -> str:
        if self._interval == 0:
            return "off (FOREBAY_ALERT_INTERVAL_SECONDS=0)"
        if self._failure:
            raise UnavailableError(f"the watch over alerts fell over and is started again: {self._failure}")
        if self._watch is not None and (trouble := self._watch.trouble):
            raise UnavailableError(trouble)
        return f"looked at on every change, and every {self._interval:g} s"

    @asynccontextmanager
    async def running(self, watch: WatchAlerts) -> AsyncIterator[None]:
        """Leaving waits for messages that are being sent, for the grace time at most."""
        if self._interval == 0:
            yield
            return
        self._watch = watch
        task = asyncio.create_task(self._run(watch))
        try:
            yield
        finally:
            self._stopping.set()
            await until_done(task)

    async def _run(self, watch: WatchAlerts) -> None:
        while not self._stopping.is_set():
            try:
                await watch(interval=self._interval, stopping=self._stopping, grace_seconds=self._grace_seconds)
            except Exception as error:  # noqa: BLE001 - a defect must not leave alerts lying until somebody notices
                self._failure = type(error).__name__
                self._log.exception("the watch over alerts fell over")
                await asyncio.sleep(_PAUSE_SECONDS)
                self._failure = ""


def _fits(watch: AlertWatch) -> Probe:
    return watch
