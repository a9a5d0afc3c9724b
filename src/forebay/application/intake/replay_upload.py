"""ReplayUpload: the answer to an Idempotency-Key that was used before."""

from uuid import UUID

from forebay.application.intake.results import RunWithFiles
from forebay.application.ports.intake import IntakeUnitOfWorkFactory
from forebay.domain.errors import ConflictError
from forebay.domain.intake.errors import IdempotencyKeyReusedError, IdempotencyReplayError, RunNotFoundError
from forebay.domain.intake.file import FileRole


class ReplayUpload:
    """The same content gives the first run, other content IdempotencyKeyReusedError; ConflictError if it is gone."""

    def __init__(self, *, unit_of_work: IntakeUnitOfWorkFactory) -> None:
        self._unit_of_work = unit_of_work

    async def find(self, key_hash: str) -> IdempotencyReplayError | None:
        async with self._unit_of_work(write=False) as work:
            record = await work.idempotency.find(key_hash)
        return IdempotencyReplayError(record.run_id, record.fingerprint) if record else None

    async def __call__(self, first: IdempotencyReplayError, fingerprint: str) -> RunWithFiles:
        if first.fingerprint != fingerprint:
            raise IdempotencyKeyReusedError(
                f"this key was used for run {first.run_id} with other content; use a new key for a new upload",
                field="Idempotency-Key",
            )
        async with self._unit_of_work(write=False) as work:
            try:
                run = await work.runs.get(first.run_id)
            except RunNotFoundError:
                raise ConflictError(
                    f"run {first.run_id} was deleted while this upload repeated it; send it again",
                    field="Idempotency-Key",
                ) from None
            files = await work.files.list([run.id], role=FileRole.UPLOAD, after=None, limit=100)
        return RunWithFiles(run=run, files=tuple(files))

    async def drop(self, run_id: UUID) -> None:
        """The second attempt's pending run, which turned out to be a repetition."""
        async with self._unit_of_work() as work:
            await work.runs.delete(run_id)
            await work.commit()
