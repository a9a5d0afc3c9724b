"""The directory of a zip archive, record by record. Source: PKWARE APPNOTE 6.3.10, sections 4.3 to 4.5.

The standard library's ZipFile keeps a record of 600 bytes for every member, refuses the whole archive for one name that
is not UTF-8, and unpacks bzip2 and LZMA without a bound on memory; so this is ours.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from forebay.adapters.archives.budget import Budget
from forebay.adapters.archives.feeds import Extent, RangeFeed, Reader
from forebay.domain.intake.archive_errors import ArchiveBrokenError, ArchiveMemberCountError, ArchiveTruncatedError

_END = struct.Struct("<4s4H2LH")
_LOCATOR = struct.Struct("<4sLQL")
_END64 = struct.Struct("<4sQ2H2L4Q")
_RECORD = struct.Struct("<4s4B4H3L5H2L")
_TAIL = 128 << 10  # a comment has at most 64 KiB; as much again for what was appended
_MOST_LOOKS = 16  # zip64 end records that are tried: each is read from elsewhere in the file
_MAX16, _MAX32 = 0xFFFF, 0xFFFFFFFF


@dataclass(slots=True, kw_only=True)
class Record:
    """A member in the directory. `offset`: of its local header in the file."""

    host: int
    flags: int
    method: int
    dos_time: int
    dos_date: int
    crc: int
    packed: int
    size: int
    attributes: int
    offset: int
    name: bytes
    extra: bytes


@dataclass(slots=True)
class Directory:
    """Where the directory lies. `exact`: its count is not modulo 65536."""

    count: int
    start: int
    stop: int
    exact: bool


def read_at(extent: Extent, offset: int, count: int) -> bytes:
    """`count` bytes from `offset`; fewer at the end."""
    return Reader(RangeFeed(extent, offset, offset + count)).take(count)


def find_directory(extent: Extent, place: str) -> Directory:
    """Looks for the end record from the end: behind it there may be a comment, and bytes that do not belong to it.

    One that contradicts the file may be part of a comment. One that does not count from the beginning of the file is
    that of a zip inside this one, whose own end is missing.
    """
    begin = max(0, extent.size - _TAIL)
    tail = read_at(extent, begin, extent.size - begin)
    problem: ArchiveBrokenError | None = None
    at, looked = len(tail), 0
    while (at := tail.rfind(b"PK\x05\x06", 0, at)) >= 0 and looked < _MOST_LOOKS:
        if at + _END.size > len(tail):
            continue
        fields = _END.unpack_from(tail, at)
        if at + _END.size + fields[7] > len(tail):
            continue
        _, disk, first_disk, here, count, size, offset, _ = fields
        end = _EndRecord(disk, first_disk, here, count, size, offset, begin + at, exact=False)
        try:
            locator = tail[max(0, at - _LOCATOR.size) : at]
            if locator.startswith(b"PK\x06\x07") and len(locator) == _LOCATOR.size:
                looked += 1
                end = _end64(extent, locator, place)
            if end.check(place):
                return Directory(end.count, end.offset, end.stop, end.exact)
        except ArchiveBrokenError as error:
            problem = problem or error
    raise problem or ArchiveTruncatedError(f"{place} has no directory at its end, as every zip has; its end is missing")


@dataclass(slots=True)
class _EndRecord:
    """An end record of either kind. `stop`: where it begins, and the directory ends."""

    disk: int
    first_disk: int
    here: int
    count: int
    size: int
    offset: int
    stop: int
    exact: bool

    def check(self, place: str) -> bool:
        """Whether its offsets count from the beginning of the file."""
        if self.disk or self.first_disk or self.here != self.count:
            raise ArchiveBrokenError(f"{place} is one part of a zip that spans several files; expected it in one file")
        if self.offset + self.size > self.stop:
            raise ArchiveBrokenError(f"{place} has an end record that points behind itself; the directory is not there")
        return self.offset + self.size == self.stop


def _end64(extent: Extent, locator: bytes, place: str) -> _EndRecord:
    """The zip64 end record, which replaces the other one."""
    stop = _LOCATOR.unpack(locator)[2]
    record = read_at(extent, stop, _END64.size)
    if len(record) < _END64.size or not record.startswith(b"PK\x06\x06"):
        raise ArchiveBrokenError(f"{place} has a damaged zip64 end record")
    _, _, _, _, disk, first_disk, here, count, size, offset = _END64.unpack(record)
    return _EndRecord(disk, first_disk, here, count, size, offset, stop, exact=True)


def records(extent: Extent, directory: Directory, budget: Budget, place: str) -> Iterator[Record]:
    """The members in the order of the directory, read in blocks: members lie elsewhere in the file."""
    if directory.count > budget.limits.max_members:
        raise ArchiveMemberCountError(
            f"{place} has {directory.count:,} members; at most {budget.limits.max_members:,} are allowed "
            "(FOREBAY_ARCHIVE_MAX_MEMBERS)"
        )
    reader = Reader(RangeFeed(extent, directory.start, directory.stop))
    number = 0
    while True:
        fixed = reader.take(_RECORD.size)
        if len(fixed) < _RECORD.size or fixed[:4] != b"PK\x01\x02":
            break
        yield _record(fixed, reader, number, place)
        number += 1
    # Programs that do not know zip64 count modulo 65536.
    if number != directory.count and (directory.exact or number % 65536 != directory.count):
        raise ArchiveBrokenError(
            f"{place} has {number:,} members in its directory; its end record says {directory.count:,}"
        )


def _record(fixed: bytes, reader: Reader, number: int, place: str) -> Record:
    fields = _RECORD.unpack(fixed)
    _, _, host, _, _, flags, method, time, date, crc, packed, size = fields[:12]
    name_size, extra_size, comment_size, disk, _, attributes, offset = fields[12:]
    behind = reader.take(name_size + extra_size + comment_size)
    if len(behind) < name_size + extra_size + comment_size:
        raise ArchiveBrokenError(f"{place} has a directory that ends in the record of member {number + 1:,}")
    name, extra = behind[:name_size], behind[name_size : name_size + extra_size]
    large = extra_field(extra, 0x0001)
    if large is not None:
        at = 0
        found = [size, packed, offset]
        for index, value in enumerate(found):
            if value == _MAX32:
                if at + 8 > len(large):
                    raise ArchiveBrokenError(f"{place} has a damaged zip64 record for member {number + 1:,}")
                found[index] = int.from_bytes(large[at : at + 8], "little")
                at += 8
        size, packed, offset = found
    if disk not in {0, _MAX16}:
        raise ArchiveBrokenError(f"{place} is one part of a zip that spans several files; expected it in one file")
    return Record(
        host=host, flags=flags, method=method, dos_time=time, dos_date=date, crc=crc, packed=packed, size=size,
        attributes=attributes, offset=offset, name=name, extra=extra,
    )  # fmt: skip


def extra_field(extra: bytes, wanted: int) -> bytes | None:
    """The data of the first extra field with this id; None when it is missing or the fields are damaged."""
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<2H", extra, at)
        if kind == wanted and at + 4 + size <= len(extra):
            return extra[at + 4 : at + 4 + size]
        at += 4 + size
    return None
