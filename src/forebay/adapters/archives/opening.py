"""Which archive this is, by its content, and the walk through it."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from forebay.adapters.archives.budget import Budget
from forebay.adapters.archives.decompressors import CODECS
from forebay.adapters.archives.feeds import Extent, FileExtent, MemoryExtent, Reader
from forebay.adapters.archives.found import Walk
from forebay.adapters.archives.names import media_type, shown
from forebay.adapters.archives.tar import TarWalk
from forebay.adapters.archives.unpacking import Unpacked
from forebay.adapters.archives.zip import ZipWalk
from forebay.adapters.archives.zip_directory import find_directory
from forebay.domain.intake.archive_errors import (
    ArchiveBrokenError,
    ArchiveChecksumError,
    ArchiveMemoryError,
    ArchiveTooLargeError,
    ArchiveTruncatedError,
)
from forebay.domain.intake.signatures import HEAD_BYTES, TAR, ZIP, detect

_IN_MEMORY = 8 << 20
_SMALLEST_END, _LARGEST_END = 512, 10_240  # what programs write for a tar without members
DAMAGE = (ArchiveBrokenError, ArchiveTruncatedError, ArchiveChecksumError, ArchiveMemoryError)


@dataclass(slots=True)
class Opened:
    """An archive. `finish` reads what is behind its last member, to be called once that was read."""

    walk: Walk
    finish: Callable[[], None]


def may_be_archive(head: bytes) -> bool:
    """Whether a file that begins so is to be opened as an archive at all. A damaged tar header counts too."""
    signature = detect(head)
    return signature in {TAR, ZIP} or signature in CODECS or _claims_tar(head)


@contextmanager
def opened(
    reader: Reader, path: str, budget: Budget, spool_dir: str | None, *, whole: Extent | None = None
) -> Iterator[Opened | None]:
    """None when it is no archive: bytes of no kind that is known, something else that is compressed, or a document.

    `reader` stands at the beginning. `whole` is given for the outermost archive, which is refused when its beginning is
    damaged, or its end if it is a zip; what looks so within an archive is just a file.
    """
    outermost = whole is not None
    place = "the archive" if outermost else f"the archive {shown(path)} within the archive"
    head = reader.peek(HEAD_BYTES)
    signature = detect(head)
    if signature is TAR or (outermost and signature not in CODECS and _claims_tar(head)):
        yield Opened(TarWalk(reader, budget, place), lambda: _drain(reader, budget, place))
    elif signature in CODECS:
        inner = Reader(Unpacked(reader, CODECS[signature], budget.inflate, place))
        found = _holds_tar(inner, strict=outermost)

        def finish() -> None:
            _drain(inner, budget, place)
            _drain(reader, budget, place)

        yield Opened(TarWalk(inner, budget, place), finish) if found else None
    elif signature is ZIP and media_type(ZIP, path) == ZIP.media_type:  # documents are zip archives too
        if whole is not None:
            yield Opened(ZipWalk(whole, budget, place), lambda: None)
        else:
            with spooled(reader, spool_dir) as extent:
                yield Opened(ZipWalk(extent, budget, place), lambda: None) if _has_directory(extent, place) else None
    else:
        yield None


def _claims_tar(head: bytes) -> bool:
    return head[257:262] == b"ustar"


def _holds_tar(inner: Reader, *, strict: bool) -> bool:
    """Whether a compressed file unpacks to a tar, also to one without members, which is a few blocks of zeros."""
    block = b""
    with suppress(*(() if strict else DAMAGE)):
        block = inner.peek(512)
        if block == bytes(512):
            end = inner.peek(_LARGEST_END + 1)
            return _SMALLEST_END <= len(end) <= _LARGEST_END and len(end) % 512 == 0 and not any(end)
    return detect(block) is TAR or (strict and _claims_tar(block))


def _has_directory(extent: Extent, place: str) -> bool:
    """Four bytes at the beginning do not make a zip."""
    try:
        find_directory(extent, place)
    except ArchiveTruncatedError:
        return False
    return True


def _drain(inner: Reader, budget: Budget, place: str) -> None:
    """Unpacks what is behind the end of a tar, since the checksums cover it as well."""
    left = budget.limits.max_bytes
    while piece := inner.piece(1 << 20):
        left -= len(piece)
        if left < 0:
            raise ArchiveTooLargeError(
                f"{place} unpacks to more than {budget.limits.max_bytes:,} bytes behind its end "
                "(FOREBAY_ARCHIVE_MAX_BYTES)"
            )


@contextmanager
def spooled(reader: Reader, spool_dir: str | None) -> Iterator[Extent]:
    """All that the reader has, to be read from anywhere: in memory, or when it is large in an unnamed file.

    Only what concerns such files raises OSError.
    """
    start = reader.take(_IN_MEMORY)
    if len(start) < _IN_MEMORY:
        yield MemoryExtent(start)
        return
    with tempfile.TemporaryFile(dir=spool_dir) as file:
        piece: bytes | memoryview = start
        while piece:
            file.write(piece)
            piece = reader.piece(1 << 20)
        file.flush()
        yield FileExtent(file.fileno())
