"""ReadFile: the bytes of a file of a run."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from uuid import UUID

from forebay.application.ports.blobs import BlobStore
from forebay.application.ports.intake import IntakeUnitOfWorkFactory
from forebay.domain.intake.blob import ObjectKey
from forebay.domain.intake.file import StoredFile


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadableFile:
    """A file whose bytes can be opened, whole or from `start` up to, not including, `stop`."""

    file: StoredFile
    key: ObjectKey
    blobs: BlobStore

    def open(self, *, start: int = 0, stop: int | None = None) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        return self.blobs.open(self.key, start=start, stop=stop)


class ReadFile:
    """FileNotFoundInRunError when there is none. Opening raises BlobNotFoundError if it was deleted meanwhile."""

    def __init__(self, *, unit_of_work: IntakeUnitOfWorkFactory, blobs: BlobStore) -> None:
        self._unit_of_work = unit_of_work
        self._blobs = blobs

    async def __call__(self, file_id: UUID) -> ReadableFile:
        async with self._unit_of_work(write=False) as work:
            file = await work.files.get(file_id)
            blob = await work.blobs.get(file.sha256)
        return ReadableFile(file=file, key=blob.object_key, blobs=self._blobs)
