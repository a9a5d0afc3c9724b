"""ReplaceDamaged: of two objects with the same bytes one is kept, the sound one."""

from datetime import timedelta

from forebay.application.ports.blobs import BlobStore
from forebay.application.ports.clock import Clock
from forebay.application.ports.fixity import DueBlobs, FixityUnitOfWorkFactory
from forebay.domain.errors import UnavailableError
from forebay.domain.intake.blob import Blob, ObjectKey
from forebay.domain.intake.errors import BlobNotFoundError

NEIGHBOURS = 5


class ReplaceDamaged:
    """For bytes that came once more, so that who sends them is not told of an object that is not there any more.

    The object that was there stays unless it is gone or has another size; nobody reads it to find out more. When it is
    gone, so may be the whole store: a disk that is not mounted, a wrong bucket. So most of a few other objects must
    be there before the new one takes its place.
    """

    def __init__(self, *, unit_of_work: FixityUnitOfWorkFactory, blobs: BlobStore, clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._blobs = blobs
        self._clock = clock

    async def __call__(self, blob: Blob, *, fresh: ObjectKey) -> ObjectKey:
        """The object that is to be deleted, of the blob's and `fresh`, which has its bytes."""
        if not await self._is_damaged(blob):
            return fresh
        async with self._unit_of_work() as work:
            now = self._clock.now()
            moved = await work.fixity.relocate(blob.sha256, old=blob.object_key, new=fresh, at=now)
            await work.commit()
        return blob.object_key if moved else fresh

    async def _is_damaged(self, blob: Blob) -> bool:
        """A store that gives no answer says nothing against the object."""
        try:
            size = await self._size(blob)
            if size is None:
                return await self._is_the_right_store(blob)
        except UnavailableError:
            return False
        return size != blob.size_bytes

    async def _is_the_right_store(self, missing: Blob) -> bool:
        everything = DueBlobs(unproven_since=self._clock.now() + timedelta(days=1), count=0, size_bytes=0)
        async with self._unit_of_work(write=False) as work:
            found = list(await work.fixity.list_due(everything, after=missing.sha256, limit=NEIGHBOURS))
            if len(found) < NEIGHBOURS:
                found += await work.fixity.list_due(everything, after=None, limit=NEIGHBOURS)
        others = {blob.sha256: blob for blob in found if blob.sha256 != missing.sha256}
        present = [await self._size(blob) is not None for blob in others.values()]
        return present.count(True) >= present.count(False)

    async def _size(self, blob: Blob) -> int | None:
        try:
            return (await self._blobs.stat(blob.object_key)).size_bytes
        except BlobNotFoundError:
            return None
