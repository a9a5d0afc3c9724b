"""TouchRun: a run under way shows that it is alive, so that no sweep takes it for abandoned."""

import asyncio
from dataclasses import replace
from uuid import UUID

from forebay.application.intake.limits import UploadLimits
from forebay.application.ports.clock import Clock
from forebay.application.ports.intake import IntakeUnitOfWorkFactory
from forebay.domain.errors import ForebayError
from forebay.domain.intake.run import RunStatus


class TouchRun:
    """Sets updated_at of a pending run to now."""

    def __init__(self, *, unit_of_work: IntakeUnitOfWorkFactory, clock: Clock, limits: UploadLimits) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._limits = limits

    async def __call__(self, run_id: UUID) -> None:
        async with self._unit_of_work() as work:
            run = await work.runs.get(run_id, for_update=True)
            if run.status is RunStatus.PENDING:
                await work.runs.update(replace(run, updated_at=self._clock.now()))
                await work.commit()

    async def keep_alive(self, run_id: UUID) -> None:
        """Touches at every heartbeat until cancelled. A heartbeat that fails is made up for by the next."""
        while True:
            await asyncio.sleep(self._limits.heartbeat.total_seconds())
            try:
                await self(run_id)
            except ForebayError:
                continue
