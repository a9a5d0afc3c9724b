"""What the headers of one tar member say."""

import tarfile
from collections.abc import Callable
from dataclasses import dataclass

from forebay.adapters.archives.budget import Budget
from forebay.adapters.archives.feeds import Buffer, Feed, Reader
from forebay.adapters.archives.found import Found
from forebay.adapters.archives.names import check_target, decode_name, normalise
from forebay.adapters.archives.pax import PaxRecords
from forebay.adapters.archives.sparse import SparseFeed, SparseMap, from_content, from_old_header, from_records
from forebay.domain.intake.archive_errors import ArchiveBrokenError, ArchiveTruncatedError
from forebay.domain.intake.member import MemberFlag, MemberKind

_USTAR_MAGIC = b"ustar\0"
_LARGEST = 1 << 62
_KINDS = {
    tarfile.REGTYPE: MemberKind.FILE,
    tarfile.AREGTYPE: MemberKind.FILE,
    tarfile.CONTTYPE: MemberKind.FILE,
    tarfile.GNUTYPE_SPARSE: MemberKind.FILE,
    tarfile.LNKTYPE: MemberKind.HARDLINK,
    tarfile.SYMTYPE: MemberKind.SYMLINK,
    tarfile.CHRTYPE: MemberKind.CHARACTER_DEVICE,
    tarfile.BLKTYPE: MemberKind.BLOCK_DEVICE,
    tarfile.DIRTYPE: MemberKind.DIRECTORY,
    tarfile.FIFOTYPE: MemberKind.FIFO,
    b"D": MemberKind.DIRECTORY,  # GNU tar, incremental: its content is the listing of the directory
}
_WITH_CONTENT = {MemberKind.FILE, MemberKind.OTHER}
_LINKS = {MemberKind.SYMLINK, MemberKind.HARDLINK}


@dataclass(slots=True)
class Header:
    """A header block, with what the headers before it say about it."""

    info: tarfile.TarInfo
    block: bytes
    records: PaxRecords
    long_name: bytes | None
    long_link: bytes | None


@dataclass(slots=True)
class StoredFeed:
    """The stored bytes of one member."""

    reader: Reader
    left: int
    found: Found
    place: str

    def chunk(self) -> Buffer:
        if not self.left:
            return b""
        piece = self.reader.piece(self.left)
        if not piece:
            raise ArchiveTruncatedError(f"{self.place} ends in {self.found.name}; {self.left:,} bytes are missing")
        self.left -= len(piece)
        return piece

    def skip(self, count: int) -> int:
        skipped = self.reader.skip(min(count, self.left))
        self.left -= skipped
        return skipped


def find(header: Header, reader: Reader, ordinal: int, budget: Budget, place: str) -> tuple[Found, int]:
    """The member, and the reader's position at which its stored bytes end. The reader stands behind the header."""
    info, records = header.info, header.records
    flags: set[MemberFlag] = set()
    stored_path = decode_name(_name(header), flags)
    kind = _KINDS.get(info.type, MemberKind.OTHER)
    found = Found(ordinal=ordinal, path="", stored_path=stored_path, kind=kind, flags=flags)
    budget.check_path(len(stored_path), f"{found.name} in {place}")
    found.path = normalise(stored_path, flags)
    found.mode = info.mode & 0o7777
    found.mtime = records.microseconds("mtime") if "mtime" in records.values else int(info.mtime) * 1_000_000
    if kind in _LINKS:
        target = records.values.get("linkpath") or header.long_link or _text(header.block[157:257])
        budget.check_path(len(target), f"{found.name} in {place}")
        found.link_target = decode_name(target, set())
        check_target(found.link_target, flags)
    stored = info.size
    if records.values:
        size = records.number("size", f"{place}: {found.name}")
        stored = info.size if size is None else size
    if stored >= _LARGEST:
        raise ArchiveBrokenError(f"{place}: {found.name} has a size of {stored:,} bytes, which no file reaches")
    if kind not in _WITH_CONTENT and info.type != b"D":
        stored = 0  # POSIX: whatever the size says, nothing follows
    start = reader.position
    if kind in _WITH_CONTENT:
        found.size = stored
    if kind is MemberKind.FILE:
        found.content = _content(header, found, stored, reader, place)
    return found, start + stored if info.type != tarfile.GNUTYPE_SPARSE else reader.position + stored


def _content(header: Header, found: Found, stored: int, reader: Reader, place: str) -> Callable[[], Feed]:
    """How to read the member, sparse or not. Reads the sparse map when there is one."""
    what, records = f"{place}: {found.name}", header.records
    numbers = None
    if header.info.type == tarfile.GNUTYPE_SPARSE:
        numbers, size = from_old_header(header.block, reader, what)
    elif records.values or records.extents:
        start = reader.position
        if records.values.get("GNU.sparse.major") == b"1" and records.values.get("GNU.sparse.minor") == b"0":
            numbers = from_content(reader, stored, what)
            stored -= reader.position - start
            size = records.number("GNU.sparse.realsize", what) or 0
        else:
            numbers = from_records(records, what)
            size = records.number("GNU.sparse.size", what) or 0
    if numbers is None:
        return lambda: StoredFeed(reader, stored, found, place)
    if size >= _LARGEST:
        raise ArchiveBrokenError(f"{what} has a size of {size:,} bytes, which no file reaches")
    found.size = size
    found.flags.add(MemberFlag.SPARSE)
    sparse_map = SparseMap(numbers, size=size, stored=stored, what=what)
    return lambda: SparseFeed(StoredFeed(reader, stored, found, place), sparse_map)


def _name(header: Header) -> bytes:
    values = header.records.values
    if values:
        name = values.get("GNU.sparse.name") or values.get("path")
        if name:
            return name
    if header.long_name is not None:
        return header.long_name
    block = header.block
    name = _text(block[:100])
    # Only ustar keeps the beginning of a long path there; GNU tar keeps times in the same place.
    prefix = _text(block[345:500]) if block[257:263] == _USTAR_MAGIC and block[345] else b""
    return prefix + b"/" + name if prefix else name


def _text(field: bytes) -> bytes:
    return field.split(b"\0", 1)[0]
