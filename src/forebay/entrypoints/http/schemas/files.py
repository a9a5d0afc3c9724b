"""Files: what was sent, and what is inside of it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from forebay.application.intake.browse_members import FolderPage
from forebay.domain.intake.file import FileRole, StoredFile
from forebay.domain.intake.member import Member, MemberFlag, MemberKind
from forebay.domain.paging import Page
from forebay.entrypoints.http.schemas.fields import Cursor, Digest


class FileBody(msgspec.Struct, kw_only=True, frozen=True):
    """A file of a run: one that was sent, or a member of one. Its bytes are at /v1/files/{id}/content."""

    id: UUID
    path: Annotated[str, Meta(description="Inside an archive within the archive: its path, `!/`, and the path there.")]
    role: FileRole
    kind: Annotated[MemberKind, Meta(description="What the archive says it is; only a `file` has bytes.")]
    media_type: str
    size_bytes: int
    sha256: Annotated[Digest | None, Meta(description="null where there are no bytes, or none that can be read.")]
    file_id: Annotated[UUID | None, Meta(description="The upload that a member lies in; null for an upload.")]
    stored_path: Annotated[str, Meta(description="The path as the archive has it, which may be anything.")]
    mtime: datetime | None
    mode: Annotated[int | None, Meta(description="Permission bits as a number.")]
    link_target: str | None
    flags: Annotated[list[MemberFlag], Meta(description="What is unusual about a member.")]

    @classmethod
    def of(cls, file: StoredFile | Member) -> "FileBody":
        return cls.of_member(file) if isinstance(file, Member) else cls.of_upload(file)

    @classmethod
    def of_upload(cls, file: StoredFile) -> "FileBody":
        return cls(
            id=file.id,
            path=file.path,
            role=file.role,
            kind=MemberKind.FILE,
            media_type=file.media_type,
            size_bytes=file.size_bytes,
            sha256=file.sha256.hex,
            file_id=None,
            stored_path=file.path,
            mtime=None,
            mode=None,
            link_target=None,
            flags=[],
        )

    @classmethod
    def of_member(cls, member: Member) -> "FileBody":
        return cls(
            id=member.id,
            path=member.path,
            role=FileRole.MEMBER,
            kind=member.kind,
            media_type=member.media_type,
            size_bytes=member.size_bytes,
            sha256=member.sha256.hex if member.sha256 is not None else None,
            file_id=member.file_id,
            stored_path=member.stored_path,
            mtime=member.mtime,
            mode=member.mode,
            link_target=member.link_target,
            flags=sorted(member.flags),
        )


class FilePage(msgspec.Struct, kw_only=True, frozen=True):
    """A page of files; with `delimiter`, of what lies directly in one folder."""

    items: list[FileBody]
    folders: Annotated[list[str], Meta(description="With `delimiter` only: paths that end in it.")] | UnsetType = UNSET
    next_cursor: Cursor

    @classmethod
    def of(cls, page: Page[StoredFile | Member]) -> "FilePage":
        return cls(items=[FileBody.of(item) for item in page.items], next_cursor=page.next_cursor)

    @classmethod
    def of_folder(cls, page: FolderPage) -> "FilePage":
        items = [FileBody.of_member(member) for member in page.members]
        return cls(items=items, folders=list(page.folders), next_cursor=page.next_cursor)
