"""What becomes of a run when the job that advances it moves."""

from dataclasses import replace
from datetime import datetime

from forebay.application.ports.processing import ProcessingUnitOfWork
from forebay.domain.intake.run import IngestionRun, RunError, RunStatus
from forebay.domain.processing.event import EventCode, EventLevel, NewEvent


async def begin_run(work: ProcessingUnitOfWork, run: IngestionRun, *, at: datetime) -> IngestionRun:
    """It is worked on, if it is not already."""
    begun = run.processed_anew(at=at)
    if begun != run:
        await work.runs.update(begun)
        work.events.record(NewEvent(run_id=run.id, at=at, code=EventCode.RUN_PARSING, message="work on it has begun"))
    return begun


async def complete_run(work: ProcessingUnitOfWork, run: IngestionRun, *, at: datetime) -> None:
    if run.status is not RunStatus.COMPLETE:
        await work.runs.update(run.moved(RunStatus.COMPLETE, at=at))
    work.events.record(NewEvent(run_id=run.id, at=at, code=EventCode.RUN_COMPLETE, message="all work on it is done"))


async def fail_run(work: ProcessingUnitOfWork, run: IngestionRun, error: RunError, *, at: datetime) -> None:
    """Also one that is final already: a repetition that failed says so."""
    await work.runs.update(replace(run, status=RunStatus.FAILED, error=error, updated_at=at))
    work.events.record(
        NewEvent(
            run_id=run.id,
            at=at,
            code=EventCode.RUN_FAILED,
            level=EventLevel.ERROR,
            message=error.detail,
            payload={"code": error.code},
        )
    )
