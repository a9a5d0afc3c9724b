"""A BlobWriter on a file."""

from functools import partial

from forebay.adapters.filesystem.errors import storage_errors
from forebay.adapters.filesystem.layout import Layout
from forebay.adapters.filesystem.part_file import PartFile
from forebay.adapters.filesystem.publishing import Publisher
from forebay.adapters.filesystem.threads import DiskThreads
from forebay.application.ports.blobs import BlobWriter, Buffer
from forebay.domain.errors import InternalStateError, StorageUnavailableError
from forebay.domain.intake.blob import ObjectKey


class FilesystemWriter:
    """Writes a temporary file and gives it its name on commit."""

    def __init__(self, key: ObjectKey, *, layout: Layout, publisher: Publisher, threads: DiskThreads) -> None:
        self._key = key
        self._layout = layout
        self._publisher = publisher
        self._threads = threads
        self._part: PartFile | None = None
        self._whole = True  # False from the moment a write fails or is cut off: what follows would not join on

    async def begin(self, *, direct: bool) -> None:
        with storage_errors():
            await self._threads.run(partial(self._begin, direct=direct))

    async def write(self, data: Buffer) -> None:
        part = self._open_part()
        self._whole = False
        with storage_errors():
            await self._threads.run(partial(part.write, data))
        self._whole = True

    async def commit(self) -> None:
        with storage_errors():
            await self._threads.run(partial(self._commit, self._open_part()))

    async def abort(self) -> None:
        if self._part is not None:
            try:
                await self._threads.run(self._abort)
            except StorageUnavailableError:  # the store was closed, and its threads with it
                self._abort()

    def _open_part(self) -> PartFile:
        if self._part is None or not self._whole:
            raise InternalStateError(f"the writer of {self._key} was used after its end or after a write that failed")
        return self._part

    def _begin(self, *, direct: bool) -> None:
        self._part = PartFile(self._layout.new_part_path(self._key), direct=direct)

    def _commit(self, part: PartFile) -> None:
        part.sync()
        part.close()
        if (error := self._publisher.publish([(part.path, self._key)])[0]) is not None:
            raise error
        self._part = None

    def _abort(self) -> None:
        if self._part is not None:
            self._part.discard()
            self._part = None


def _proof(writer: FilesystemWriter) -> BlobWriter:
    return writer
