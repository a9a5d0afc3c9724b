"""CreateIngestionRun: a run comes into being, pending, before its bytes arrive."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from forebay.application.ports.clock import Clock
from forebay.application.ports.intake import IntakeUnitOfWorkFactory
from forebay.application.ports.sources import UploadDetails
from forebay.domain.intake.errors import MissingFieldError
from forebay.domain.intake.run import IngestionRun, RunStatus, RunType


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateIngestionRunCommand:
    """`details.type` must be known."""

    run_id: UUID
    details: UploadDetails


class CreateIngestionRun:
    """Records a pending run. ParentRunNotFoundError when the parent does not exist."""

    def __init__(self, *, unit_of_work: IntakeUnitOfWorkFactory, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    async def __call__(self, command: CreateIngestionRunCommand) -> IngestionRun:
        run = new_run(command.run_id, command.details, at=self._clock.now())
        async with self._unit_of_work() as work:
            await work.runs.add(run)
            await work.commit()
        return run


def new_run(run_id: UUID, details: UploadDetails, *, at: datetime) -> IngestionRun:
    return IngestionRun(
        id=run_id,
        type=required_type(details),
        status=RunStatus.PENDING,
        label=details.label,
        notes=details.notes,
        owner=details.owner,
        parent_run_id=details.parent_run_id,
        error=None,
        created_at=at,
        updated_at=at,
        documents=details.documents,
    )


def required_type(details: UploadDetails) -> RunType:
    if details.type is None:
        raise MissingFieldError(f"type is missing; expected one of {', '.join(RunType)}", field="type")
    return details.type
