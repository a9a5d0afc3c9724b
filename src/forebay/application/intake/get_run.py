"""GetRun: one run with the files it was sent with."""

from uuid import UUID

from forebay.application.intake.results import RunWithFiles
from forebay.application.ports.intake import IntakeUnitOfWorkFactory
from forebay.domain.intake.file import FileRole


class GetRun:
    """RunNotFoundError when there is none."""

    def __init__(self, *, unit_of_work: IntakeUnitOfWorkFactory) -> None:
        self._unit_of_work = unit_of_work

    async def __call__(self, run_id: UUID) -> RunWithFiles:
        async with self._unit_of_work(write=False) as work:
            run = await work.runs.get(run_id)
            files = await work.files.list([run_id], role=FileRole.UPLOAD, after=None, limit=100)
        return RunWithFiles(run=run, files=tuple(files))
