"""Syncs on a timer, in servers and workers, and their place in /health."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import structlog

from forebay.adapters.metered.background import BackgroundMetrics
from forebay.application.cancellation import until_done
from forebay.application.pipelines.schedule_syncs import ScheduleSyncs
from forebay.application.ports.blobs import Probe
from forebay.bootstrap.settings import Settings
from forebay.domain.errors import ForebayError, UnavailableError

_SHORTEST_SECONDS = 1.0
_PAUSE_SECONDS = 5.0


class SyncTimer:
    """Looks at once, and then whenever a sync may be due. What failed is logged, and tried again."""

    name = "sync"

    def __init__(self, settings: Settings) -> None:
        self._every = timedelta(seconds=settings.sync_interval_seconds)
        self._last = "not looked yet"
        self._log = structlog.get_logger("forebay.sync")

    @property
    def is_on(self) -> bool:
        return self._every > timedelta(0)

    async def check(self) -> str:
        if self._last.startswith("failed"):
            raise UnavailableError(self._last)
        return self._last

    @asynccontextmanager
    async def running(self, schedule: ScheduleSyncs, metrics: BackgroundMetrics | None = None) -> AsyncIterator[None]:
        if not self.is_on:
            yield
            return
        task = asyncio.create_task(self._run(schedule, metrics))
        try:
            yield
        finally:
            task.cancel()
            await until_done(task)

    async def _run(self, schedule: ScheduleSyncs, metrics: BackgroundMetrics | None) -> None:
        while True:
            pause = _PAUSE_SECONDS
            try:
                pause = await self._look(schedule)
            except ForebayError as error:
                self._last = f"failed: {error.message}"
                self._log.warning("syncs could not be started", code=error.code, detail=error.message)
            except Exception as error:  # noqa: BLE001 - a defect must not end the timer in silence
                self._last = f"failed: {type(error).__name__}"
                self._log.exception("syncs could not be started, with an error that was not foreseen")
            if metrics is not None:
                metrics.ended("sync", ok=not self._last.startswith("failed"))
            await asyncio.sleep(pause)

    async def _look(self, schedule: ScheduleSyncs) -> float:
        """In how many seconds to look again."""
        found = await schedule(every=self._every)
        for source in found.started:
            self._log.info("sync started", source=source)
        for failure in found.failures:
            self._log.warning(
                "sync could not be started",
                source=failure.source,
                code=failure.error.code,
                detail=failure.error.message,
            )
        names = ", ".join(failure.source for failure in found.failures)
        self._last = f"failed: cannot start {names}; the log says why" if names else "every source has its turn"
        return max(_SHORTEST_SECONDS, found.next_in.total_seconds())


def _fits(timer: SyncTimer) -> Probe:
    return timer
