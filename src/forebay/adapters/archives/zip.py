"""Walking through a zip archive by its directory. Source: PKWARE APPNOTE 6.3.10; Info-ZIP's extra fields."""

import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from forebay.adapters.archives.budget import Budget
from forebay.adapters.archives.feeds import Extent, Reader
from forebay.adapters.archives.found import Found, Walk
from forebay.adapters.archives.names import check_target, decode_name, normalise
from forebay.adapters.archives.zip_content import METHODS, MemberFeed, member_feed
from forebay.adapters.archives.zip_directory import Record, extra_field, find_directory, records
from forebay.domain.intake.archive_errors import ArchiveBrokenError
from forebay.domain.intake.member import MemberFlag, MemberKind

_UTF8 = 1 << 11
_ENCRYPTED = 1 << 0
_UNIX = {3, 19}  # UNIX, OS X
_WINDOWS = {0, 10, 14}  # FAT, NTFS, VFAT
_DOS_DIRECTORY = 0x10
_LOCAL_HEADER = 30
_FILETIME_1970 = 11_644_473_600 * 10_000_000  # in 100 ns since 1601
_KINDS = {
    stat.S_IFREG: MemberKind.FILE,
    stat.S_IFDIR: MemberKind.DIRECTORY,
    stat.S_IFLNK: MemberKind.SYMLINK,
    stat.S_IFCHR: MemberKind.CHARACTER_DEVICE,
    stat.S_IFBLK: MemberKind.BLOCK_DEVICE,
    stat.S_IFIFO: MemberKind.FIFO,
    stat.S_IFSOCK: MemberKind.OTHER,
}


@dataclass(slots=True)
class ZipWalk:
    """The members of a zip. `place`: where it lies, for people."""

    extent: Extent
    budget: Budget
    place: str

    def members(self) -> Iterator[Found]:
        directory = find_directory(self.extent, self.place)
        covered = 0
        for ordinal, record in enumerate(records(self.extent, directory, self.budget, self.place)):
            found = self._found(record, ordinal)
            covered += _LOCAL_HEADER + len(record.name) + record.packed
            if covered > directory.start or record.offset + record.packed > directory.start:
                raise ArchiveBrokenError(
                    f"{self.place}: up to {found.name} the members take more room than there is; they overlap"
                )
            yield found

    def _found(self, record: Record, ordinal: int) -> Found:
        flags: set[MemberFlag] = set()
        name = _stored_path(record, flags)
        mode = record.attributes >> 16 if record.host in _UNIX else 0
        found = Found(ordinal=ordinal, path="", stored_path=name, kind=_kind(record, mode, name), flags=flags)
        self.budget.check_path(len(record.name), f"{found.name} in {self.place}")
        windows = record.host in _WINDOWS
        slashed = name.replace("\\", "/") if windows else name
        found.path = normalise(slashed, flags, drives=windows)
        found.mtime = _mtime(record)
        found.mode = mode & 0o7777 if mode else None
        if record.flags & _ENCRYPTED:
            flags.add(MemberFlag.ENCRYPTED)
        elif record.method not in METHODS:
            flags.add(MemberFlag.UNSUPPORTED)
        readable = not flags & {MemberFlag.ENCRYPTED, MemberFlag.UNSUPPORTED}
        if found.kind is MemberKind.FILE:
            found.size = record.size
            if readable:
                found.content = lambda: self._feed(record, found)
        elif found.kind is MemberKind.SYMLINK and readable:
            self.budget.check_path(record.size, f"the target of {found.name} in {self.place}")
            found.link_target = decode_name(Reader(self._feed(record, found)).take(record.size), set())
            check_target(found.link_target, flags)
        return found

    def _feed(self, record: Record, found: Found) -> MemberFeed:
        return member_feed(self.extent, record, self.budget.inflate, f"{self.place}: {found.name}")


def _stored_path(record: Record, flags: set[MemberFlag]) -> str:
    """UTF-8 where it says so; also where it does not, as many programs write it; else the code page of MS-DOS."""
    if record.flags & _UTF8:
        return decode_name(record.name, flags)
    try:
        return decode_name(record.name.decode().encode(), flags)
    except UnicodeDecodeError:
        return decode_name(record.name.decode("cp437").encode(), flags)


def _kind(record: Record, mode: int, name: str) -> MemberKind:
    if name.endswith("/") or (name.endswith("\\") and record.host in _WINDOWS):
        return MemberKind.DIRECTORY
    if stat.S_IFMT(mode):
        return _KINDS.get(stat.S_IFMT(mode), MemberKind.OTHER)
    if record.host in _WINDOWS and record.attributes & _DOS_DIRECTORY and not record.size:
        return MemberKind.DIRECTORY
    return MemberKind.FILE


def _mtime(record: Record) -> int | None:
    """The extra field of Unix or of NTFS; else the time of MS-DOS, which has no zone and is taken as UTC."""
    unix = extra_field(record.extra, 0x5455)
    if unix is not None and len(unix) >= 5 and unix[0] & 1:
        return int.from_bytes(unix[1:5], "little", signed=True) * 1_000_000
    ntfs = extra_field(record.extra, 0x000A)
    if ntfs is not None and len(ntfs) >= 16 and ntfs[4:8] == b"\x01\x00\x18\x00":
        return (int.from_bytes(ntfs[8:16], "little") - _FILETIME_1970) // 10
    date, time = record.dos_date, record.dos_time
    try:
        day = datetime(
            1980 + (date >> 9), date >> 5 & 15, date & 31, time >> 11, time >> 5 & 63, (time & 31) * 2, tzinfo=UTC
        )
    except ValueError:
        return None
    return int(day.timestamp()) * 1_000_000


def _proof(walk: ZipWalk) -> Walk:
    return walk
