"""ReadFile: the bytes of a file of a run, be it an upload or inside of one."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from forebay.application.ports.archives import ArchiveLimits, ArchiveReader
from forebay.application.ports.blobs import BlobStore
from forebay.application.ports.intake import IntakeUnitOfWork, IntakeUnitOfWorkFactory
from forebay.domain.intake.archive_errors import MemberUnreadableError, MemberWithoutContentError
from forebay.domain.intake.blob import ObjectKey
from forebay.domain.intake.errors import FileNotFoundInRunError
from forebay.domain.intake.file import FileRole, StoredFile
from forebay.domain.intake.member import Member, MemberKind

Opening = Callable[[int, int | None], AbstractAsyncContextManager[AsyncIterator[bytes]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadableFile:
    """A file whose bytes can be opened, whole or from `start` up to, not including, `stop`.

    `member`: what it is inside of an upload, if it is.
    """

    file: StoredFile
    opening: Opening
    member: Member | None = None

    def open(self, *, start: int = 0, stop: int | None = None) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        return self.opening(start, stop)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSource:
    """An upload as a source for archive readers."""

    name: str
    size_bytes: int
    key: ObjectKey
    blobs: BlobStore

    def open(self, *, start: int = 0, stop: int | None = None) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        return self.blobs.open(self.key, start=start, stop=stop)


class ReadFile:
    """FileNotFoundInRunError; MemberWithoutContentError and MemberUnreadableError for such members.

    Opening raises BlobNotFoundError if it was deleted meanwhile, and ArchiveError's for a member.
    """

    def __init__(
        self,
        *,
        unit_of_work: IntakeUnitOfWorkFactory,
        blobs: BlobStore,
        archives: ArchiveReader,
        archive_limits: ArchiveLimits,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._blobs = blobs
        self._archives = archives
        self._limits = archive_limits

    async def __call__(self, file_id: UUID) -> ReadableFile:
        async with self._unit_of_work(write=False) as work:
            try:
                file = await work.files.get(file_id)
            except FileNotFoundInRunError:
                return await self._member(work, await work.members.get(file_id))
            blob = await work.blobs.get(file.sha256)
        return ReadableFile(file=file, opening=partial(_open_stored, self._blobs, blob.object_key))

    @asynccontextmanager
    async def open_members(
        self, members: Sequence[Member]
    ) -> AsyncIterator[AsyncIterator[tuple[Member, AsyncIterator[bytes]]]]:
        """Members of one upload in one pass over it, as ArchiveReader.open_members gives them."""
        async with self._unit_of_work(write=False) as work:
            _, source = await self._upload(work, members[0].file_id)
        async with self._archives.open_members(source, members, self._limits) as opened:
            yield opened

    async def _member(self, work: IntakeUnitOfWork, member: Member) -> ReadableFile:
        if member.kind is not MemberKind.FILE:
            raise MemberWithoutContentError(f"{member.path} is a {member.kind} and has no bytes")
        if member.sha256 is None:
            reasons = ", ".join(sorted(member.flags)) or "unknown reason"
            raise MemberUnreadableError(f"the bytes of {member.path} cannot be read: {reasons}")
        upload, source = await self._upload(work, member.file_id)
        file = StoredFile(
            id=member.id,
            run_id=member.run_id,
            path=member.path,
            role=FileRole.MEMBER,
            media_type=member.media_type,
            size_bytes=member.size_bytes,
            sha256=member.sha256,
            created_at=upload.created_at,
        )
        return ReadableFile(file=file, opening=partial(self._open_member, source, member), member=member)

    async def _upload(self, work: IntakeUnitOfWork, file_id: UUID) -> tuple[StoredFile, StoredSource]:
        upload = await work.files.get(file_id)
        blob = await work.blobs.get(upload.sha256)
        return upload, StoredSource(
            name=upload.path, size_bytes=upload.size_bytes, key=blob.object_key, blobs=self._blobs
        )

    def _open_member(
        self, source: StoredSource, member: Member, start: int, stop: int | None
    ) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        return self._archives.open_member(source, member, self._limits, start=start, stop=stop)


def _open_stored(
    blobs: BlobStore, key: ObjectKey, start: int, stop: int | None
) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
    return blobs.open(key, start=start, stop=stop)
