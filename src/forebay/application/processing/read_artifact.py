"""ReadArtifact: the bytes of a file that a step made."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from uuid import UUID

from forebay.application.ports.blobs import BlobStore
from forebay.application.ports.processing import ProcessingUnitOfWorkFactory
from forebay.domain.intake.blob import ObjectKey
from forebay.domain.processing.artifact import Artifact


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadableArtifact:
    """An artifact whose bytes can be opened, whole or from `start` up to, not including, `stop`."""

    artifact: Artifact
    key: ObjectKey
    blobs: BlobStore

    def open(self, *, start: int = 0, stop: int | None = None) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        return self.blobs.open(self.key, start=start, stop=stop)


class ReadArtifact:
    """ArtifactNotFoundError when there is none."""

    def __init__(self, *, unit_of_work: ProcessingUnitOfWorkFactory, blobs: BlobStore) -> None:
        self._unit_of_work = unit_of_work
        self._blobs = blobs

    async def __call__(self, artifact_id: UUID) -> ReadableArtifact:
        async with self._unit_of_work(write=False) as work:
            artifact = await work.artifacts.get(artifact_id)
            blob = await work.blobs.get(artifact.sha256)
        return ReadableArtifact(artifact=artifact, key=blob.object_key, blobs=self._blobs)
