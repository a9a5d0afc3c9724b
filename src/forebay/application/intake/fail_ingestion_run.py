"""FailIngestionRun: a run that was begun and cannot go on says why."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from forebay.application.intake.create_ingestion_run import new_run
from forebay.application.ports.clock import Clock
from forebay.application.ports.intake import IntakeUnitOfWorkFactory
from forebay.application.ports.sources import UploadDetails
from forebay.domain.errors import ForebayError
from forebay.domain.intake.errors import RunNotFoundError
from forebay.domain.intake.run import RunError, RunStatus
from forebay.domain.processing.event import EventCode, EventLevel, NewEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class FailIngestionRunCommand:
    """`details`: if the run has no row yet, it is recorded with these, failed from the start; None: it is let be.

    `untouched_since`: only if the run showed no life since then.
    """

    run_id: UUID
    error: ForebayError
    details: UploadDetails | None = None
    untouched_since: datetime | None = None


class FailIngestionRun:
    """Marks a pending run failed; leaves alone a run that has moved on or is gone, so it may be repeated."""

    def __init__(self, *, unit_of_work: IntakeUnitOfWorkFactory, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    async def __call__(self, command: FailIngestionRunCommand) -> None:
        reason = RunError.of(command.error)
        async with self._unit_of_work() as work:
            try:
                run = await work.runs.get(command.run_id, for_update=True)
            except RunNotFoundError:
                if command.details is None:
                    return
                run = new_run(command.run_id, command.details, at=self._clock.now())
                await work.runs.add(run.failed(reason, at=run.created_at))
            else:
                since = command.untouched_since
                if run.status is not RunStatus.PENDING or (since is not None and run.updated_at >= since):
                    return
                await work.runs.update(run.failed(reason, at=self._clock.now()))
            work.events.record(
                NewEvent(
                    run_id=run.id,
                    at=self._clock.now(),
                    code=EventCode.RUN_FAILED,
                    level=EventLevel.ERROR,
                    message=reason.detail,
                    payload={"code": reason.code},
                )
            )
            await work.commit()
