"""What the methods answer with: the same facts, under the same names, as the HTTP API."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from forebay.application.intake.browse_members import FolderPage
from forebay.application.intake.receive_upload import UploadReceipt
from forebay.application.intake.results import RunWithFiles
from forebay.domain.intake.file import FileRole, StoredFile
from forebay.domain.intake.member import Member, MemberFlag, MemberKind
from forebay.domain.intake.run import RunError, RunStatus, RunType


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file of a run: one that was sent, or a member of one (`file_id` is the upload that it lies in).

    `sha256`: of its bytes, 64 lower-case hexadecimal digits; None for what has no bytes or none that can be read.
    `stored_path`: as the archive has it. `flags`: what is unusual about a member.
    """

    id: UUID
    run_id: UUID
    path: str
    role: FileRole
    kind: MemberKind
    media_type: str
    size_bytes: int
    sha256: str | None
    file_id: UUID | None
    stored_path: str
    mtime: datetime | None
    mode: int | None
    link_target: str | None
    flags: frozenset[MemberFlag]

    @classmethod
    def of(cls, file: StoredFile | Member) -> "File":
        if isinstance(file, Member):
            return cls(
                id=file.id,
                run_id=file.run_id,
                path=file.path,
                role=FileRole.MEMBER,
                kind=file.kind,
                media_type=file.media_type,
                size_bytes=file.size_bytes,
                sha256=file.sha256.hex if file.sha256 is not None else None,
                file_id=file.file_id,
                stored_path=file.stored_path,
                mtime=file.mtime,
                mode=file.mode,
                link_target=file.link_target,
                flags=file.flags,
            )
        return cls(
            id=file.id,
            run_id=file.run_id,
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
            flags=frozenset(),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A page of what lies directly in a folder, by path: `folders` (they end in `/`), and `files` of any other kind."""

    folders: tuple[str, ...]
    files: tuple[File, ...]
    next_cursor: str | None

    @classmethod
    def of(cls, page: FolderPage) -> "Folder":
        files = tuple(File.of(member) for member in page.members)
        return cls(folders=page.folders, files=files, next_cursor=page.next_cursor)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """An ingestion run with the files it was sent with. `error`: why it failed, if it did. Times are in UTC.

    `documents`: of an archive, whether what is inside becomes documents.
    """

    id: UUID
    type: RunType
    status: RunStatus
    label: str | None
    notes: str | None
    owner: str | None
    parent_run_id: UUID | None
    documents: bool
    error: RunError | None
    created_at: datetime
    updated_at: datetime
    files: tuple[File, ...]

    @classmethod
    def of(cls, result: RunWithFiles) -> "Run":
        run = result.run
        return cls(
            id=run.id,
            type=run.type,
            status=run.status,
            label=run.label,
            notes=run.notes,
            owner=run.owner,
            parent_run_id=run.parent_run_id,
            documents=run.documents,
            error=run.error,
            created_at=run.created_at,
            updated_at=run.updated_at,
            files=tuple(File.of(file) for file in result.files),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """An upload's answer. `replayed`: the idempotency key was known, and this is the first run."""

    run: Run
    replayed: bool

    @classmethod
    def of(cls, receipt: UploadReceipt) -> "Receipt":
        return cls(run=Run.of(receipt.stored), replayed=receipt.replayed)
