"""Where bytes are kept."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from forebay.domain.intake.blob import ObjectKey

Buffer = bytes | bytearray | memoryview


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectInfo:
    """An object as the store sees it: its size in bytes and when it was last written (UTC)."""

    key: ObjectKey
    size_bytes: int
    modified_at: datetime


class BlobWriter(Protocol):
    """One object in the making. Nothing is visible under the key before commit() returns; after it the whole is.

    Used by one task. After commit or abort only abort may be called again, and does nothing.
    """

    async def write(self, data: Buffer) -> None:
        """Takes all of `data`, in order. The caller may reuse the memory once this returns.

        Page-aligned blocks of a multiple of 4096 bytes may take a faster path. StorageUnavailableError or
        StorageFullError when it cannot be kept: the writer must then be aborted.
        """
        ...

    async def commit(self) -> None:
        """Makes the object durable (it survives power loss) and visible, whole. Errors as in write()."""
        ...

    async def abort(self) -> None:
        """Lets go of everything written. Idempotent; never raises for a store that is gone: leftovers are swept."""
        ...


class BlobStore(Protocol):
    """Keeps objects under keys. An object never changes once it is visible.

    Every method raises StorageUnavailableError when the store does not answer. Safe for concurrent use.
    """

    async def create(self, key: ObjectKey, *, size_hint: int | None = None) -> BlobWriter:
        """Begins an object. `size_hint`: about how many bytes will come, when known; it is never trusted."""
        ...

    async def put(self, key: ObjectKey, data: Buffer) -> None:
        """create, write and commit in one; meant for small objects, which a store may group. Cancelled: maybe kept."""
        ...

    def open(
        self, key: ObjectKey, *, start: int = 0, stop: int | None = None
    ) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """The bytes from `start` up to, not including, `stop` (the end when None), in chunks of at most 1 MiB.

        BlobNotFoundError on entering when there is none. A range beyond the end gives the bytes there are.
        Leaving the context early lets go of the connection or descriptor.
        """
        ...

    async def stat(self, key: ObjectKey) -> ObjectInfo:
        """BlobNotFoundError when there is none."""
        ...

    async def delete(self, key: ObjectKey) -> None:
        """Idempotent: deleting what is not there is no error."""
        ...

    def list_objects(self) -> AsyncIterator[ObjectInfo]:
        """Every visible object, in no particular order. Keys that are not Forebay's are passed over."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class IncompleteObject:
    """Something that a writer left behind: where (a name for people) and when it last grew."""

    name: str
    key: ObjectKey | None
    modified_at: datetime


class IncompleteUploads(Protocol):
    """Optional ability of a store: finds what writers that died left behind (temporary files, multipart uploads)."""

    def list_incomplete(self) -> AsyncIterator[IncompleteObject]:
        """All that is not committed, those under way included: the caller decides by age."""
        ...

    async def discard_incomplete(self, item: IncompleteObject) -> None:
        """Idempotent."""
        ...


class Probe(Protocol):
    """Says whether a part works. `name` is how /health calls it."""

    @property
    def name(self) -> str: ...

    async def check(self) -> str:
        """A short fact about the part, without secrets (its kind and where); a ForebayError when it does not work."""
        ...
