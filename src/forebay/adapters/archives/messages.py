"""What a process that reads archives is told to do, and the results that it sends."""

import struct

import msgspec

from forebay.adapters.confinement.duty import Duty, errors_in
from forebay.application.ports.archives import ArchiveLimits
from forebay.domain.intake import archive_errors
from forebay.domain.intake.archive_errors import (
    ArchiveBrokenError,
    ArchiveError,
    ArchiveMemoryError,
    ArchiveTimeoutError,
)

ENTRIES, DATA = b"B", b"D"  # a batch of entries behind COUNTS, bytes of a member
MEMBER, ENDED, FAULT = b"M", b"N", b"F"  # of many members: the next one begins, was sent, or has this wrong with it
COUNTS = struct.Struct(">QQ")  # bytes read of the source, bytes unpacked

DUTY = Duty(
    module="forebay.adapters.archives.child",
    noun="archive",
    plural="archives",
    errors=errors_in(archive_errors, ArchiveError),
    broken=ArchiveBrokenError,
    memory=ArchiveMemoryError,
    timeout=ArchiveTimeoutError,
    timeout_setting="FOREBAY_ARCHIVE_TIMEOUT_SECONDS",
)


class MemberJob(msgspec.Struct, frozen=True):
    """Which bytes of which member, and what is known about it."""

    location: tuple[int, ...]
    size: int
    sha256: str
    start: int
    stop: int | None


class Fault(msgspec.Struct, frozen=True):
    """What is wrong with a member."""

    code: str
    message: str


class Job(msgspec.Struct, frozen=True):
    """Catalogue a source, or send a member of it, or many, which are sorted by their location."""

    name: str
    size: int
    limits: ArchiveLimits
    spool_dir: str | None
    member: MemberJob | None = None
    members: tuple[MemberJob, ...] = ()

    @property
    def results(self) -> bytes:
        """The kinds of frames that answer it."""
        if self.members:
            return MEMBER + DATA + ENDED + FAULT
        return ENTRIES if self.member is None else DATA
