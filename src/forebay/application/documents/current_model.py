"""CurrentModel: the local classifier uses the newest version that was learned, wherever that was."""

import asyncio
from collections.abc import Sequence

from forebay.application.ports.blobs import BlobStore
from forebay.application.ports.classification import LearningClassifier
from forebay.application.ports.documents import DocumentsUnitOfWorkFactory
from forebay.domain.documents.errors import ClassifierRefusedError


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
        self._refused: str | None = None
        self._lock = asyncio.Lock()

    async def refresh(self) -> str | None:
        """Why the newest model is not used, if it is not: documents are classified without it rather than not at all.

        BlobNotFoundError, StorageUnavailableError.
        """
        if not self._learners:
            return None
        async with self._lock:
            async with self._unit_of_work(write=False) as work:
                newest = await work.learned.newest()
                version = newest.version if newest is not None else 0
                if version == self._version:
                    return self._refused
                blob = await work.blobs.get(newest.sha256) if newest is not None else None
            learned: bytes | None = None
            if blob is not None:
                async with self._blobs.open(blob.object_key) as chunks:
                    learned = b"".join([chunk async for chunk in chunks])
            self._refused = None
            for learner in self._learners:
                await self._use(learner, learned, version)
            self._version = version
            return self._refused

    async def _use(self, learner: LearningClassifier, learned: bytes | None, version: int) -> None:
        try:
            await learner.use(learned, version=version)
        except ClassifierRefusedError as error:
            await learner.use(None, version=0)
            self._refused = f"version {version} is not used: {error.message}; learn again"
