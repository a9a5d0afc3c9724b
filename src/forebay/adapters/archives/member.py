"""One member's bytes, found again by its location."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from forebay.adapters.archives.budget import Budget
from forebay.adapters.archives.feeds import Extent, Feed, RangeFeed, Reader
from forebay.adapters.archives.found import Found
from forebay.adapters.archives.opening import opened
from forebay.domain.intake.archive_errors import ArchiveBrokenError
from forebay.domain.intake.member import MemberKind

CHUNK_BYTES = 256 << 10


@contextmanager
def located(
    source: Extent, name: str, location: tuple[int, ...], budget: Budget, spool_dir: str | None = None
) -> Iterator[Found]:
    """The member at `location`. Members before it are passed over, without reading them where the archive allows."""
    reader = Reader(RangeFeed(source))
    with opened(reader, name, budget, spool_dir, whole=source) as archive:
        if archive is not None:
            with _within(archive.walk.members(), location, budget, spool_dir) as found:
                yield found
            return
    if location != (0,):
        raise elsewhere(location)
    yield only_member(source, name)


def only_member(source: Extent, name: str) -> Found:
    """Of a source that is no archive."""
    found = Found(ordinal=0, path=name, stored_path=name, kind=MemberKind.FILE, size=source.size)
    found.content = lambda: RangeFeed(source)
    return found


@contextmanager
def _within(
    members: Iterator[Found], location: tuple[int, ...], budget: Budget, spool_dir: str | None
) -> Iterator[Found]:
    for found in members:
        budget.add_member()
        if found.ordinal == location[0]:
            break
    else:
        raise elsewhere(location)
    if len(location) == 1:
        yield found
        return
    if found.content is None:
        raise elsewhere(location)
    with opened(Reader(found.content()), found.path, budget, spool_dir) as archive:
        if archive is None:
            raise elsewhere(location)
        with _within(archive.walk.members(), location[1:], budget, spool_dir) as inner:
            yield inner


def send_range(
    found: Found, *, size: int, sha256: str, start: int, stop: int | None, budget: Budget, send: Callable[[bytes], None]
) -> None:
    """Sends the bytes from `start` to `stop`; when that is all of them, the last only if the digest is as expected."""
    if found.content is None or found.size != size:
        raise ArchiveBrokenError(f"{found.name} is not the member that was catalogued; catalogue the run again")
    end = size if stop is None else min(stop, size)
    reader = Reader(_Counted(found.content(), budget))
    whole = start == 0 and end == size
    if not whole:
        reader.skip(start)
    digest = hashlib.sha256()
    held = b""
    while left := end - reader.position:
        piece = reader.piece(min(left, CHUNK_BYTES))
        if not piece:
            raise ArchiveBrokenError(f"{found.name} ends early; expected {size:,} bytes")
        if held:
            send(held)
        held = bytes(piece)
        if whole:
            digest.update(held)
    if whole:
        reader.drain()
        if reader.position != size or digest.hexdigest() != sha256:
            raise ArchiveBrokenError(f"{found.name} does not have the SHA-256 that was catalogued: {sha256}")
    if held:
        send(held)


class _Counted:
    """Counts what is read against the limits."""

    def __init__(self, feed: Feed, budget: Budget) -> None:
        self._feed = feed
        self._budget = budget

    def chunk(self) -> bytes | bytearray | memoryview:
        found = self._feed.chunk()
        self._budget.unpack(len(found))
        return found

    def skip(self, count: int) -> int:
        return self._feed.skip(count)


def elsewhere(location: tuple[int, ...]) -> ArchiveBrokenError:
    where = "/".join(str(ordinal) for ordinal in location)
    return ArchiveBrokenError(f"the archive has no member at {where}; catalogue the run again")
