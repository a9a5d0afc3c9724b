"""Members: what is inside an archive that came in, catalogued and never unpacked."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from forebay.domain.intake.blob import Sha256

NESTED = "!/"  # between the path of an archive within an archive and the path inside it


class MemberKind(StrEnum):
    """What the archive says it is. Only files have bytes."""

    FILE = "file"
    DIRECTORY = "directory"
    SYMLINK = "symlink"
    HARDLINK = "hardlink"
    CHARACTER_DEVICE = "character_device"
    BLOCK_DEVICE = "block_device"
    FIFO = "fifo"
    OTHER = "other"


class MemberFlag(StrEnum):
    """What is unusual about a member. None of it is ever followed or acted upon."""

    ABSOLUTE_PATH = "absolute_path"
    PARENT_PATH = "parent_path"  # `..` in its path or, for a link, in its target
    DUPLICATE_PATH = "duplicate_path"  # an earlier member has the same normalised path
    UNDECODABLE_PATH = "undecodable_path"  # not UTF-8: stored_path shows such bytes as \xNN
    ENCRYPTED = "encrypted"  # its bytes cannot be read, so it has no digest
    SPARSE = "sparse"
    UNSUPPORTED = "unsupported"  # compressed in a way that cannot be read, so it has no digest


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberEntry:
    """What an archive reader finds. `location`: ordinals from 0, one for each archive down to the member.

    `stored_path`: as the archive has it. `path`: `/` between segments, neither empty, `.` nor `..`, never absolute;
    below an archive within the archive it begins with that one's path and `!/`. `sha256` is None without bytes.
    """

    location: tuple[int, ...]
    path: str
    stored_path: str
    kind: MemberKind
    size_bytes: int
    sha256: Sha256 | None
    media_type: str
    mtime: datetime | None
    mode: int | None
    link_target: str | None
    flags: frozenset[MemberFlag]


@dataclass(frozen=True, slots=True, kw_only=True)
class Member(MemberEntry):
    """A catalogued member of `file_id`, which is the upload of `run_id`. It belongs to one catalogue of the run."""

    id: UUID
    run_id: UUID
    file_id: UUID
    catalogue_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """The members of a run as one job found them. A run shows the members of its newest catalogue only."""

    id: UUID
    run_id: UUID
    job_id: UUID | None
    member_count: int
    unpacked_bytes: int
    created_at: datetime
