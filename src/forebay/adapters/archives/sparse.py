"""Sparse members of tar: which bytes are stored, and the file that they make with the holes between them.

Source: GNU tar manual, "Storing Sparse Files": the old format and the pax formats 0.0, 0.1 and 1.0.
"""

from array import array
from collections.abc import Iterable, MutableSequence, Sequence

from forebay.adapters.archives.feeds import Buffer, Feed, Reader
from forebay.adapters.archives.pax import MAX_EXTENTS, PaxRecords, whole_number
from forebay.domain.intake.archive_errors import ArchiveBrokenError, ArchiveTruncatedError

_ZEROS = memoryview(bytes(1 << 18))
_LINE = 24


class SparseMap:
    """Where the stored bytes lie in the file: offset and length of each extent, in order and without overlap."""

    def __init__(self, numbers: Iterable[int], *, size: int, stored: int, what: str) -> None:
        self.extents = array("q", numbers)
        self.size = size
        position = total = 0
        for offset, length in zip(self.extents[::2], self.extents[1::2], strict=True):
            if offset < position:
                raise ArchiveBrokenError(f"{what} has a sparse map whose parts overlap")
            position = offset + length
            total += length
        if position > size or total != stored:
            raise ArchiveBrokenError(
                f"{what} has a sparse map of {total:,} stored bytes up to {position:,}; expected {stored:,} of {size:,}"
            )


def from_records(records: PaxRecords, what: str) -> Sequence[int] | None:
    """The map of the formats 0.0 and 0.1."""
    listed = records.values.get("GNU.sparse.map")
    values = listed.split(b",") if listed else records.extents
    if "GNU.sparse.size" not in records.values:
        return None
    return _checked([whole_number(value, f"a number in the sparse map of {what}") for value in values], what)


def from_content(reader: Reader, stored: int, what: str) -> Sequence[int]:
    """The map of format 1.0, which stands before the content in whole blocks: a count, then each number on a line."""
    start = reader.position
    rest = b""
    numbers = array("q")
    wanted = -1
    while wanted < 0 or len(numbers) < wanted:
        line, found, behind = rest.partition(b"\n")
        if not found:
            if len(rest) > _LINE or reader.position - start + 512 > stored:
                raise ArchiveBrokenError(f"{what} has a damaged sparse map")
            block = reader.take(512)
            if len(block) < 512:
                raise ArchiveTruncatedError(f"the archive ends in the sparse map of {what}")
            rest += block
            continue
        rest = behind
        number = whole_number(line, f"a number in the sparse map of {what}")
        if wanted < 0:
            wanted = 2 * number
            if number > MAX_EXTENTS:
                raise ArchiveBrokenError(f"{what} has {number:,} parts; at most {MAX_EXTENTS:,} are supported")
        else:
            numbers.append(_fits(number, what))
    return numbers


def from_old_header(block: bytes, reader: Reader, what: str) -> tuple[Sequence[int], int]:
    """The map of the old GNU format and the size of the file: 4 extents in the header, 21 in each block behind it."""
    numbers = _old_extents(block[386:482], what)
    more = block[482]
    while more:
        block_ = reader.take(512)
        if len(block_) < 512:
            raise ArchiveTruncatedError(f"the archive ends in the sparse map of {what}")
        numbers.extend(_old_extents(block_[:504], what))
        if len(numbers) > 2 * MAX_EXTENTS:
            raise ArchiveBrokenError(f"{what} has a sparse map of more than {MAX_EXTENTS:,} parts")
        more = block_[504]
    return numbers, old_number(block[483:495], what)


def old_number(raw: bytes, what: str) -> int:
    """Octal digits, or a number to the base 256 when the first bit is set."""
    if raw[0] == 0x80:
        return _fits(int.from_bytes(raw[1:], "big"), what)
    digits = raw.rstrip(b" \0").lstrip(b" ")
    if any(digit not in b"01234567" for digit in digits):
        raise ArchiveBrokenError(f"{what} has a damaged sparse map: {raw!r} is no octal number")
    return int(digits or b"0", 8)


def _old_extents(raw: bytes, what: str) -> MutableSequence[int]:
    numbers = array("q")
    for at in range(0, len(raw), 24):
        if not raw[at]:
            break
        numbers.extend((old_number(raw[at : at + 12], what), old_number(raw[at + 12 : at + 24], what)))
    return numbers


def _checked(numbers: Sequence[int], what: str) -> Sequence[int]:
    if len(numbers) % 2 or len(numbers) > 2 * MAX_EXTENTS:
        raise ArchiveBrokenError(f"{what} has a sparse map of {len(numbers):,} numbers; expected pairs, not too many")
    for number in numbers:
        _fits(number, what)
    return numbers


def _fits(number: int, what: str) -> int:
    if number >= 1 << 62:
        raise ArchiveBrokenError(f"{what} has a sparse map with the number {number:,}, which no file reaches")
    return number


class SparseFeed:
    """The file with its holes as zeros."""

    def __init__(self, stored: Feed, sparse_map: SparseMap) -> None:
        self._stored = Reader(stored)
        self._extents = sparse_map.extents
        self._size = sparse_map.size
        self._index = 0
        self._at = 0

    def chunk(self) -> Buffer:
        while self._index < len(self._extents):
            offset, length = self._extents[self._index], self._extents[self._index + 1]
            if self._at < offset:
                return self._hole(offset)
            left = offset + length - self._at
            if left:
                piece = self._stored.piece(left)
                self._at += len(piece)
                return piece
            self._index += 2
        if self._at == self._size:
            self._stored.drain()
        return self._hole(self._size)

    def skip(self, count: int) -> int:
        """Holes only, and never the end of the file: what is stored is read."""
        offset = self._extents[self._index] if self._index < len(self._extents) else self._size
        skipped = max(0, min(count, offset - self._at))
        self._at += skipped
        return skipped

    def _hole(self, end: int) -> Buffer:
        found = _ZEROS[: end - self._at]
        self._at += len(found)
        return found
