"""The server's own sweep, on a timer, and its place in /health."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import structlog

from forebay.application.intake.sweep import Sweep, SweepCommand, SweepFinding
from forebay.application.ports.blobs import Probe
from forebay.application.processing.prune_events import PruneEvents
from forebay.domain.errors import ForebayError, UnavailableError


class Sweeper:
    """Sweeps at once and then at every interval, old events too. What failed is logged, and made up for next time."""

    name = "sweeper"

    def __init__(self, *, interval_seconds: float, grace_seconds: float, keep_events: timedelta) -> None:
        """`keep_events`: zero keeps them for ever."""
        self._interval = interval_seconds
        self._grace = timedelta(seconds=grace_seconds)
        self._keep_events = keep_events
        self._last = "not run yet"
        self._log = structlog.get_logger("forebay.sweep")

    async def check(self) -> str:
        if self._interval == 0:
            return "off (FOREBAY_SWEEP_INTERVAL_SECONDS=0)"
        if self._last.startswith("failed"):
            raise UnavailableError(self._last)
        return f"last sweep: {self._last}"

    @asynccontextmanager
    async def running(self, sweep: Sweep, prune_events: PruneEvents) -> AsyncIterator[None]:
        if self._interval == 0:
            yield
            return
        task = asyncio.create_task(self._run(sweep, prune_events))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])

    async def _run(self, sweep: Sweep, prune_events: PruneEvents) -> None:
        while True:
            try:
                report = await sweep(SweepCommand(grace=self._grace, on_finding=self._tell))
                pruned = await prune_events(keep=self._keep_events) if self._keep_events else 0
            except ForebayError as error:
                self._last = f"failed: {error.message}"
                self._log.warning("sweep failed", code=error.code, detail=error.message)
            else:
                found = report.stale_runs + report.orphan_objects + report.incomplete_objects
                self._last = f"{found} found, {report.freed_bytes} bytes freed, {pruned} old events"
            await asyncio.sleep(self._interval)

    def _tell(self, finding: SweepFinding) -> None:
        self._log.info("swept", kind=finding.kind, name=finding.name, reason=finding.reason, bytes=finding.size_bytes)


_fits: Probe = Sweeper(interval_seconds=0, grace_seconds=0, keep_events=timedelta())
