"""What one archive may still ask for. Everything is counted across the archives inside it."""

from collections.abc import Callable

from forebay.application.ports.archives import ArchiveLimits
from forebay.domain.intake.archive_errors import (
    ArchiveDepthError,
    ArchiveMemberCountError,
    ArchivePathTooLongError,
    ArchiveRatioError,
    ArchiveTooLargeError,
)


class Budget:
    """Counts members, bytes of members, and bytes that decompression gave against the bytes read of the source.

    Holes of sparse files are bytes of members but not of decompression: they were never packed.
    """

    def __init__(self, limits: ArchiveLimits, read_bytes: Callable[[], int]) -> None:
        self.limits = limits
        self.members = 0
        self.unpacked = 0
        self.inflated = 0
        self.read_bytes = read_bytes

    def add_member(self) -> None:
        self.members += 1
        if self.members > self.limits.max_members:
            raise ArchiveMemberCountError(
                f"the archive has more than {self.limits.max_members:,} members; split it, or raise "
                "FOREBAY_ARCHIVE_MAX_MEMBERS"
            )

    def check_path(self, size: int, what: str) -> None:
        """`size`: of the path in bytes of UTF-8. `what`: whose path it is, for people."""
        if size > self.limits.max_path_bytes:
            raise ArchivePathTooLongError(
                f"the path of {what} has {size:,} bytes; at most {self.limits.max_path_bytes:,} are allowed "
                "(FOREBAY_ARCHIVE_MAX_PATH_BYTES)"
            )

    def check_depth(self, depth: int, what: str) -> None:
        if depth > self.limits.max_depth:
            raise ArchiveDepthError(
                f"{what} is an archive {depth} deep; at most {self.limits.max_depth} may lie inside each other "
                "(FOREBAY_ARCHIVE_MAX_DEPTH; at 1 archives within archives stay closed)"
            )

    def expect(self, size: int, what: str) -> None:
        """Refuses a member by the size that the archive gives for it, before any of it is read."""
        if self.unpacked + size > self.limits.max_bytes:
            raise ArchiveTooLargeError(
                f"with {what} of {size:,} bytes the archive unpacks to more than {self.limits.max_bytes:,} bytes "
                "(FOREBAY_ARCHIVE_MAX_BYTES)"
            )

    def unpack(self, count: int) -> None:
        """`count` more bytes of members."""
        self.unpacked += count
        if self.unpacked > self.limits.max_bytes:
            raise ArchiveTooLargeError(
                f"the archive unpacks to more than {self.limits.max_bytes:,} bytes (FOREBAY_ARCHIVE_MAX_BYTES)"
            )

    def inflate(self, count: int) -> None:
        """`count` more bytes that decompression gave."""
        self.inflated += count
        if self.inflated > self.limits.ratio_free_bytes:
            read = self.read_bytes()
            if self.inflated > self.limits.max_ratio * read:
                raise ArchiveRatioError(
                    f"the archive unpacks to {self.inflated:,} bytes from {read:,}, more than "
                    f"{self.limits.max_ratio:g} times (FOREBAY_ARCHIVE_MAX_RATIO)"
                )
