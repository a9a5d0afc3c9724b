"""The server's own sweep, on a timer, and its place in /health."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import structlog

from forebay.adapters.metered.background import BackgroundMetrics
from forebay.application.intake.sweep import SweepCommand, SweepFinding
from forebay.application.ports.blobs import Probe
from forebay.application.use_cases import UseCases
from forebay.domain.errors import ForebayError, UnavailableError


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """How long what is not needed any more is kept; zero: for ever. `events`: also jobs that work on no run."""

    events: timedelta = timedelta()
    lineage: timedelta = timedelta()


class Sweeper:
    """Sweeps at once and then at every interval, what is old, too. What failed is logged, and made up for next time."""

    name = "sweeper"

    def __init__(self, *, interval_seconds: float, grace_seconds: float, keep: Keeping) -> None:
        self._interval = interval_seconds
        self._grace = timedelta(seconds=grace_seconds)
        self._keep = keep
        self._last = "not run yet"
        self._log = structlog.get_logger("forebay.sweep")

    async def check(self) -> str:
        if self._interval == 0:
            return "off (FOREBAY_SWEEP_INTERVAL_SECONDS=0)"
        if self._last.startswith("failed"):
            raise UnavailableError(self._last)
        return f"last sweep: {self._last}"

    @asynccontextmanager
    async def running(self, use_cases: UseCases, metrics: BackgroundMetrics | None = None) -> AsyncIterator[None]:
        if self._interval == 0:
            yield
            return
        task = asyncio.create_task(self._run(use_cases, metrics))
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])

    async def _run(self, use_cases: UseCases, metrics: BackgroundMetrics | None) -> None:
        while True:
            try:
                report = await use_cases.intake.sweep(SweepCommand(grace=self._grace, on_finding=self._tell))
                pruned = await self._prune(use_cases)
            except ForebayError as error:
                self._last = f"failed: {error.message}"
                self._log.warning("sweep failed", code=error.code, detail=error.message)
            except Exception as error:  # noqa: BLE001 - a defect must not end the sweeps in silence
                self._last = f"failed: {type(error).__name__}"
                self._log.exception("sweep failed with an error that was not foreseen")
            else:
                found = report.stale_runs + report.orphan_objects + report.incomplete_objects
                self._last = f"{found} found, {report.freed_bytes} bytes freed, {pruned} old events"
            if metrics is not None:
                metrics.ended("sweep", ok=not self._last.startswith("failed"))
            await asyncio.sleep(self._interval)

    async def _prune(self, use_cases: UseCases) -> int:
        """How many events of all kinds are gone."""
        events = lineage = 0
        if self._keep.events:
            events = await use_cases.processing.prune_events(keep=self._keep.events)
            await use_cases.processing.prune_jobs(keep=self._keep.events)
        if self._keep.lineage:
            lineage = await use_cases.pipelines.prune_lineage(keep=self._keep.lineage)
        return events + lineage

    def _tell(self, finding: SweepFinding) -> None:
        self._log.info("swept", kind=finding.kind, name=finding.name, reason=finding.reason, bytes=finding.size_bytes)


_fits: Probe = Sweeper(interval_seconds=0, grace_seconds=0, keep=Keeping())
