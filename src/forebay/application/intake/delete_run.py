"""DeleteRun: a run goes, and its bytes with it unless another run refers to them."""

from contextlib import suppress
from uuid import UUID

from forebay.application.ports.blobs import BlobStore
from forebay.application.ports.intake import IntakeUnitOfWorkFactory
from forebay.domain.errors import UnavailableError
from forebay.domain.intake.errors import RunInProgressError
from forebay.domain.intake.run import RunStatus


class DeleteRun:
    """Rows first, objects after the commit: what is in the database always points at bytes that exist.

    RunNotFoundError; RunInProgressError while the upload is under way. Objects that the store does not delete
    now are orphans, and the sweep removes them.
    """

    def __init__(self, *, unit_of_work: IntakeUnitOfWorkFactory, blobs: BlobStore) -> None:
        self._unit_of_work = unit_of_work
        self._blobs = blobs

    async def __call__(self, run_id: UUID) -> None:
        async with self._unit_of_work() as work:
            run = await work.runs.get(run_id, for_update=True)
            if run.status is RunStatus.PENDING:
                raise RunInProgressError(f"run {run_id} is still being received; wait until its upload has ended")
            digests = await work.blobs.digests_of_run(run_id)
            await work.runs.delete(run_id)
            released = [await work.blobs.release(digest) for digest in digests]
            await work.commit()
        with suppress(UnavailableError):
            for key in released:
                if key is not None:
                    await self._blobs.delete(key)
