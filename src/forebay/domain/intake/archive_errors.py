"""Why an archive is refused. All of them are final: the bytes will not get better."""

from forebay.domain.errors import ForebayError


class ArchiveError(ForebayError):
    """The archive cannot be read."""

    code = "archive_unreadable"


class ArchiveBrokenError(ArchiveError):
    """The archive is damaged: what it holds contradicts itself."""

    code = "archive_broken"


class ArchiveTruncatedError(ArchiveError):
    """The archive ends too early."""

    code = "archive_truncated"


class ArchiveChecksumError(ArchiveError):
    """A member does not have the checksum that the archive gives for it."""

    code = "archive_checksum_mismatch"


class ArchiveTooLargeError(ArchiveError):
    """The archive unpacks to more bytes than FOREBAY_ARCHIVE_MAX_BYTES allows."""

    code = "archive_too_large"


class ArchiveRatioError(ArchiveError):
    """The archive unpacks to more times its size than FOREBAY_ARCHIVE_MAX_RATIO allows."""

    code = "archive_ratio_exceeded"


class ArchiveMemberCountError(ArchiveError):
    """The archive has more members than FOREBAY_ARCHIVE_MAX_MEMBERS allows."""

    code = "archive_too_many_members"


class ArchivePathTooLongError(ArchiveError):
    """A member's path is longer than FOREBAY_ARCHIVE_MAX_PATH_BYTES allows."""

    code = "archive_path_too_long"


class ArchiveDepthError(ArchiveError):
    """Archives lie inside each other deeper than FOREBAY_ARCHIVE_MAX_DEPTH allows."""

    code = "archive_nested_too_deep"


class ArchiveTimeoutError(ArchiveError):
    """Reading the archive took longer than FOREBAY_ARCHIVE_TIMEOUT_SECONDS allows."""

    code = "archive_timeout"


class ArchiveMemoryError(ArchiveError):
    """Reading the archive needed more memory than FOREBAY_ARCHIVE_MEMORY_BYTES allows."""

    code = "archive_memory_exceeded"


class MemberUnreadableError(ArchiveError):
    """The member's bytes cannot be read: it is encrypted, or compressed in a way that is not supported."""

    code = "member_unreadable"


class MemberWithoutContentError(ArchiveError):
    """The member is a folder, a link or a device and has no bytes."""

    code = "member_without_content"
