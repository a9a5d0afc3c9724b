"""CurrentModel: the local classifier uses the newest version that was learned, wherever that was."""

import asyncio
from collections.abc import Sequence

from forebay.application.ports.blobs import BlobStore
from forebay.application.ports.classification import LearningClassifier
from forebay.application.ports.documents import DocumentsUnitOfWorkFactory


class CurrentModel:
    """Looks for a newer version before documents are classified: another process may have learned meanwhile."""

    def __init__(
        self,
        *,
        unit_of_work: DocumentsUnitOfWorkFactory,
        blobs: BlobStore,
        learners: Sequence[LearningClassifier],
    ) -> None:
        self._unit_of_work = unit_of_work
        self._blobs = blobs
        self._learners = tuple(learners)
        self._version: int | None = None
        self._lock = asyncio.Lock()

    async def refresh(self) -> None:
        """BlobNotFoundError, StorageUnavailableError, ClassifierRefusedError for a model that cannot be used."""
        if not self._learners:
            return
        async with self._lock:
            async with self._unit_of_work(write=False) as work:
                newest = await work.learned.newest()
                version = newest.version if newest is not None else 0
                if version == self._version:
                    return
                blob = await work.blobs.get(newest.sha256) if newest is not None else None
            learned: bytes | None = None
            if blob is not None:
                async with self._blobs.open(blob.object_key) as chunks:
                    learned = b"".join([chunk async for chunk in chunks])
            for learner in self._learners:
                await learner.use(learned, version=version)
            self._version = version
