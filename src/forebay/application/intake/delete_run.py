"""DeleteRun: a run goes, and its bytes with it unless another run refers to them."""

from contextlib import suppress
from uuid import UUID

from forebay.application.ports.blobs import BlobStore
from forebay.application.ports.clock import Clock
from forebay.application.ports.intake import IntakeUnitOfWorkFactory
from forebay.domain.errors import UnavailableError
from forebay.domain.intake.errors import RunInProgressError
from forebay.domain.intake.run import RunStatus
from forebay.domain.processing.errors import JobNotFoundError
from forebay.domain.processing.event import EventCode, NewEvent


class DeleteRun:
    """Rows first, objects after the commit: what is in the database always points at bytes that exist.

    Jobs, steps, artifacts, members and documents go as well; a worker that has the job is told, and stops.
    RunNotFoundError; RunInProgressError while the upload is under way. Objects that the store does not delete now are
    orphans, and the sweep removes them.
    """

    def __init__(self, *, unit_of_work: IntakeUnitOfWorkFactory, blobs: BlobStore, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._blobs = blobs
        self._clock = clock

    async def __call__(self, run_id: UUID) -> None:
        async with self._unit_of_work() as work:
            for job in await work.jobs.active_of_run(run_id):  # jobs before runs, the order in which workers lock
                with suppress(JobNotFoundError):
                    await work.jobs.get(job.id, for_update=True)
            run = await work.runs.get(run_id, for_update=True)
            if run.status is RunStatus.PENDING:
                raise RunInProgressError(f"run {run_id} is still being received; wait until its upload has ended")
            digests = {
                *await work.blobs.digests_of_run(run_id),
                *await work.artifacts.digests_of_run(run_id),
                *await work.documents.text_digests_of_run(run_id),
            }
            await work.runs.delete(run_id)
            released = [await work.blobs.release(digest) for digest in sorted(digests, key=str)]
            work.events.record(
                NewEvent(run_id=run_id, at=self._clock.now(), code=EventCode.RUN_DELETED, message="it was deleted")
            )
            await work.commit()
        with suppress(UnavailableError):
            for key in released:
                if key is not None:
                    await self._blobs.delete(key)
